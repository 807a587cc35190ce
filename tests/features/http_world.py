"""A small service for the tests of the HTTP side."""

from collections.abc import Mapping
from typing import Any

from starlette.testclient import TestClient
from tests.features.memory import EditableMemoryStore, MemoryStore

from cicclo.features.asgi import application
from cicclo.features.model import Collection, GeometryKind, Kind, Property
from cicclo.features.ports import Store
from cicclo.features.service import Limits, Service
from cicclo.kernel.text import Text

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
TOWNS = [  # id, name, inhabitants, founded, longitude, latitude: five real towns, and one that is nowhere
    ("59350", "Lille", 238_695, "1054-01-01", 3.0573, 50.6292),
    ("62041", "Arras", 42_600, "0843-01-01", 2.7778, 50.2910),
    ("80021", "Amiens", 136_105, "1185-01-01", 2.2957, 49.8941),
    ("02408", "Laon", 24_304, None, 3.6199, 49.5641),
    ("a/b%c é", "Œuilly", None, "2020-06-01", 3.9000, 49.3700),
    ("nulle-part", "Nulle part", 0, None, None, None),
]
PROPERTIES = (
    Property("name", Kind.STRING, Text("nom", "name"), required=True),
    Property("inhabitants", Kind.INTEGER, unit="{inhabitants}"),
    Property("founded", Kind.DATE),
)


def collection(id_: str = "towns", **changes: Any) -> Collection:
    said: dict[str, Any] = {
        "title": Text("Villes", "Towns"),
        "description": Text("Quelques villes du nord", "Some towns of the north"),
        "properties": PROPERTIES,
        "geometry": GeometryKind.POINT,
        "crs": (CRS84, f"{EPSG}4326", f"{EPSG}3857", f"{EPSG}2154"),
        "extent": (2.2957, 49.37, 3.9, 50.6292),
        "instants": ("founded",),
        "interval": ("0843-01-01", ""),
        "count": len(TOWNS),
    }
    return Collection(id_, **{**said, **changes})


def features() -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "id": id_,
            "geometry": None if x is None else {"type": "Point", "coordinates": [x, y]},
            "properties": {"name": name, "inhabitants": inhabitants, "founded": founded},
        }
        for id_, name, inhabitants, founded, x, y in TOWNS
    ]


def towns(**changes: Any) -> MemoryStore:
    return MemoryStore(collection(**changes), features())


def editable_towns() -> EditableMemoryStore:
    return EditableMemoryStore(collection(), features())


def service(stores: Mapping[str, Store] | None = None, **changes: Any) -> Service:
    said: dict[str, Any] = {"limits": Limits(page=1000)}
    return Service(
        Text("Données d'essai", "Trial data"),
        stores if stores is not None else {"towns": towns()},
        **{**said, **changes},
    )


def client(of: Service | None = None, **changes: Any) -> TestClient:
    return TestClient(
        application(of or service(**changes)), base_url="http://data.example", raise_server_exceptions=True
    )


def link(document: Any, rel: str, media_type: str = "") -> dict[str, Any]:
    """The one link with this relation (and type)."""
    found = [
        each
        for each in document["links"]
        if each["rel"] == rel and (not media_type or each["type"].split(";")[0] == media_type)
    ]
    assert found, f"no link {rel} {media_type}"
    return found[0]
