"""The API definition that the landing page announces."""

from cicclo.ogc.links import find_links
from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.ogcapi import OPENAPI, OgcApi
from cicclo.probes.session import Ask


def squeezed(media_type: str) -> str:
    return media_type.replace(" ", "").replace('"', "").lower()


def announced(api: OgcApi) -> None:
    if not api.api_url:
        raise Missing("aucun lien « service-desc »", "no “service-desc” link")


@check(
    "ogcapi-common/api-definition/readable",
    on="ogcapi",
    breaks=lambda site: site.status("/ogcapi/api", 500),
)
async def readable(api: OgcApi, ask: Ask) -> Verdict:
    announced(api)
    document = await ask.json(api.api_url, accept=api.api_accept)
    if isinstance(document, dict):
        return passed()
    return failed(
        "la définition n'est pas un objet JSON", "the definition is not a JSON object", at=api.api_url
    )


@check(
    "ogcapi-common/api-definition/media-type",
    on="ogcapi",
    breaks=lambda site: site.header("/ogcapi/api", "content-type", "text/plain"),
)
async def media_type(api: OgcApi, ask: Ask) -> Verdict:
    """What comes back is what the link announced; parameters such as charset may be added."""
    announced(api)
    answer = await ask.get(api.api_url, accept=api.api_accept)
    got, wanted = squeezed(answer.header("content-type")), squeezed(api.api_accept)
    if not answer.ok or got.startswith(wanted) or wanted.split(";")[0] == got.split(";")[0]:
        return passed()
    return failed(f"« {got} » au lieu de « {wanted} »", f"“{got}” instead of “{wanted}”", at="content-type")


@check(
    "ogcapi-common/api-definition/openapi-3",
    on="ogcapi",
    breaks=lambda site: site.edit("/ogcapi/api", lambda document: document.update(openapi="2.0")),
)
async def openapi_3(api: OgcApi, ask: Ask) -> Verdict:
    await ask.get(
        api.api_url or api.endpoint.url, accept=api.api_accept if api.api_url else "application/json"
    )
    version = str(api.described().document.get("openapi", ""))
    links = [squeezed(str(link.get("type", ""))) for link in find_links(api.landing, "service-desc")]
    if not version.startswith("3."):
        return failed(
            f"version OpenAPI « {version} »", f"OpenAPI version “{version}”", at="/openapi", code="version"
        )
    if version.startswith("3.0") and OPENAPI not in links:
        return failed(
            f"lien de type {links}, {OPENAPI} attendu",
            f"link of type {links}, {OPENAPI} expected",
            at="/links",
            code="link-type",
        )
    return passed(f"OpenAPI {version}", f"OpenAPI {version}")


@check(
    "ogcapi-common/api-definition/paths-served",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/api", lambda document: document["paths"].pop("/collections/stops/items")
    ),
)
async def paths_served(api: OgcApi, ask: Ask) -> Verdict:
    """The official suite and many clients look for collections in the definition."""
    await ask.get(
        api.api_url or api.endpoint.url, accept=api.api_accept if api.api_url else "application/json"
    )
    definition = api.described()
    absent = [c.id for c in api.features() if definition.path(c.id, "items") is None]
    if absent:
        names = ", ".join(absent[:3])
        return failed(
            f"{len(absent)} collection(s) sans chemin « items » : {names}",
            f"{len(absent)} collection(s) without an items path: {names}",
            at="/paths",
        )
    return passed()
