"""A correct WFS in memory (2.0.0, with 1.1.0 and 1.0.0 documents): two types, real paging, axes and filters."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from cicclo.ogc import crs
from cicclo.probes.examples import _wfs_documents as documents
from cicclo.probes.examples._ows import BASE, exception, record
from cicclo.probes.examples.site import Reply, Site, query
from cicclo.web.outgoing import Request

URL = f"{BASE}/wfs"
COUNT_DEFAULT = 5
# name, longitude, latitude
FEATURES: dict[str, list[tuple[str, float, float]]] = {
    "demo:communes": [
        ("Lille", 3.06, 50.63),
        ("Amiens", 2.30, 49.89),
        ("Beauvais", 2.08, 49.43),
        ("Laon", 3.62, 49.56),
        ("Arras", 2.78, 50.29),
        ("Calais", 1.85, 50.95),
        ("Dunkerque", 2.37, 51.03),
    ],
    "demo:arrets": [("Gare", 3.07, 50.64), ("Mairie", 3.05, 50.62), ("Beffroi", 3.06, 50.63)],
}
NAMESPACES = 'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:demo="https://good.example/demo"'


Operation = Callable[[dict[str, str]], Reply]


def site() -> Site:
    """The correct service."""
    return Site(BASE, handle, "/wfs")


def handle(request: Request) -> Reply | None:
    path = urlsplit(request.url).path
    if path != "/wfs":
        return record(path)
    params = _posted(request.body) if request.method == "POST" else query(request)
    operation: Operation | None = OPERATIONS.get(params.get("request", "").lower())
    if operation is None:
        return exception("MissingParameterValue", "WFS: request is missing or unknown", "request")
    return operation(params)


def _posted(body: bytes) -> dict[str, str]:
    root = etree.fromstring(body)
    names = [element.get("typeNames", "") for element in root]
    return {
        "request": etree.QName(root).localname,
        "typenames": names[0] if names else "",
        "count": root.get("count", "5"),
    }


def capabilities(params: dict[str, str]) -> Reply:
    wanted = (params.get("acceptversions") or params.get("version") or "2.0.0").split(",")[0]
    make = {"1.0.0": documents.capabilities_1_0, "1.1.0": documents.capabilities_1_1}.get(
        wanted, documents.capabilities_2_0
    )
    return Reply.xml(make())


def describe(params: dict[str, str]) -> Reply:
    name = params.get("typenames") or params.get("typename") or "demo:communes"
    if name not in FEATURES:
        return exception("InvalidParameterValue", f"WFS: unknown type {name}", "typeNames")
    return Reply.xml(documents.schema(name.split(":")[1]))


def get_feature(params: dict[str, str]) -> Reply:
    if params.get("storedquery_id", "").endswith("GetFeatureById"):
        return _by_id(params.get("id", ""))
    name = params.get("typenames", "")
    if name not in FEATURES:
        return exception("InvalidParameterValue", f"WFS: unknown type {name}", "typeNames")
    found = [(f"{name.split(':')[1]}.{rank}", *feature) for rank, feature in enumerate(FEATURES[name])]
    kept = [feature for feature in found if _inside(feature, params.get("bbox", ""))]
    if params.get("resulttype", "").lower() == "hits":
        return _collection([], len(kept), "")
    start, count = int(params.get("startindex", "0")), min(int(params.get("count", "5")), COUNT_DEFAULT)
    page = kept[start : start + count]
    if "json" in params.get("outputformat", ""):
        return _geojson(page, len(kept))
    srs = params.get("srsname", "urn:ogc:def:crs:EPSG::2154")
    more = f"{URL}?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES={name}&STARTINDEX={start + count}&COUNT={count}"
    following = more.replace("&", "&amp;") if start + count < len(kept) else ""
    return _collection([_gml(name, feature, srs) for feature in page], len(kept), following)


def _inside(feature: tuple[str, str, float, float], bbox: str) -> bool:
    if not bbox:
        return True
    south, west, north, east = map(float, bbox.split(",")[:4])
    return south <= feature[3] <= north and west <= feature[2] <= east


def position(srs: str, longitude: float, latitude: float) -> str:
    """Axes in the order of the definition, except in the short form: longitude first."""
    transformer = crs.from_crs84(srs)
    first, second = transformer.transform(longitude, latitude) if transformer else (longitude, latitude)
    if crs.form(srs) == "short" and crs.northing_first(srs):
        first, second = second, first
    return f"{first:.5f} {second:.5f}"


def _gml(type_name: str, feature: tuple[str, str, float, float], srs: str) -> str:
    identifier, name, longitude, latitude = feature
    point = f'<gml:Point srsName="{srs}" gml:id="g.{identifier}"><gml:pos>{position(srs, longitude, latitude)}</gml:pos></gml:Point>'
    return f'<{type_name} gml:id="{identifier}"><demo:nom>{name}</demo:nom><demo:geom>{point}</demo:geom></{type_name}>'


def _collection(members: list[str], matched: int, following: str) -> Reply:
    link = f' next="{following}"' if following else ""
    body = "".join(f"<wfs:member>{member}</wfs:member>" for member in members)
    head = f'timeStamp="2026-11-01T00:00:00Z" numberMatched="{matched}" numberReturned="{len(members)}"{link}'
    text = f'<?xml version="1.0" encoding="UTF-8"?><wfs:FeatureCollection {NAMESPACES} {head}>{body}</wfs:FeatureCollection>'
    return Reply.xml(text, "application/gml+xml")


def _geojson(page: list[tuple[str, str, float, float]], matched: int) -> Reply:
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "id": i,
            "properties": {"nom": n},
            "geometry": {"type": "Point", "coordinates": [x, y]},
        }
        for i, n, x, y in page
    ]
    document = {
        "type": "FeatureCollection",
        "features": features,
        "numberMatched": matched,
        "numberReturned": len(page),
    }
    return Reply(200, {"content-type": "application/geo+json"}, json.dumps(document).encode())


def _by_id(identifier: str) -> Reply:
    for name, rows in FEATURES.items():
        for rank, row in enumerate(rows):
            if identifier == f"{name.split(':')[1]}.{rank}":
                gml = _gml(name, (identifier, *row), "urn:ogc:def:crs:EPSG::2154")
                return Reply.xml(gml.replace(f"<{name} ", f"<{name} {NAMESPACES} ", 1))
    return exception("NotFound", f"WFS: no feature {identifier}", "ID", 404)


def property_value(params: dict[str, str]) -> Reply:
    rows = FEATURES.get(params.get("typenames", ""), [])[: int(params.get("count", "5"))]
    members = "".join(f"<wfs:member><demo:nom>{name}</demo:nom></wfs:member>" for name, _, _ in rows)
    head = f'timeStamp="2026-11-01T00:00:00Z" numberMatched="unknown" numberReturned="{len(rows)}"'
    return Reply.xml(f"<wfs:ValueCollection {NAMESPACES} {head}>{members}</wfs:ValueCollection>")


OPERATIONS: dict[str, Operation] = {
    "getcapabilities": capabilities,
    "describefeaturetype": describe,
    "getfeature": get_feature,
    "getpropertyvalue": property_value,
    "liststoredqueries": lambda _params: Reply.xml(documents.stored_queries()),
}
