"""OGC API (Common Part 1 and 2, Features): landing page, conformance, API definition, collections."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin

from cicclo.kernel.text import Text
from cicclo.ogc.conformance import normalise
from cicclo.ogc.links import find_links, href, links_of, relations
from cicclo.probes.documents import json_of
from cicclo.probes.errors import Missing, Unusable
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.protocols._openapi import Definition, whole
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

OPENAPI = "application/vnd.oai.openapi+json;version=3.0"


@dataclass(slots=True)
class Collection:
    """One entry of /collections, as announced. `url` and `items_url` are absolute."""

    id: str
    url: str
    items_url: str
    document: dict[str, Any]
    crs: tuple[str, ...] = ()

    @property
    def is_feature(self) -> bool:
        return bool(self.document.get("itemType", "feature") == "feature")

    @property
    def storage_crs(self) -> str:
        raw = self.document.get("storageCrs")
        return raw if isinstance(raw, str) else ""

    @property
    def bbox(self) -> tuple[float, ...]:
        """The first spatial extent: 4 or 6 numbers, empty when there is none."""
        box = _first(self._extent("spatial", "bbox"))
        numbers = (
            [float(n) for n in box if isinstance(n, int | float) and not isinstance(n, bool)]
            if isinstance(box, list)
            else []
        )
        return tuple(numbers) if len(numbers) in (4, 6) and len(numbers) == len(box) else ()

    @property
    def interval(self) -> tuple[str, str]:
        """The first temporal extent; an empty word for an open or absent end."""
        pair = _first(self._extent("temporal", "interval"))
        if not isinstance(pair, list) or len(pair) != 2:
            return "", ""
        start, end = (bound if isinstance(bound, str) and bound != ".." else "" for bound in pair)
        return start, end

    def _extent(self, kind: str, name: str) -> Any:
        extent = self.document.get("extent")
        part = extent.get(kind) if isinstance(extent, dict) else None
        return part.get(name) if isinstance(part, dict) else None

    def link(self, rel: str) -> str:
        return href(self.document, rel, self.url)


@dataclass(slots=True)
class OgcApi(Service):
    """`root` is the landing page's address with a trailing slash; `definition` the API definition, if it was read."""

    root: str = ""
    landing: dict[str, Any] = field(default_factory=dict)
    conforms_to: list[str] = field(default_factory=list)
    collections_url: str = ""
    conformance_url: str = ""
    api_url: str = ""
    api_accept: str = OPENAPI
    definition: Definition | None = None
    listing: dict[str, Any] = field(default_factory=dict)
    collections: list[Collection] = field(default_factory=list)

    def features(self) -> list[Collection]:
        """Collections of features that can be read."""
        return [c for c in self.collections if c.is_feature and c.items_url]

    def any_collection(self) -> Collection:
        """The first feature collection; raise Missing when there is none."""
        found = self.features()
        if not found:
            raise Missing("aucune collection d'objets", "no feature collection")
        return found[0]

    def described(self) -> Definition:
        """The API definition; raise Missing when it could not be read (another requirement says why)."""
        if self.definition is None:
            raise Missing("aucune définition d'API lisible", "no readable API definition")
        return self.definition

    def maximum(self, collection: Collection) -> int | None:
        """The announced maximum of `limit`."""
        if self.definition is None:
            return None
        parameter = self.definition.items_parameter(collection.id, "limit")
        return whole(self.definition.schema(parameter).get("maximum")) if parameter else None


async def read(endpoint: Endpoint, ask: Ask) -> OgcApi:
    landing = await ask.json(endpoint.url)
    landing = landing if isinstance(landing, dict) else {}
    root = endpoint.url.split("?")[0].rstrip("/") + "/"
    api = OgcApi(endpoint, root=root, landing=landing, title=str(landing.get("title", "")))
    api.conformance_url = href(landing, "conformance", endpoint.url, "application/json") or href(
        landing, "conformance", endpoint.url
    )
    api.conformance_url = api.conformance_url or root + "conformance"
    api.collections_url = href(landing, "data", endpoint.url, "application/json") or href(
        landing, "data", endpoint.url
    )
    api.collections_url = api.collections_url or root + "collections"
    api.conforms_to = await _conformance(api, ask)
    api.claims = frozenset(normalise(uri) for uri in api.conforms_to)
    api.definition = await _definition(api, ask)
    api.collections = await _collections(api, ask)
    api.members = {"collection": api.features()}
    return api


