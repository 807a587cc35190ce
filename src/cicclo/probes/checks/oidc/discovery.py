"""What a provider publishes about itself (OpenID Connect Discovery 1.0, RFC 8414, RFC 9207)."""

from cicclo.probes.check import check
from cicclo.probes.documents import json_of, success
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.oidc import WELL_KNOWN, Oidc, split, strings
from cicclo.probes.session import Ask

DOCUMENT = "*openid-configuration"
REQUIRED = (
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "response_types_supported",
    "subject_types_supported",
    "id_token_signing_alg_values_supported",
)


@check(
    "oidc/discovery/issuer",
    on="oidc",
    breaks=lambda site: site.edit(DOCUMENT, lambda d: d.update(issuer=d["issuer"] + "/")),
)
async def issuer_is_the_address(oidc: Oidc, ask: Ask) -> Verdict:
    """Clients compare the issuer with the address to the letter; a trailing slash is enough to be refused."""
    issuer, expected = (
        str(oidc.discovered().get("issuer", "")),
        oidc.metadata_url.partition("?")[0].removesuffix(WELL_KNOWN),
    )
    if issuer == expected:
        return passed()
    return failed(
        f"émetteur « {issuer} » au lieu de « {expected} »",
        f"issuer “{issuer}” instead of “{expected}”",
        at="/issuer",
    )


@check(
    "oidc/discovery/required-members",
    on="oidc",
    breaks=lambda site: site.edit(DOCUMENT, lambda d: d.pop("jwks_uri") and None),
)
async def required_members(oidc: Oidc, ask: Ask) -> Verdict:
    document = oidc.discovered()
    absent = [name for name in REQUIRED if not document.get(name)]
    if absent:
        return failed(
            f"membres absents : {', '.join(absent)}",
            f"absent members: {', '.join(absent)}",
            at=f"/{absent[0]}",
        )
    return passed()


@check(
    "oidc/discovery/https-endpoints",
    on="oidc",
    breaks=lambda site: site.edit(DOCUMENT, lambda d: d.update(token_endpoint="http://good.example/token")),  # noqa: S106 - an address
)
async def https_endpoints(oidc: Oidc, ask: Ask) -> Verdict:
    """Loopback is left alone: a provider on test has no certificate."""
    for name, value in oidc.discovered().items():
        if (name.endswith("_endpoint") or name in ("issuer", "jwks_uri")) and isinstance(value, str):
            parts = split(value)
            if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
                return failed(
                    f"« {name} » n'est pas en https : {value}",
                    f"“{name}” is not https: {value}",
                    at=f"/{name}",
                )
    return passed()


@check("oidc/discovery/jwks", on="oidc", breaks=lambda site: site.edit("*/jwks", lambda d: d.update(keys=[])))
async def keys_are_published(oidc: Oidc, ask: Ask) -> Verdict:
    url = oidc.discovered().get("jwks_uri")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return failed("aucune adresse de clés", "no address of keys", at="/jwks_uri", code="no-jwks-uri")
    document = json_of(success(await ask.get(url, accept="application/json")))
    raw = document.get("keys") if isinstance(document, dict) else None
    keys = [key for key in raw if isinstance(key, dict)] if isinstance(raw, list) else []
    usable = [
        key for key in keys if key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"
    ]
    if any("d" in key or key.get("kty") == "oct" for key in keys):
        return failed(
            "une clé secrète est publiée", "a secret key is published", at=f"{url}#/keys", code="secret-key"
        )
    if not usable:
        return failed(
            "aucune clé publique de signature", "no public signing key", at=f"{url}#/keys", code="no-key"
        )
    return passed()


@check(
    "oidc/discovery/code-flow",
    on="oidc",
    breaks=lambda site: site.edit(DOCUMENT, lambda d: d.update(response_types_supported=["id_token"])),
)
async def code_flow(oidc: Oidc, ask: Ask) -> Verdict:
    types = strings(oidc.discovered().get("response_types_supported"))
    if "code" in types:
        return passed()
    return failed(
        f"types de réponse : {types}, sans « code »",
        f"response types: {types}, without “code”",
        at="/response_types_supported",
    )


@check(
    "oidc/discovery/signing-algorithms",
    on="oidc",
    breaks=lambda site: site.edit(
        DOCUMENT, lambda d: d.update(id_token_signing_alg_values_supported=["none", "RS256"])
    ),
)
async def signing_algorithms(oidc: Oidc, ask: Ask) -> Verdict:
    """With `none` an identity is not proven; with HS256 alone the client secret signs it."""
    at = "/id_token_signing_alg_values_supported"
    algorithms = strings(oidc.discovered().get(at[1:]))
    if "none" in algorithms:
        return failed("l'algorithme « none » est admis", "algorithm “none” is accepted", at=at, code="none")
    if not [name for name in algorithms if name.startswith(("RS", "PS", "ES", "Ed"))]:
        return failed(
            f"aucun algorithme asymétrique : {algorithms}",
            f"no asymmetric algorithm: {algorithms}",
            at=at,
            code="symmetric-only",
        )
    return passed()


@check(
    "oidc/discovery/pkce-s256",
    on="oidc",
    breaks=lambda site: site.edit(DOCUMENT, lambda d: d.update(code_challenge_methods_supported=["plain"])),
)
async def pkce(oidc: Oidc, ask: Ask) -> Verdict:
    methods = strings(oidc.discovered().get("code_challenge_methods_supported"))
    if "S256" in methods:
        return passed()
    return failed(
        f"méthodes PKCE annoncées : {methods}, sans S256",
        f"announced PKCE methods: {methods}, without S256",
        at="/code_challenge_methods_supported",
    )


@check(
    "oidc/discovery/openid-scope",
    on="oidc",
    breaks=lambda site: site.edit(DOCUMENT, lambda d: d.update(scopes_supported=["email"])),
)
async def openid_scope(oidc: Oidc, ask: Ask) -> Verdict:
    scopes = strings(oidc.discovered().get("scopes_supported"))
    if "openid" in scopes:
        return passed()
    return failed(
        f"portées annoncées : {scopes}, sans « openid »",
        f"announced scopes: {scopes}, without “openid”",
        at="/scopes_supported",
    )


@check(
    "oidc/discovery/end-session",
    on="oidc",
    breaks=lambda site: site.edit(DOCUMENT, lambda d: d.pop("end_session_endpoint") and None),
)
async def end_session(oidc: Oidc, ask: Ask) -> Verdict:
    if isinstance(oidc.discovered().get("end_session_endpoint"), str):
        return passed()
    return failed("aucune adresse de déconnexion", "no logout address", at="/end_session_endpoint")


@check(
    "oidc/discovery/iss-parameter",
    on="oidc",
    breaks=lambda site: site.edit(
        DOCUMENT, lambda d: d.update(authorization_response_iss_parameter_supported=False)
    ),
)
async def iss_parameter(oidc: Oidc, ask: Ask) -> Verdict:
    value = oidc.discovered().get("authorization_response_iss_parameter_supported")
    if value is True:
        return passed()
    return failed(
        f"« iss » n'est pas annoncé dans la réponse d'autorisation ({value!r})",
        f"“iss” is not announced in the authorization response ({value!r})",
        at="/authorization_response_iss_parameter_supported",
    )
