"""What ProConnect, or a federation shaped like it, publishes."""

from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.oidc import Oidc, strings
from cicclo.probes.session import Ask

DOCUMENT = "*openid-configuration"


def proconnect(oidc: Oidc) -> Oidc:
    """Return the service when its provider is ProConnect; raise Missing otherwise."""
    if not oidc.is_proconnect:
        raise Missing(
            "le fournisseur d'identité n'est pas ProConnect", "the identity provider is not ProConnect"
        )
    return oidc


@check(
    "proconnect/discovery/acr-values",
    on="oidc",
    breaks=lambda site: site.edit(DOCUMENT, lambda d: d.update(acr_values_supported=["eidas1"])),
)
async def acr_values(oidc: Oidc, ask: Ask) -> Verdict:
    """Without a level that has a second factor, no relying party can require one."""
    values = strings(proconnect(oidc).discovered().get("acr_values_supported"))
    strong = {"eidas0-mfa", "eidas1-mfa", "eidas2", "eidas3"} & set(values)
    if "eidas1" in values and strong:
        return passed()
    return failed(f"niveaux annoncés : {values}", f"announced levels: {values}", at="/acr_values_supported")


@check(
    "proconnect/discovery/userinfo-signature",
    on="oidc",
    breaks=lambda site: site.edit(
        DOCUMENT, lambda d: d.pop("userinfo_signing_alg_values_supported") and None
    ),
)
async def userinfo_signature(oidc: Oidc, ask: Ask) -> Verdict:
    at = "/userinfo_signing_alg_values_supported"
    algorithms = strings(proconnect(oidc).discovered().get(at[1:]))
    if {"ES256", "RS256"} & set(algorithms):
        return passed()
    return failed(
        f"userinfo n'est signé par aucun algorithme asymétrique : {algorithms}",
        f"userinfo is signed with no asymmetric algorithm: {algorithms}",
        at=at,
    )


@check(
    "proconnect/discovery/claims",
    on="oidc",
    breaks=lambda site: site.edit(DOCUMENT, lambda d: d["claims_supported"].remove("siret")),
)
async def claims(oidc: Oidc, ask: Ask) -> Verdict:
    known = strings(proconnect(oidc).discovered().get("claims_supported"))
    absent = [name for name in ("sub", "usual_name", "given_name", "email", "siret") if name not in known]
    if absent:
        return failed(
            f"attributs absents : {', '.join(absent)}",
            f"absent claims: {', '.join(absent)}",
            at="/claims_supported",
        )
    return passed()
