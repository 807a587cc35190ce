"""What ProConnect accepts in an authorization request, and what a public platform needs to ask for."""

from cicclo.probes.check import check
from cicclo.probes.checks.oidc.login import redirect
from cicclo.probes.checks.proconnect.discovery import proconnect
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.oidc import Oidc
from cicclo.probes.session import Ask

ACCEPTED = frozenset(
    [
        "client_id",
        "redirect_uri",
        "response_type",
        "response_mode",
        "scope",
        "state",
        "nonce",
        "claims",
        "acr_values",
        "prompt",
        "login_hint",
        "idp_hint",
        "siret_hint",
        "code_challenge",
        "code_challenge_method",
    ]
)
SCOPES = frozenset(
    [
        "openid",
        "given_name",
        "usual_name",
        "email",
        "uid",
        "siret",
        "idp_id",
        "organization_label",
        "roles",
        "phone",
        "custom",
        "organizational_unit",
        "belonging_population",
        "siren",
        "groups",
        "idp_acr",
        "chorusdt",
    ]
)
LEAST_LENGTH = 32


@check("proconnect/login/siret-scope", on="oidc", breaks=redirect("%20siret", ""))
async def asks_for_siret(oidc: Oidc, ask: Ask) -> Verdict:
    scopes = proconnect(oidc).login().scopes
    if "siret" in scopes:
        return passed()
    return failed(
        f"portées demandées : {scopes}, sans « siret »",
        f"scopes asked: {scopes}, without “siret”",
        at="scope",
    )


@check("proconnect/login/known-scopes", on="oidc", breaks=redirect("%20usual_name", "%20profile"))
async def asks_for_known_scopes(oidc: Oidc, ask: Ask) -> Verdict:
    """Generic libraries ask for `profile`, which ProConnect does not have."""
    unknown = [scope for scope in proconnect(oidc).login().scopes if scope not in SCOPES]
    if unknown:
        return failed(
            f"portées inconnues de ProConnect : {', '.join(unknown)}",
            f"scopes unknown to ProConnect: {', '.join(unknown)}",
            at="scope",
        )
    return passed()


@check("proconnect/login/accepted-parameters", on="oidc", breaks=redirect("$", "&max_age=0"))
async def sends_accepted_parameters(oidc: Oidc, ask: Ask) -> Verdict:
    extra = [name for name, _ in proconnect(oidc).login().pairs if name not in ACCEPTED]
    if extra:
        return failed(
            f"paramètres refusés (Y000400) : {', '.join(extra)}",
            f"refused parameters (Y000400): {', '.join(extra)}",
            at=extra[0],
        )
    return passed()


@check("proconnect/login/state-nonce-length", on="oidc", breaks=redirect("nonce=[0-9a-f]{40}", "nonce="))
async def long_state_and_nonce(oidc: Oidc, ask: Ask) -> Verdict:
    request = proconnect(oidc).login()
    for name in ("state", "nonce"):
        value = request.get(name)
        if len(value) < LEAST_LENGTH or not value.isascii():
            fr = f"« {name} » : {len(value)} caractères, au moins {LEAST_LENGTH} en ASCII attendus"
            return failed(
                fr, f"“{name}”: {len(value)} characters, at least {LEAST_LENGTH} in ASCII expected", at=name
            )
    return passed()


@check("proconnect/login/one-acr-request", on="oidc", breaks=redirect("$", "&acr_values=eidas1"))
async def asks_for_a_level_once(oidc: Oidc, ask: Ask) -> Verdict:
    """Both at once is undefined; a level asked by neither cannot be relied upon afterwards."""
    request = proconnect(oidc).login()
    by_claims, by_values = '"acr"' in request.get("claims").replace(" ", ""), bool(request.get("acr_values"))
    if by_claims and by_values:
        return failed(
            "niveau demandé à la fois par « claims » et « acr_values »",
            "level asked both by “claims” and “acr_values”",
            at="acr_values",
            code="both",
        )
    if not by_claims and not by_values:
        return failed(
            "aucun niveau de garantie demandé", "no assurance level asked", at="claims", code="none"
        )
    return passed()


@check(
    "proconnect/login/production",
    on="oidc",
    breaks=redirect("https://good.example/api", "https://fca.integ01.dev-agentconnect.fr/api"),
)
async def uses_production(oidc: Oidc, ask: Ask) -> Verdict:
    host = proconnect(oidc).login().host
    if ".integ" in f".{host}" or "dev-agentconnect" in host:
        return failed(
            f"la connexion mène à l'intégration de ProConnect : {host}",
            f"the login leads to ProConnect's integration: {host}",
            at="location",
        )
    return passed()
