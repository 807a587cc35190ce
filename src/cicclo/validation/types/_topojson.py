"""TopoJSON, by the rules of the JSON Schema that frictionless ships."""

from collections.abc import Callable
from typing import Any


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _whole(value: Any) -> bool:
    return _number(value) and (isinstance(value, int) or value.is_integer())


def _listed(part: Callable[[Any], bool], least: int = 0, most: float = float("inf")) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and least <= len(value) <= most and all(map(part, value))


_position = _listed(_number, 2)
_line = _listed(_whole)
_arcs = _listed(_listed(lambda place: place is None or _position(place), 2))
_bbox = _listed(_listed(_number), 2, 2)
PARTS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "Point": ("coordinates", _position),
    "MultiPoint": ("coordinates", _listed(_position)),
    "LineString": ("arcs", _line),
    "MultiLineString": ("arcs", _listed(_line)),
    "Polygon": ("arcs", _listed(_line)),
    "MultiPolygon": ("arcs", _listed(_listed(_line))),
}


def _geometry(value: Any) -> bool:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or not isinstance(value.get("properties", {}), dict):
        return False
    if not (isinstance(value.get("id", ""), str) or _whole(value["id"])):
        return False
    if kind == "GeometryCollection":
        return _listed(_geometry)(value.get("geometries"))
    name, accepts = PARTS.get(kind, ("", _whole))
    return accepts(value.get(name))


def _topology(value: dict[str, Any]) -> bool:
    objects = value.get("objects")
    if not isinstance(objects, dict) or not all(map(_geometry, objects.values())):
        return False
    turn = value.get("transform", {"scale": [1, 1], "translate": [0, 0]})
    turned = isinstance(turn, dict) and _position(turn.get("scale")) and _position(turn.get("translate"))
    return turned and _arcs(value.get("arcs"))


def is_topojson(value: dict[str, Any]) -> bool:
    """Tell whether the JSON object is a topology, or a geometry of one."""
    if "bbox" in value and not _bbox(value["bbox"]):
        return False
    return _topology(value) if value.get("type") == "Topology" else _geometry(value)