async def _conformance(api: OgcApi, ask: Ask) -> list[str]:
    try:
        document = await ask.json(api.conformance_url)
    except Unusable:  # the check of the conformance resource says why
        document = api.landing
    uris = document.get("conformsTo") if isinstance(document, dict) else None
    return [uri for uri in uris if isinstance(uri, str)] if isinstance(uris, list) else []


async def _definition(api: OgcApi, ask: Ask) -> Definition | None:
    """Read the definition with the Accept header that its link announces."""
    links = [link for link in find_links(api.landing, "service-desc") if isinstance(link.get("href"), str)]
    json_links = [link for link in links if "json" in str(link.get("type", ""))]
    if not links:
        return None
    chosen = (json_links or links)[0]
    api.api_url = urljoin(api.endpoint.url, chosen["href"])
    api.api_accept = str(chosen.get("type") or OPENAPI)
    try:
        document = await ask.json(api.api_url, accept=api.api_accept)
    except Unusable:  # the check of the API definition says why
        return None
    return Definition.of(document) if isinstance(document, dict) else None


async def _collections(api: OgcApi, ask: Ask) -> list[Collection]:
    try:
        document = await ask.json(api.collections_url)
    except Unusable:  # the check of the collections resource says why
        return []
    api.listing = document if isinstance(document, dict) else {}
    entries = api.listing.get("collections")
    return [_collection(api, e) for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []


def _collection(api: OgcApi, entry: dict[str, Any]) -> Collection:
    name = str(entry.get("id", ""))
    url = f"{api.collections_url.split('?')[0].rstrip('/')}/{quote(name, safe=':')}"
    items = href(entry, "items", api.collections_url, "application/geo+json") or href(
        entry, "items", api.collections_url
    )
    # no link is a finding of its own (fc-md-items); Part 1 fixes the path (7.15.2), so the rest is still judged
    items = items or (f"{url}/items" if name else "")
    return Collection(name, url, items, entry, crs_list(entry.get("crs"), api.listing.get("crs")))


def crs_list(own: Any, shared: Any) -> tuple[str, ...]:
    """CRS of a collection, the pointer `#/crs` replaced by the list of /collections."""
    found: list[str] = []
    for uri in own if isinstance(own, list) else []:
        if uri == "#/crs":
            found += [one for one in shared if isinstance(one, str)] if isinstance(shared, list) else []
        elif isinstance(uri, str):
            found.append(uri)
    return tuple(dict.fromkeys(found))


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None


def sniff(answer: Answer) -> Sequence[Endpoint]:
    """A landing page is JSON with links to `conformance` or `data`; a STAC catalogue is another protocol's."""
    if "json" not in answer.media_type or not answer.ok:
        return ()
    document = json_of(answer)
    if not isinstance(document, dict) or "stac_version" in document:
        return ()
    rels = relations(document)
    ogc = "http://www.opengis.net/def/rel/ogc/1.0/"
    if rels & {"conformance", "data", f"{ogc}conformance", f"{ogc}data"}:
        return (Endpoint("ogcapi", answer.url.split("?")[0], "address", str(document.get("title", ""))),)
    root = href(document, "root", answer.url) if links_of(document) else ""
    return (Endpoint("ogcapi", root, "address"),) if root else ()


def guesses(url: str) -> Sequence[str]:
    """Where platforms put their OGC API."""
    return [
        urljoin(url, path)
        for path in ("ogcapi", "ogcapi/", "api/ogc-features", "geoserver/ogc/features/v1", "data/ogcapi/")
    ]


PROTOCOLS.add(
    Protocol(
        "ogcapi",
        Text("OGC API", "OGC API"),
        read=read,
        sniff=sniff,
        guesses=guesses,
        name_of=lambda collection: collection.id,
        entry="ogcapi-common/landing-page/readable",
    )
)
