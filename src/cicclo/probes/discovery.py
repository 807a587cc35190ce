"""From any address to the endpoints behind it: look, recognise, follow what a page announces, then try usual paths."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urldefrag, urljoin, urlsplit

from cicclo.ogc.links import href
from cicclo.probes.documents import json_of, looks_like_html, text_of
from cicclo.probes.errors import Unusable
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

_HREF = re.compile(r"""(?:href|src|data-url|content)\s*=\s*["']([^"'<>\s]{4,2000})["']""", re.IGNORECASE)
_URL_IN_TEXT = re.compile(r"""https?://[^\s"'<>\\)]{8,500}""")
_TELLING = re.compile(
    r"(?i)service=(wms|wfs|csw|wmts)|/geoserver/|/geonetwork/|/csw|/wfs|/wms|/wmts|/ows\b|ogcapi|ogc-features|ogc/features|"
    r"/stac|/collections|openid-configuration|\.tiff?$|\.parquet$|\.fgb$|\.pmtiles$|\.rdf$|\.jsonld$|dcat|/arcgis/rest|/oapi"
)
MOST_LINKS = 30
# texts are read whole; of a raster or an archive the first bytes tell what it is
PEEK = "16384"


async def discover(target: str, ask: Ask, *, explore: bool = True) -> tuple[list[Endpoint], Answer]:
    """Return the endpoints found from an address (its own first, without duplicates) and the answer of the address."""
    answer = await ask.get(target, x_cicclo_peek=PEEK)
    found = recognise(answer)
    # a page may offer a sign-in or a catalogue of its own and still announce services
    page = answer.failure is None and looks_like_html(answer.body)
    if not explore:
        return distinct(found), answer
    if found and not page:
        return distinct([*found, *await _behind_landing_page(answer, found, ask)]), answer
    others = await _recognise_all(_links(answer), ask, "link")
    others = others or await _recognise_all(_guesses(answer.url), ask, "guess")
    return distinct([*found, *others]), answer


def recognise(answer: Answer) -> list[Endpoint]:
    """Ask every protocol whether it knows this answer."""
    if answer.failure is not None:
        return []
    found: list[Endpoint] = []
    for protocol in PROTOCOLS.values():
        try:
            found += protocol.sniff(answer)
        except Unusable:
            continue  # a body that this protocol cannot read is not its own
    return found


async def _behind_landing_page(answer: Answer, found: list[Endpoint], ask: Ask) -> list[Endpoint]:
    """Look at an OGC API's list of collections: only there is it told that some hold records."""
    landing = next((endpoint for endpoint in found if endpoint.protocol == "ogcapi"), None)
    if landing is None or landing.url.rstrip("/") != answer.url.split("?")[0].rstrip("/"):
        return []
    document = json_of(answer)
    url = href(document, "data", answer.url, "application/json") or href(document, "data", answer.url)
    known = {endpoint.protocol for endpoint in found}
    more = recognise(await ask.get(url, accept="application/json")) if url else []
    return [replace(e, url=landing.url, found_by="link") for e in more if e.protocol not in known]


async def _recognise_all(urls: Sequence[str], ask: Ask, found_by: str) -> list[Endpoint]:
    answers = await asyncio.gather(*(ask.get(url, x_cicclo_peek=PEEK) for url in urls))
    endpoints = [endpoint for answer in answers for endpoint in recognise(answer)]
    return [Endpoint(e.protocol, e.url, found_by, e.title, e.version) for e in endpoints]


def _links(answer: Answer) -> list[str]:
    if answer.failure is not None or not looks_like_html(answer.body):
        return []
    text = text_of(answer)
    raw = [*_HREF.findall(text), *_URL_IN_TEXT.findall(text)]
    urls = [urldefrag(urljoin(answer.url, link.replace("&amp;", "&")))[0] for link in raw]
    telling = [
        url
        for url in dict.fromkeys(urls)
        if _TELLING.search(url) and urlsplit(url).scheme in ("http", "https")
    ]
    return telling[:MOST_LINKS]


def _guesses(url: str) -> list[str]:
    return list(dict.fromkeys(guess for protocol in PROTOCOLS.values() for guess in protocol.guesses(url)))


def distinct(endpoints: Iterable[Endpoint]) -> list[Endpoint]:
    """Keep the first of endpoints with the same protocol and address (a slash at the end apart)."""
    kept: dict[str, Endpoint] = {}
    for endpoint in endpoints:
        kept.setdefault(endpoint.id.rstrip("/"), endpoint)
    return list(kept.values())
