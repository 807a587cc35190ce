"""STAC: a static catalogue, or an API with search."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from cicclo.kernel.text import Text
from cicclo.ogc.conformance import normalise
from cicclo.ogc.links import absolute, find_links, href
from cicclo.probes.documents import json_of
from cicclo.probes.errors import BadDocument, Missing, Unusable
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

GEOJSON = "application/geo+json"


@dataclass(slots=True)
class StacCollection:
    """One collection as announced; `items_url` is absolute, empty when there is no link to items."""

    id: str
    items_url: str
    document: dict[str, Any]


@dataclass(slots=True)
class Stac(Service):
    """`search_url` is empty for a static catalogue."""

    landing: dict[str, Any] = field(default_factory=dict)
    conforms_to: list[str] = field(default_factory=list)
    search_url: str = ""
    collections: list[StacCollection] = field(default_factory=list)

    @property
    def is_api(self) -> bool:
        return bool(self.search_url or self.conforms_to or find_links(self.landing, "data"))

    def search(self) -> str:
        """The address of the search; raise Missing when there is none."""
        if not self.search_url:
            raise Missing("aucun lien de recherche", "no search link")
        return self.search_url


async def read(endpoint: Endpoint, ask: Ask) -> Stac:
    landing = await ask.json(endpoint.url)
    if not isinstance(landing, dict) or "stac_version" not in landing:
        answer = await ask.get(endpoint.url, accept="application/json")
        raise BadDocument(
            answer, Text("ce n'est pas un document STAC", "this is not a STAC document"), code="not-stac"
        )
    raw = landing.get("conformsTo")
    stac = Stac(endpoint, landing=landing, title=str(landing.get("title") or landing.get("id", "")))
    stac.version = str(landing["stac_version"])
    stac.conforms_to = [uri for uri in raw if isinstance(uri, str)] if isinstance(raw, list) else []
    stac.claims = frozenset(normalise(uri) for uri in stac.conforms_to)
    stac.search_url = href(landing, "search", endpoint.url, GEOJSON) or href(landing, "search", endpoint.url)
    stac.collections = await _collections(stac, ask)
    stac.members = {"collection": stac.collections}
    return stac


async def _collections(stac: Stac, ask: Ask) -> list[StacCollection]:
    """From /collections when the landing page links to it; a static catalogue's children otherwise, a few of them."""
    base = href(stac.landing, "data", stac.endpoint.url)
    if base:
        try:
            document = await ask.json(base)
        except Unusable:  # the check of collections says why
            return []
        entries = document.get("collections") if isinstance(document, dict) else None
        return (
            [collection(e, base) for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
        )
    found = []
    for link in find_links(stac.landing, "child")[: max(ask.options.sample, 1)]:
        url = absolute(stac.endpoint.url, str(link.get("href", "")))
        try:
            document = await ask.json(url)
        except Unusable:  # a dead child is the affair of link checks
            continue
        if isinstance(document, dict) and document.get("type") == "Collection":
            found.append(collection(document, url))
    return found


def collection(document: dict[str, Any], base: str) -> StacCollection:
    return StacCollection(str(document.get("id", "")), href(document, "items", base), document)


def features_of(document: Any) -> list[dict[str, Any]]:
    """Features of an answer that are objects; nothing for anything else."""
    raw = document.get("features") if isinstance(document, dict) else None
    return [item for item in raw if isinstance(item, dict)] if isinstance(raw, list) else []


def sniff(answer: Answer) -> Sequence[Endpoint]:
    """A catalogue is itself an endpoint; a collection or an item leads to its root."""
    if not answer.ok or "json" not in answer.media_type or b"stac_version" not in answer.body[:1_000_000]:
        return ()
    document = json_of(answer)
    if not isinstance(document, dict) or "stac_version" not in document:
        return ()
    if document.get("type", "Catalog") == "Catalog":
        return (
            Endpoint("stac", answer.url, "address", str(document.get("title") or document.get("id", ""))),
        )
    root = href(document, "root", answer.url)
    return (Endpoint("stac", root, "link"),) if root else ()


def guesses(url: str) -> Sequence[str]:
    return [urljoin(url, path) for path in ("/stac/", "/api/stac/v1", "/stac/catalog.json")]


PROTOCOLS.add(
    Protocol(
        "stac",
        Text("STAC", "STAC"),
        read=read,
        sniff=sniff,
        guesses=guesses,
        name_of=lambda item: item.id,
        entry="stac/catalog/readable",
    )
)
