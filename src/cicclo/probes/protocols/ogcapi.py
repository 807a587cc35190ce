"""OGC API (Common Part 1 and 2, Features): landing page, conformance, collections."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from cicclo.kernel.text import Text
from cicclo.ogc.conformance import normalise
from cicclo.ogc.links import href, links_of, relations
from cicclo.probes.documents import json_of
from cicclo.probes.errors import Missing, Unusable
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer


@dataclass(slots=True)
class Collection:
    """One entry of /collections, as announced. `url` and `items_url` are absolute."""

    id: str
    url: str
    items_url: str
    document: dict[str, Any]

    @property
    def is_feature(self) -> bool:
        return self.document.get("itemType", "feature") == "feature"


@dataclass(slots=True)
class OgcApi(Service):
    """`root` is the landing page's address with a trailing slash."""

    root: str = ""
    landing: dict[str, Any] = field(default_factory=dict)
    conforms_to: list[str] = field(default_factory=list)
    collections_url: str = ""
    conformance_url: str = ""
    api_url: str = ""
    collections: list[Collection] = field(default_factory=list)

    def any_collection(self) -> Collection:
        """The first feature collection; raise Missing when there is none."""
        for collection in self.collections:
            if collection.is_feature and collection.items_url:
                return collection
        raise Missing("aucune collection d'objets", "no feature collection")


async def read(endpoint: Endpoint, ask: Ask) -> OgcApi:
    landing = await ask.json(endpoint.url)
    landing = landing if isinstance(landing, dict) else {}
    root = endpoint.url.split("?")[0].rstrip("/") + "/"
    api = OgcApi(endpoint, root=root, landing=landing, title=str(landing.get("title", "")))
    api.conformance_url = href(landing, "conformance", endpoint.url) or root + "conformance"
    api.collections_url = href(landing, "data", endpoint.url) or root + "collections"
    api.api_url = href(landing, "service-desc", endpoint.url)
    api.conforms_to = await _conformance(api, ask)
    api.claims = frozenset(normalise(uri) for uri in api.conforms_to)
    api.collections = await _collections(api, ask)
    api.members = {"collection": [c for c in api.collections if c.is_feature and c.items_url]}
    return api


async def _conformance(api: OgcApi, ask: Ask) -> list[str]:
    try:
        document = await ask.json(api.conformance_url)
    except Unusable:  # the check of the conformance resource says why
        document = api.landing
    uris = document.get("conformsTo") if isinstance(document, dict) else None
    return [uri for uri in uris if isinstance(uri, str)] if isinstance(uris, list) else []


async def _collections(api: OgcApi, ask: Ask) -> list[Collection]:
    try:
        document = await ask.json(api.collections_url)
    except Unusable:  # the check of the collections resource says why
        return []
    entries = document.get("collections") if isinstance(document, dict) else None
    return [_collection(api, e) for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []


def _collection(api: OgcApi, entry: dict[str, Any]) -> Collection:
    name = str(entry.get("id", ""))
    url = f"{api.collections_url.split('?')[0].rstrip('/')}/{name}"
    items = href(entry, "items", api.collections_url, "application/geo+json") or href(entry, "items", api.collections_url)
    return Collection(name, url, items, entry)


def sniff(answer: Answer) -> Sequence[Endpoint]:
    """A landing page is JSON with links to `conformance` or `data`; a STAC catalogue is another protocol's."""
    if "json" not in answer.media_type or not answer.ok:
        return ()
    document = json_of(answer)
    if not isinstance(document, dict) or "stac_version" in document:
        return ()
    rels = relations(document)
    if rels & {"conformance", "data", "http://www.opengis.net/def/rel/ogc/1.0/conformance", "http://www.opengis.net/def/rel/ogc/1.0/data"}:
        return (Endpoint("ogcapi", answer.url.split("?")[0], "address", str(document.get("title", ""))),)
    root = href(document, "root", answer.url) if links_of(document) else ""
    return (Endpoint("ogcapi", root, "address"),) if root else ()


def guesses(url: str) -> Sequence[str]:
    """Where platforms put their OGC API."""
    return [urljoin(url, path) for path in ("ogcapi", "ogcapi/", "api/ogc-features", "geoserver/ogc/features/v1", "data/ogcapi/")]


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
