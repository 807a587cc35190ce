"""OGC API Common Part 1, class Landing Page."""

from cicclo.ogc.links import links_of, relations
from cicclo.probes.check import check
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.ogcapi import OgcApi
from cicclo.probes.session import Ask


@check(
    "ogcapi-common/landing-page/absolute-links",
    on="ogcapi",
    breaks=lambda site: site.edit("/ogcapi/", lambda page: page["links"][2].update(href="/conformance")),
)
async def absolute_links(api: OgcApi, ask: Ask) -> Verdict:
    """QGIS uses an href as it is (qgis/QGIS issue 58089)."""
    page = await ask.json(api.endpoint.url)
    for index, link in enumerate(links_of(page)):
        target = str(link.get("href", ""))
        if not target.startswith(("http://", "https://")):
            return failed(f"lien relatif « {target} »", f"relative link “{target}”", at=f"/links/{index}/href")
    return passed()


@check(
    "ogcapi-common/landing-page/conformance-link",
    on="ogcapi",
    breaks=lambda site: site.edit("/ogcapi/", lambda page: page["links"].pop(2)),
)
async def conformance_link(api: OgcApi, ask: Ask) -> Verdict:
    if "conformance" in relations(await ask.json(api.endpoint.url)):
        return passed()
    return failed("aucun lien « conformance »", "no “conformance” link", at="/links")
