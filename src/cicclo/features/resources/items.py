"""`/collections/{collection}/items`: pages of features, in every format."""

from dataclasses import replace
from urllib.parse import quote

import msgspec

from cicclo.features.http import edits, encodings, offered, paging, plans
from cicclo.features.http.guard import within
from cicclo.features.http.kept import modified
from cicclo.features.http.ready import CLOCK, Given, ReadyPage
from cicclo.features.http.writing import encoded_page
from cicclo.features.model import Query
from cicclo.features.ports import EditableStore
from cicclo.features.resources import HTML, RESOURCES, SPEC, Ask, Document, Json, Reply, Resource, link
from cicclo.kernel.text import Text


async def items(ask: Ask) -> Reply:
    if ask.method == "POST":
        return await edits.create(ask)
    if ask.representation == HTML:
        ask = filled(ask)
    store = ask.store
    query = plans.query(ask.query, store.collection, ask.service.limits)
    if ask.representation == encodings.GEOJSON:
        return ReadyPage(given(ask), query, paging.page_links(ask, query), paging.next_prefix(ask))
    if ask.representation == HTML:
        return await _page(ask, query)
    return await encoded_page(ask, query, canonical(ask))


def filled(ask: Ask) -> Ask:
    """Without the parameters that a form sends empty: a page's own form must work without any script."""
    return replace(ask, query={name: text for name, text in ask.query.items() if text})


def given(ask: Ask) -> Given:
    """What the short ways need to know."""
    store, service = ask.store, ask.service
    crs = plans.content_crs(ask.query, store.collection)
    editable = service.editable and isinstance(store, EditableStore)
    return Given(store, crs, canonical(ask), service.limits.seconds, editable, modified(store))


def canonical(ask: Ask) -> str:
    """What makes two answers the same: parameters in any order, the base of links, the representation."""
    pairs = sorted((name, value) for name, value in ask.query.items() if name != "f")
    return repr((ask.base, ask.path["collection"], ask.representation.name, pairs))


async def _page(ask: Ask, query: Query) -> Document:
    store = ask.store
    page = await within(ask.service.limits.seconds, ask.receive, store.encoded_page(query))
    links: list[Json] = paging.page_links(ask, query)
    if page.next:
        links.append(link(paging.next_prefix(ask) + quote(page.next, safe=""), "next", HTML.media_type))
    content: Json = {
        "type": "FeatureCollection",
        "links": links,
        "numberReturned": page.returned,
        "timeStamp": CLOCK.now().decode(),
        "features": msgspec.json.decode(b"[" + page.features + b"]"),
    }
    if page.matched is not None:
        content["numberMatched"] = page.matched
    crs = plans.content_crs(ask.query, store.collection)
    return Document(
        "items",
        content,
        {"collection": store.collection, "query": query},
        headers=(("Content-Crs", f"<{crs}>"),),
    )


FULFILLED = (
    "fc-op",
    "fc-response-type",
    "fc-response-features",
    "fc-links",
    "fc-rel-type",
    "fc-timeStamp",
    "fc-numberMatched",
    "fc-numberReturned",
    "crs84",
    "fc-bbox-definition",
    "fc-bbox-response",
    "bbox-invalid",
    "bbox-antimeridian",
    "fc-limit-definition",
    "fc-limit-response",
    "limit-over-maximum",
    "fc-time-definition",
    "fc-time-response",
    "datetime-invalid",
    "query-param-invalid",
    "query-param-unknown",
)
RESOURCES.add(
    Resource(
        name="items",
        path="/collections/{collection}/items",
        handler=items,
        summary=Text("Objets d'une collection", "Features of a collection"),
        methods=("GET", "POST"),
        representations=encodings.of_items,
        parameters=offered.of_items,
        prepared=False,
        conformance=lambda _service: (
            f"{SPEC}/ogcapi-features-1/1.0/conf/core",
            f"{SPEC}/ogcapi-features-1/1.0/conf/geojson",
            f"{SPEC}/ogcapi-features-1/1.0/conf/html",
            f"{SPEC}/ogcapi-features-1/1.0/conf/oas30",
            f"{SPEC}/ogcapi-features-6/1.0/conf/properties",
            f"{SPEC}/ogcapi-features-6/1.0/conf/properties-features",
        ),
        fulfils=tuple(f"ogcapi-features/core/{name}" for name in FULFILLED),
    )
)
