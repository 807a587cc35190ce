"""Documents about collections, and the links that several resources share."""

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlencode

from cicclo.features.http.encodings import of_items
from cicclo.features.model import Box, Collection, Link
from cicclo.features.resources import RESOURCES, Ask, Json, Representation, link
from cicclo.ogc.crs import CRS84

_MICRO = 1_000_000
_DAY = 10  # characters


def own_links(ask: Ask, offered: Sequence[Representation], *segments: str) -> list[Json]:
    """`self` in the representation that is given, `alternate` in every other."""
    address = ask.href(*segments)
    return [
        link(
            f"{address}?{urlencode({'f': each.name})}",
            "self" if each == ask.representation else "alternate",
            each.media_type,
            ask.say(each.title),
        )
        for each in offered
    ]


def described(ask: Ask, shown: Link) -> Json:
    """A link of the configuration or of a source."""
    return link(
        shown.href, shown.rel, shown.type, ask.say(shown.title), hreflang=shown.hreflang, length=shown.length
    )


def collection_document(ask: Ask, collection: Collection, *, alone: bool) -> Json:
    """What is said of a collection (OGC 17-069r4, 7.14; 18-058r1, 6.2)."""
    document: Json = {
        "id": collection.id,
        "title": ask.say(collection.title),
        "description": ask.say(collection.description),
        "keywords": list(collection.keywords),
        "extent": extent(collection),
        "itemType": "feature",
        "crs": list(collection.crs),
        "storageCrs": collection.storage_crs,
        "links": _collection_links(ask, collection, alone=alone),
    }
    return {name: value for name, value in document.items() if value not in ("", [], {})}


def extent(collection: Collection) -> Json:
    shown: Json = {}
    if collection.extent:
        shown["spatial"] = {"bbox": [_outward(collection.extent)], "crs": CRS84}
    if collection.instants and any(collection.interval):
        start, end = _moments(*collection.interval)
        gregorian = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
        shown["temporal"] = {"interval": [[start or None, end or None]], "trs": gregorian}
    return shown


def _outward(box: Box) -> list[float]:
    """Six decimals, never less than the box: clients that write seven ask for all of it."""
    west, south, east, north = (each * _MICRO for each in box)
    edges = (math.floor(west), math.floor(south), math.ceil(east), math.ceil(north))
    return [edge / _MICRO for edge in edges]


def _moments(start: str, end: str) -> tuple[str, str]:
    """Days as the instants that the schema of extents wants (OGC 17-069r4, 7.13.4)."""
    return (
        f"{start}T00:00:00Z" if len(start) == _DAY else start,
        f"{end}T23:59:59Z" if len(end) == _DAY else end,
    )


def _collection_links(ask: Ask, collection: Collection, *, alone: bool) -> list[Json]:
    segments = ("collections", collection.id)
    own = RESOURCES["collection"].offered
    if alone:
        links = own_links(ask, own, *segments)
    else:
        links = [link(ask.href(*segments, f=each.name), "self", each.media_type) for each in own[:1]]
    links += [
        link(ask.href(*segments, "items", f=each.name), "items", each.media_type, ask.say(each.title))
        for each in of_items()
    ]
    for resource in RESOURCES.values():
        links += resource.collection_links(ask, collection)
    licence = collection.licence or ask.service.licence
    return links + [described(ask, each) for each in (*collection.links, *((licence,) if licence else ()))]


def query_string(pairs: dict[str, Any]) -> str:
    return urlencode(pairs, quote_via=quote, safe="/:,")
