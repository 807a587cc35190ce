"""OGC API Common Part 1, class Landing Page."""

from urllib.parse import urljoin, urlsplit

from cicclo.ogc.links import find_links, links_of, relations
from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.ogcapi import OgcApi
from cicclo.probes.session import Ask

INTERNAL = ("localhost", "127.", "0.0.0.0", "10.", "192.168.", "[::1]")  # noqa: S104 - names to recognise, not to bind
ESSENTIAL = ("conformance", "data", "service-desc")


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
            return failed(
                f"lien relatif « {target} »", f"relative link “{target}”", at=f"/links/{index}/href"
            )
    return passed()


@check(
    "ogcapi-common/landing-page/conformance-link",
    on="ogcapi",
    breaks=lambda site: site.edit("/ogcapi/", lambda page: page["links"].pop(2)),
)
async def conformance_link(api: OgcApi, ask: Ask) -> Verdict:
    if find_links(await ask.json(api.endpoint.url), "conformance"):
        return passed()
    return failed("aucun lien « conformance »", "no “conformance” link", at="/links")


@check(
    "ogcapi-common/landing-page/data-link",
    on="ogcapi",
    breaks=lambda site: site.edit("/ogcapi/", lambda page: page["links"].pop(3)),
)
async def data_link(api: OgcApi, ask: Ask) -> Verdict:
    """A client finds collections by this link alone (tests of Common Part 2, QGIS, ogc-client)."""
    page = await ask.json(api.endpoint.url)
    if find_links(page, "data"):
        return passed()
    if not api.collections:
        raise Missing("aucune collection à lier", "no collection to link to")
    return failed("aucun lien « data » vers /collections", "no “data” link to /collections", at="/links")


@check(
    "ogcapi-common/landing-page/api-link",
    on="ogcapi",
    breaks=lambda site: site.edit("/ogcapi/", lambda page: page["links"].pop(1)),
)
async def api_link(api: OgcApi, ask: Ask) -> Verdict:
    if relations(await ask.json(api.endpoint.url)) & {"service-desc", "service-doc"}:
        return passed()
    return failed(
        "ni « service-desc » ni « service-doc »", "neither “service-desc” nor “service-doc”", at="/links"
    )


@check(
    "ogcapi-common/landing-page/link-types",
    on="ogcapi",
    breaks=lambda site: site.edit("/ogcapi/", lambda page: page["links"][3].update(type=None)),
)
async def link_types(api: OgcApi, ask: Ask) -> Verdict:
    page = await ask.json(api.endpoint.url)
    for index, link in enumerate(links_of(page)):
        if not isinstance(link.get("rel"), str) or not isinstance(link.get("type"), str):
            target = str(link.get("href", ""))
            return failed(
                f"lien sans « rel » ou « type » : {target}",
                f"link without “rel” or “type”: {target}",
                at=f"/links/{index}",
            )
    return passed()


@check(
    "ogcapi-common/landing-page/links-resolve",
    on="ogcapi",
    breaks=lambda site: site.status("/ogcapi/conformance", 404),
)
async def links_resolve(api: OgcApi, ask: Ask) -> Verdict:
    """Only the three links that a client needs are followed, with the type they announce."""
    for link in [one for rel in ESSENTIAL for one in find_links(api.landing, rel)[:1]]:
        url = urljoin(api.endpoint.url, str(link.get("href", "")))
        accept = api.api_accept if url == api.api_url else "application/json"
        answer = await ask.get(url, accept=accept)
        if answer.failure is None and not answer.ok:
            rel = link["rel"]
            return failed(
                f"le lien « {rel} » répond {answer.status}",
                f"the “{rel}” link answers {answer.status}",
                at=url,
            )
    return passed()


@check(
    "ogcapi-common/landing-page/public-host",
    on="ogcapi",
    breaks=lambda site: site.edit_text(
        "/ogcapi/", "https://good.example/ogcapi/conformance", "http://localhost:8080/conformance"
    ),
)
async def public_host(api: OgcApi, ask: Ask) -> Verdict:
    """Behind a proxy, servers that ignore the forwarded host publish their inner name."""
    own = urlsplit(api.endpoint.url)
    for index, link in enumerate(links_of(await ask.json(api.endpoint.url))):
        target = urlsplit(str(link.get("href", "")))
        host, at = target.netloc, f"/links/{index}/href"
        if host != own.netloc and host.lower().startswith(INTERNAL):
            return failed(
                f"lien vers une adresse interne : {host}",
                f"link to an internal address: {host}",
                at=at,
                code="internal-host",
            )
        if host == own.netloc and own.scheme == "https" and target.scheme == "http":
            return failed(
                "lien en http sur un service en https",
                "http link on an https service",
                at=at,
                code="http-link",
            )
    return passed()
