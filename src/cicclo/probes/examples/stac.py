"""A correct STAC API 1.0 in memory: one collection, four items, search by GET and POST."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cicclo.probes.examples.site import Reply, Site
from cicclo.web.outgoing import Request

BASE = "https://good.example/stac"
GEOJSON = "application/geo+json"
CLASSES = ("core", "collections", "item-search", "ogcapi-features")
# id, west, south, day
ITEMS = (
    ("a", 1.0, 43.0, "2024-01-05"),
    ("b", 3.0, 50.0, "2024-06-05"),
    ("c", 5.0, 45.0, "2025-01-05"),
    ("d", 7.0, 48.0, "2025-06-05"),
)


def site() -> Site:
    """The correct API."""
    return Site(BASE, handle, "/")


def link(path: str, rel: str, media_type: str = "application/json", **more: Any) -> dict[str, Any]:
    return {"href": BASE + path, "rel": rel, "type": media_type, **more}


def handle(request: Request) -> Reply | None:
    path = urlsplit(request.url).path.removeprefix("/stac").rstrip("/")
    match path.split("/")[1:]:
        case []:
            return Reply.json(landing())
        case ["conformance"]:
            return Reply.json({"conformsTo": landing()["conformsTo"]})
        case ["collections"]:
            return Reply.json({"collections": [collection()], "links": [link("/collections", "self")]})
        case ["collections", "ortho"]:
            return Reply.json(collection())
        case ["collections", "ortho", "items"]:
            return search(dict(parse_qsl(urlsplit(request.url).query)))
        case ["collections", "ortho", "items", name]:
            found = [item(*entry) for entry in ITEMS if entry[0] == name]
            return Reply.json(found[0], GEOJSON) if found else None
        case ["search"]:
            return search(
                json.loads(request.body)
                if request.method == "POST"
                else dict(parse_qsl(urlsplit(request.url).query))
            )
        case ["files", _]:
            return Reply.text("II*", "image/tiff; application=geotiff; profile=cloud-optimized")
    return None


def landing() -> dict[str, Any]:
    return {
        "type": "Catalog",
        "stac_version": "1.0.0",
        "id": "exemple",
        "title": "Imagerie d'exemple",
        "description": "Une API correcte",
        "conformsTo": [f"https://api.stacspec.org/v1.0.0/{name}" for name in CLASSES]
        + [
            "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
            "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
        ],
        "links": [
            link("/", "self"),
            link("/", "root"),
            link("/collections", "data"),
            link("/conformance", "conformance"),
            link("/search", "search", GEOJSON, method="GET"),
            link("/search", "search", GEOJSON, method="POST"),
            link("/api", "service-desc", "application/vnd.oai.openapi+json;version=3.0"),
        ],
    }


def collection() -> dict[str, Any]:
    return {
        "type": "Collection",
        "stac_version": "1.0.0",
        "id": "ortho",
        "description": "Orthophotographies",
        "license": "etalab-2.0",
        "extent": {
            "spatial": {"bbox": [[1, 43, 8, 51]]},
            "temporal": {"interval": [["2024-01-05T00:00:00Z", None]]},
        },
        "links": [
            link("/collections/ortho", "self"),
            link("/", "root"),
            link("/collections/ortho/items", "items", GEOJSON),
        ],
    }


def item(name: str, west: float, south: float, day: str) -> dict[str, Any]:
    east, north = west + 1, south + 1
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": name,
        "collection": "ortho",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "bbox": [west, south, east, north],
        "properties": {"datetime": f"{day}T00:00:00Z"},
        "links": [
            link(f"/collections/ortho/items/{name}", "self", GEOJSON),
            link("/collections/ortho", "collection"),
            link("/", "root"),
        ],
        "assets": {
            "image": {
                "href": f"{BASE}/files/{name}.tif",
                "type": "image/tiff; application=geotiff; profile=cloud-optimized",
            }
        },
    }


def search(params: dict[str, Any]) -> Reply:
    """Filter, then page with `token`, the position of the first item."""
    kept = [item(*entry) for entry in ITEMS]
    if "bbox" in params:
        raw = params["bbox"]
        box = [float(x) for x in (raw.split(",") if isinstance(raw, str) else raw)]
        kept = [i for i in kept if _meets(i["bbox"], box)]
    if "intersects" in params:
        raw = params["intersects"]
        ring = (json.loads(raw) if isinstance(raw, str) else raw)["coordinates"][0]
        box = [
            min(p[0] for p in ring),
            min(p[1] for p in ring),
            max(p[0] for p in ring),
            max(p[1] for p in ring),
        ]
        kept = [i for i in kept if _meets(i["bbox"], box)]
    if "datetime" in params:
        start, _, end = params["datetime"].partition("/")
        kept = [i for i in kept if start[:10] <= i["properties"]["datetime"][:10] <= (end or start)[:10]]
    for name, key in (("ids", "id"), ("collections", "collection")):
        if name in params:
            wanted = params[name].split(",") if isinstance(params[name], str) else params[name]
            kept = [i for i in kept if i[key] in wanted]
    first, limit = int(params.get("token", 0)), int(params.get("limit", 10))
    links = []
    if first + limit < len(kept):
        following = {
            key: value if isinstance(value, str | int) else json.dumps(value) for key, value in params.items()
        }
        links = [
            link("/search?" + urlencode({**following, "token": first + limit}), "next", GEOJSON, method="GET")
        ]
    return Reply.json(
        {"type": "FeatureCollection", "features": kept[first : first + limit], "links": links}, GEOJSON
    )


def _meets(a: list[float], b: list[float]) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]
