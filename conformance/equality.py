"""Whether the features that a client read are those of the source: number, attributes, geometries."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import shapely

from conformance.layers import Layer

CLOSE = 2e-6  # degrees, about 0.2 m: services may round coordinates to a centimetre and a half
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
SHOWN = 3

Row = tuple[Any, Mapping[str, Any], Any]  # key, attributes, geometry in CRS84


def differences(layer: Layer, read: Iterable[Row]) -> list[str]:
    """What is not the same, a few examples; nothing when all is equal."""
    found: dict[Any, tuple[Mapping[str, Any], Any]] = {}
    twice = []
    for key, attributes, geometry in read:
        if key in found:
            twice.append(key)
        found[key] = attributes, geometry
    missing = [key for key in layer.keys if key not in found]
    wrong = list(_compare(layer, found))
    said = []
    for name, what in (("missing", missing), ("twice", twice), ("different", wrong)):
        if what:
            said.append(f"{layer.id}: {len(what)} {name}: {', '.join(map(str, what[:SHOWN]))}")
    if len(found) > len(layer.keys) - len(missing):
        said.append(f"{layer.id}: {len(found)} features instead of {len(layer.keys)}")
    return said


def _compare(layer: Layer, found: Mapping[Any, tuple[Mapping[str, Any], Any]]) -> Iterator[str]:
    for key, attributes, geometry in layer.rows():
        if key not in found:
            continue
        theirs, shape = found[key]
        for name, value in attributes.items():
            if not same(value, theirs.get(name)):
                yield f"{key}.{name}: {theirs.get(name)!r} instead of {value!r}"
        if not same_shape(geometry, shape):
            yield f"{key}: geometry {_short(shape)} instead of {_short(geometry)}"


def same(ours: Any, theirs: Any) -> bool:
    """Compare two values as JSON and files may write them."""
    ours, theirs = _plain(ours), _plain(theirs)
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=1e-9)
    return bool(ours == theirs)


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return float(value)
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            value = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).timestamp()
    return value.isoformat() if isinstance(value, date) else value


def same_shape(ours: Any, theirs: Any) -> bool:
    """Same kind, same number of points, never further apart than CLOSE; a collection of one part is the part."""
    ours, theirs = _one(ours), _one(theirs)
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if ours.geom_type != theirs.geom_type:
        return False
    if shapely.equals_exact(ours, theirs, CLOSE):
        return True
    points = shapely.get_num_coordinates
    return bool(points(ours) == points(theirs) and shapely.hausdorff_distance(ours, theirs) <= CLOSE)


def _one(shape: Any) -> Any:
    if shape is None or shape.is_empty:
        return None
    return shapely.get_geometry(shape, 0) if shapely.get_num_geometries(shape) == 1 else shape


def _short(shape: Any) -> str:
    return "none" if shape is None else shapely.to_wkt(shape, rounding_precision=7)[:80]
