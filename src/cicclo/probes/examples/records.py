"""A correct OGC API Records catalogue in memory, with the behaviour of its query parameters."""

from typing import Any
from urllib.parse import unquote, urlsplit

from cicclo.probes.examples.site import Reply, Site, query
from cicclo.web.outgoing import Request

BASE = "https://good.example/records"
GEOJSON = "application/geo+json"
SPEC = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/"
CLASSES = (
    "record-core",
    "record-collection",
    "record-core-query-parameters",
    "searchable-catalog",
    "sorting",
    "json",
    "autodiscovery",
)
# id, type, title, south-west corner, year
DATA = (
    ("velo", "dataset", "Pistes cyclables", (1.0, 43.0), 2021),
    ("bus", "service", "Arrêts de bus", (3.0, 50.0), 2022),
    ("eau", "dataset", "Cours d'eau", (5.0, 45.0), 2023),
)


def site() -> Site:
    """The correct catalogue."""
    return Site(BASE, handle, "/")


def link(path: str, rel: str, media_type: str = "application/json") -> dict[str, str]:
    return {"href": BASE + path, "rel": rel, "type": media_type, "title": rel}


def handle(request: Request) -> Reply | None:
    path = unquote(urlsplit(request.url).path.removeprefix("/records")).rstrip("/")
    match path.split("/")[1:]:
        case []:
            return Reply.json(landing())
        case ["conformance"]:
            return Reply.json({"conformsTo": [SPEC + name for name in CLASSES]})
        case ["collections"]:
            return Reply.json(
                {"collections": [catalogue()], "links": [link("/collections", "self"), link("/", "root")]}
            )
        case ["collections", "fiches"]:
            return Reply.json(catalogue())
        case ["collections", "fiches", "items"]:
            return items(query(request))
        case ["collections", "fiches", "items", name]:
            found = [record(*entry) for entry in DATA if entry[0] == name]
            return Reply.json(found[0], GEOJSON) if found else None
        case ["files", _]:
            return Reply.text("id\n1\n", "text/csv")
    return None


def landing() -> dict[str, Any]:
    return {
        "title": "Catalogue d'exemple",
        "links": [
            link("/", "self"),
            link("/conformance", "conformance"),
            link("/collections", "data"),
            link("/collections/fiches/items", "http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog", GEOJSON),
        ],
    }


def catalogue() -> dict[str, Any]:
    return {
        "id": "fiches",
        "title": "Fiches",
        "description": "Les fiches de la plateforme",
        "itemType": "record",
        "links": [link("/collections/fiches", "self"), link("/collections/fiches/items", "items", GEOJSON)],
    }


def record(name: str, kind: str, title: str, corner: tuple[float, float], year: int) -> dict[str, Any]:
    west, south = corner
    east, north = west + 1, south + 1
    return {
        "id": name,
        "type": "Feature",
        "conformsTo": ["http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core"],
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
        },
        "time": {"interval": [f"{year}-01-01", f"{year}-12-31"]},
        "properties": {
            "type": kind,
            "title": title,
            "description": f"{title} du territoire",
            "externalIds": [{"scheme": "urn:exemple", "value": f"ext-{name}"}],
        },
        "links": [
            link(f"/collections/fiches/items/{name}", "self", GEOJSON),
            link("/collections/fiches", "collection"),
            link(f"/files/{name}", "item", "text/csv"),
        ],
    }


def items(params: dict[str, str]) -> Reply:
    kept = [record(*entry) for entry in DATA]
    if "q" in params:
        kept = [r for r in kept if params["q"].lower() in r["properties"]["description"].lower()]
    if "type" in params:
        kept = [r for r in kept if r["properties"]["type"] in params["type"].split(",")]
    if "ids" in params:
        kept = [r for r in kept if r["id"] in params["ids"].split(",")]
    if "externalids" in params:
        wanted = [value.rpartition(":")[2] for value in params["externalids"].split(",")]
        kept = [r for r in kept if r["properties"]["externalIds"][0]["value"] in wanted]
    if "bbox" in params:
        box = [float(x) for x in params["bbox"].split(",")]
        kept = [r for r in kept if _meets(r["geometry"]["coordinates"][0], box)]
    if "datetime" in params:
        start, _, end = params["datetime"].partition("/")
        kept = [
            r
            for r in kept
            if r["time"]["interval"][0] <= (end or start)[:10] and start[:10] <= r["time"]["interval"][1]
        ]
    if "sortby" in params:
        kept.sort(
            key=lambda r: r["properties"][params["sortby"].lstrip("+-")],
            reverse=params["sortby"].startswith("-"),
        )
    matched = len(kept)
    kept = kept[: int(params.get("limit", 10))]
    return Reply.json(
        {
            "type": "FeatureCollection",
            "numberMatched": matched,
            "numberReturned": len(kept),
            "features": kept,
            "links": [],
        },
        GEOJSON,
    )


def _meets(ring: list[list[float]], box: list[float]) -> bool:
    (west, south), (east, north) = ring[0], ring[2]
    return west <= box[2] and box[0] <= east and south <= box[3] and box[1] <= north
