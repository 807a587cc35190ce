"""`geojson`: an object of GeoJSON 2008, or TopoJSON.

The rules are those of the JSON Schema that frictionless ships: positions of exactly two numbers, a feature's geometry
is not a collection, features within a collection need no `type`.
"""

from collections.abc import Callable
from typing import Any

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import TYPES, FieldType, Read, Unreadable
from cicclo.validation.types._topojson import is_topojson
from cicclo.validation.types.object import read as read_object


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _position(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value))


def _listed(part: Callable[[Any], bool], least: int = 0) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(part, value))


_line = _listed(_position, 2)
_polygon = _listed(_listed(_position, 4))
COORDINATES: dict[str, Callable[[Any], bool]] = {
    "Point": _position,
    "MultiPoint": _listed(_position),
    "LineString": _line,
    "MultiLineString": _listed(_line),
    "Polygon": _polygon,
    "MultiPolygon": _listed(_polygon),
}


def _geometry(value: Any) -> bool:
    if not isinstance(value, dict) or "coordinates" not in value:
        return False
    kind = value.get("type")
    return isinstance(kind, str) and kind in COORDINATES and COORDINATES[kind](value["coordinates"])


def _feature(value: Any) -> bool:
    if not isinstance(value, dict):
        return True  # the schema asks nothing of what is not an object
    if value.get("type", "Feature") != "Feature" or "geometry" not in value or "properties" not in value:
        return False
    properties = value["properties"]
    geometry = value["geometry"]
    return (geometry is None or _geometry(geometry)) and (properties is None or isinstance(properties, dict))


def _collection(value: dict[str, Any]) -> bool:
    return isinstance(value.get("features"), list) and all(map(_feature, value["features"]))


def _geometries(value: dict[str, Any]) -> bool:
    return isinstance(value.get("geometries"), list) and all(map(_geometry, value["geometries"]))


KINDS: dict[str, Callable[[dict[str, Any]], bool]] = {
    "Feature": _feature,
    "FeatureCollection": _collection,
    "GeometryCollection": _geometries,
}


def _crs(value: Any) -> bool:
    if (
        not isinstance(value, dict)
        or set(value) != {"type", "properties"}
        or not isinstance(value["properties"], dict)
    ):
        return False
    inside = value["properties"]
    if value["type"] == "name":
        return set(inside) == {"name"} and isinstance(inside["name"], str)
    linked = isinstance(inside.get("href"), str) and isinstance(inside.get("type", ""), str)
    return value["type"] == "link" and linked


def is_geojson(value: dict[str, Any]) -> bool:
    """Tell whether the JSON object is a GeoJSON object."""
    if "crs" in value and not _crs(value["crs"]):
        return False
    if "bbox" in value and not _listed(_is_number)(value["bbox"]):
        return False
    kind = value.get("type")
    accepts: Callable[[dict[str, Any]], bool] = (
        KINDS.get(kind, _geometry) if isinstance(kind, str) else _geometry
    )
    return accepts(value)


def _reader(field: Field) -> Read:
    accepts: Callable[[dict[str, Any]], bool] | None = {"default": is_geojson, "topojson": is_topojson}.get(
        field.format
    )

    def read(cell: Cell) -> dict[str, Any]:
        value = read_object(cell)
        try:
            good = accepts is None or accepts(value)
        except RecursionError:
            good = False
        if not good:
            raise Unreadable("geojson")
        return value

    return read


TYPES.add(FieldType("geojson", _reader, formats=("default", "topojson")))
