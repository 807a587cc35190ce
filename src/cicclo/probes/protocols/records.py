"""OGC API Records: the catalogues (record collections) of an OGC API."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from cicclo.kernel.text import Text
from cicclo.ogc.conformance import normalise
from cicclo.ogc.links import absolute, find_links, href, links_of
from cicclo.probes.documents import json_of
from cicclo.probes.errors import BadDocument, Missing, Unusable
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

GEOJSON = "application/geo+json"
RECORDS = "ogcapi-records-1/"
CATALOGUE_REL = "ogc-catalog"


@dataclass(slots=True)
class Catalogue:
    """One record collection as announced; addresses are absolute."""

    id: str
    url: str
    items_url: str
    document: dict[str, Any]


@dataclass(slots=True)
class Records(Service):
    """`root` is the landing page's address with a trailing slash."""

    root: str = ""
    landing: dict[str, Any] = field(default_factory=dict)
    conforms_to: list[str] = field(default_factory=list)
    catalogues: list[Catalogue] = field(default_factory=list)


async def read(endpoint: Endpoint, ask: Ask) -> Records:
    landing = await ask.json(endpoint.url)
    landing = landing if isinstance(landing, dict) else {}
    root = endpoint.url.split("?")[0].rstrip("/") + "/"
    service = Records(endpoint, root=root, landing=landing, title=str(landing.get("title", "")))
    conformance = await _optional(_link(landing, "conformance", endpoint.url) or root + "conformance", ask)
    raw = conformance.get("conformsTo") or landing.get("conformsTo")
    service.conforms_to = [uri for uri in raw if isinstance(uri, str)] if isinstance(raw, list) else []
    service.claims = frozenset(normalise(uri) for uri in service.conforms_to)
    service.catalogues = await _catalogues(service, ask)
    if not service.catalogues and not any(claim.startswith(RECORDS) for claim in service.claims):
        answer = await ask.get(endpoint.url, accept="application/json")
        message = Text(
            "cette API n'annonce ni classe Records ni catalogue",
            "this API announces neither Records classes nor a catalogue",
        )
        raise BadDocument(answer, message, code="not-records")
    service.members = {"collection": service.catalogues}
    return service


def _link(document: dict[str, Any], rel: str, base: str) -> str:
    return href(document, rel, base, "application/json") or href(document, rel, base)


async def _optional(url: str, ask: Ask) -> dict[str, Any]:
    """A document that other checks judge; empty when it cannot be read."""
    try:
        document = await ask.json(url)
    except Unusable:
        return {}
    return document if isinstance(document, dict) else {}


async def _catalogues(service: Records, ask: Ask) -> list[Catalogue]:
    url = _link(service.landing, "data", service.endpoint.url) or service.root + "collections"
    entries = (await _optional(url, ask)).get("collections")
    found = []
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and holds_records(entry):
            name = str(entry.get("id", ""))
            address = f"{url.split('?')[0].rstrip('/')}/{quote(name, safe='')}"
            items = href(entry, "items", url, GEOJSON) or href(entry, "items", url) or address + "/items"
            found.append(Catalogue(name, address, items, entry))
    return found


def holds_records(collection: dict[str, Any]) -> bool:
    """Tell whether a collection is a catalogue, by its itemType or its relation to its items."""
    kind = collection.get("itemType")
    kinds = kind if isinstance(kind, list) else [kind]
    return (
        "record" in kinds
        or "records" in kinds
        or any("record" in str(link.get("type", "")) for link in find_links(collection, "items"))
    )


async def records_of(catalogue: Catalogue, ask: Ask, **params: Any) -> list[dict[str, Any]]:
    """Records of a query, those that are objects; raise Unusable when the answer is no FeatureCollection."""
    answer = await ask.get(catalogue.items_url, params or {"limit": 10}, accept=GEOJSON)
    document = await ask.json(catalogue.items_url, params or {"limit": 10}, accept=GEOJSON)
    raw = document.get("features") if isinstance(document, dict) else None
    if not isinstance(raw, list):
        raise BadDocument(
            answer,
            Text("réponse sans « features »", "answer without “features”"),
            at="/features",
            code="no-features",
        )
    return [record for record in raw if isinstance(record, dict)]


async def some_records(catalogue: Catalogue, ask: Ask) -> list[dict[str, Any]]:
    """The first records; raise Missing when the catalogue is empty."""
    records = await records_of(catalogue, ask)
    if not records:
        raise Missing("catalogue vide", "empty catalogue")
    return records


def properties(record: dict[str, Any]) -> dict[str, Any]:
    raw = record.get("properties")
    return raw if isinstance(raw, dict) else {}


def sniff(answer: Answer) -> Sequence[Endpoint]:
    """A landing page that names Records, or a list of collections of which one is a catalogue."""
    if not answer.ok or "json" not in answer.media_type or b"record" not in answer.body[:2_000_000]:
        return ()
    document = json_of(answer)
    if not isinstance(document, dict):
        return ()
    here = answer.url.split("?")[0]
    classes = document.get("conformsTo")
    claims = (
        {normalise(uri) for uri in classes if isinstance(uri, str)} if isinstance(classes, list) else set()
    )
    named = any(claim.startswith(RECORDS) for claim in claims) or bool(find_links(document, CATALOGUE_REL))
    if named and links_of(document) and not here.rstrip("/").endswith("/conformance"):
        return (Endpoint("records", here, "address", str(document.get("title", ""))),)
    entries = document.get("collections")
    catalogues = (
        [e for e in entries if isinstance(e, dict) and holds_records(e)] if isinstance(entries, list) else []
    )
    if catalogues:
        root = href(document, "root", answer.url).split("?")[0] or absolute(here.rstrip("/"), ".")
        return (Endpoint("records", root, "link"),)
    return ()


PROTOCOLS.add(
    Protocol(
        "records",
        Text("OGC API Records", "OGC API Records"),
        read=read,
        sniff=sniff,
        name_of=lambda catalogue: catalogue.id,
        entry="ogcapi-records/records-api/readable",
    )
)
