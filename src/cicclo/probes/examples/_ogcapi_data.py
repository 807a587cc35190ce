"""The example's data: bus stops (points with a time) and municipalities (polygons, one without geometry)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS = (CRS84, EPSG + "4326", EPSG + "2154", EPSG + "3857", EPSG + "4258")
Feature = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Collection:
    """What the example publishes of one collection; `time` names the property that holds the instant."""

    id: str
    title: str
    features: tuple[Feature, ...]
    bbox: tuple[float, float, float, float]
    properties: dict[str, dict[str, Any]]
    geometry: str
    interval: tuple[str, str] | None = None
    time: str = ""


def _stops() -> tuple[Feature, ...]:
    start = datetime(2026, 1, 1, 8, tzinfo=UTC)
    return tuple(
        {
            "type": "Feature",
            "id": f"stop-{n}",
            "geometry": {
                "type": "Point",
                "coordinates": [round(2.9 + (n % 5) * 0.05, 4), round(50.5 + (n // 5) * 0.03, 4)],
            },
            "properties": {
                "name": f"Arrêt {n}",
                "lines": n % 4,
                "updated": (start + timedelta(days=n)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        }
        for n in range(25)
    )


def _square(west: float, south: float) -> dict[str, Any]:
    east, north = west + 0.3, south + 0.2
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def _municipalities() -> tuple[Feature, ...]:
    names = ("Lille", "Amiens", "Arras", "Beauvais", "Laon", "Saint-Omer")
    placed = [
        {
            "type": "Feature",
            "id": f"M{n}",
            "geometry": _square(2.0 + n * 0.35, 49.4 + (n % 3) * 0.4),
            "properties": {"name": name, "population": 10_000 * (n + 1)},
        }
        for n, name in enumerate(names)
    ]
    nowhere = {
        "type": "Feature",
        "id": "M-none",
        "geometry": None,
        "properties": {"name": "Communes d'outre-mer", "population": 5},
    }
    return (*placed, nowhere)


STOPS = Collection(
    "stops",
    "Arrêts de bus",
    _stops(),
    (2.9, 50.5, 3.1, 50.62),
    {
        "name": {"title": "Nom", "type": "string"},
        "lines": {"title": "Nombre de lignes", "type": "integer"},
        "updated": {
            "title": "Mise à jour",
            "type": "string",
            "format": "date-time",
            "x-ogc-role": "primary-instant",
        },
    },
    "geometry-point",
    ("2026-01-01T08:00:00Z", "2026-01-25T08:00:00Z"),
    "updated",
)
MUNICIPALITIES = Collection(
    "municipalities",
    "Communes",
    _municipalities(),
    (2.0, 49.4, 4.05, 50.4),
    {"name": {"title": "Nom", "type": "string"}, "population": {"title": "Population", "type": "integer"}},
    "geometry-polygon",
)
COLLECTIONS = {collection.id: collection for collection in (STOPS, MUNICIPALITIES)}
