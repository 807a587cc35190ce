"""The values of query parameters: text → what a store understands, or a 400 that says what was expected."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import shapely
from pyproj import Transformer
from pyproj.exceptions import ProjError

from cicclo.features.http import durations, filters
from cicclo.features.model import GEOMETRY, Box, Collection, GeometryKind, Interval, Kind, Property, Sort
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc import crs as crss
from cicclo.ogc.cql2.model import Call, Date, Expression, Name, Timestamp

_WHOLE = re.compile(r"\d+", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d))?", re.ASCII)
_DAY = timedelta(days=1)
MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGITUDE_FIRST = (crss.CRS84, crss.CRS84H)


def refuse(name: str, value: str, remedy: Text) -> BadInput:
    """The problem of a value that does not do."""
    shown = value if len(value) <= 80 else value[:77] + "…"
    return BadInput(Text(f"« {shown} » ne convient pas", f"“{shown}” does not do"), at=name, remedy=remedy)


def whole(name: str, value: str, least: int, most: int) -> int:
    """Read a whole number; more than `most` gives `most`."""
    if not _WHOLE.fullmatch(value) or (len(value) < 19 and int(value) < least):
        raise refuse(name, value, Text(f"un entier à partir de {least}", f"a whole number from {least}"))
    return min(int(value), most) if len(value) < 19 else most


def known_crs(name: str, value: str, collection: Collection) -> str:
    """Return a CRS that the collection offers."""
    if value in collection.crs or (value in LONGITUDE_FIRST and name != "crs"):
        return value
    offered = ", ".join(collection.crs)
    raise refuse(name, value, Text(f"un de : {offered}", f"one of: {offered}"))


def box(value: str, crs: str) -> tuple[Box, bytes | None]:
    """Read `bbox` in the axis order of `crs` → a box in CRS84, and its exact outline when that is not the same."""
    numbers = _numbers(value)
    if len(numbers) == 6:  # heights select nothing: our indexes are of the plane
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if crss.northing_first(crs):
        numbers = [numbers[1], numbers[0], numbers[3], numbers[2]]
    west, south, east, north = numbers
    geographic = _geographic(crs)
    if south > north or (west > east and not geographic):
        raise refuse("bbox", value, Text("le plus petit d'abord", "the smallest first"))
    if geographic:
        return (west, south, east, north), None
    return _project((west, south, east, north), crs, value)


def _numbers(value: str) -> list[float]:
    expected = Text("quatre (ou six) nombres séparés par des virgules", "four (or six) numbers and commas")
    try:
        numbers = [float(part) for part in value.split(",")]
    except ValueError:
        raise refuse("bbox", value, expected) from None
    if len(numbers) not in (4, 6) or not all(math.isfinite(number) for number in numbers):
        raise refuse("bbox", value, expected)
    if len(numbers) == 6 and numbers[2] > numbers[5]:
        raise refuse("bbox", value, Text("la plus petite hauteur d'abord", "the smallest height first"))
    return numbers


@lru_cache(maxsize=64)
def _to_degrees(crs: str) -> Transformer:
    return Transformer.from_crs(crss.code(crs), "OGC:CRS84", always_xy=True)


@lru_cache(maxsize=64)
def _geographic(crs: str) -> bool:
    if crs in LONGITUDE_FIRST:
        return True
    read = crss.read(crs)
    return crss.code(crs) == "EPSG:4326" or bool(read and read.is_geographic and _same_datum(crs))


def _same_datum(crs: str) -> bool:
    """RGF93, ETRS89… are WGS 84 to within what a display or a box needs (PROJ's null transformations)."""
    return bool(_to_degrees(crs).transform(2.0, 46.0) == (2.0, 46.0))


def _project(bounds: Box, crs: str, value: str) -> tuple[Box, bytes]:
    outline = shapely.box(*bounds)
    outline = shapely.segmentize(outline, max(outline.length / 128, 1e-9)) if outline.length else outline
    try:
        projected = shapely.transform(outline, _to_degrees(crs).transform, interleaved=False)
    except ProjError:
        projected = None
    if projected is None or not all(map(math.isfinite, projected.bounds)):
        raise refuse("bbox", value, Text("une boîte dans le domaine du CRS", "a box within the CRS's domain"))
    return projected.bounds, shapely.to_wkb(projected)


def interval(value: str) -> Interval:
    """Read `datetime`: an instant, a day, or an interval with `..` (or nothing) where it is open."""
    start, slash, end = value.partition("/")
    if not slash:
        return Interval(*_moment(value, value))
    if start in ("", "..") and end in ("", ".."):
        raise _bad_moment(value)
    start, end = _without_durations(start, end, value)
    first = None if start in ("", "..") else _moment(start, value)[0]
    last = None if end in ("", "..") else _moment(end, value)[1]
    if first is not None and last is not None and first > last:
        raise refuse("datetime", value, Text("le début avant la fin", "the start before the end"))
    return Interval(first, last)


def _without_durations(start: str, end: str, value: str) -> tuple[str, str]:
    """Write both ends of an interval of which one is a duration."""
    if not (durations.is_duration(start) or durations.is_duration(end)):
        return start, end
    known, sign = (start, 1) if durations.is_duration(end) else (end, -1)
    duration = end if sign == 1 else start
    _moment(known, value)
    try:
        moved = durations.shift(datetime.fromisoformat(known.upper()), duration, sign)
    except (ValueError, OverflowError):
        raise _bad_moment(value) from None
    other = moved.date().isoformat() if len(known) == 10 and "T" not in duration else _zulu(moved)
    return (known, other) if sign == 1 else (other, known)


def _zulu(moment: datetime) -> str:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _moment(text: str, value: str) -> tuple[int, int]:
    """First and last millisecond of what is written: a day has many."""
    if not _MOMENT.fullmatch(text):
        raise _bad_moment(value)
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise _bad_moment(value) from None
    if len(text) > 10:
        return _milliseconds(moment), _milliseconds(moment)
    start = _milliseconds(moment.replace(tzinfo=UTC))
    return start, start + _DAY // MILLISECOND - 1


def _milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MILLISECOND


def _bad_moment(value: str) -> BadInput:
    return refuse(
        "datetime",
        value,
        Text(
            "2026-11-24T02:00:00Z, 2026-11-24, ou un intervalle 2026-11-01T00:00:00Z/.. (RFC 3339)",
            "2026-11-24T02:00:00Z, 2026-11-24, or an interval 2026-11-01T00:00:00Z/.. (RFC 3339)",
        ),
    )


def properties(value: str, collection: Collection) -> tuple[tuple[str, ...], bool]:
    """Read a list of property names → those, in the schema's order, and whether the geometry is one (OGC 24-019)."""
    asked = [name for name in value.split(",") if name]
    own = [each.name for each in collection.properties]
    known = own if collection.geometry is GeometryKind.NONE else [*own, GEOMETRY]
    for name in asked:
        if name not in known:
            raise refuse("properties", name, _one_of(known))
    return tuple(name for name in own if name in asked), GEOMETRY in asked


def sort(value: str, collection: Collection) -> tuple[Sort, ...]:
    """Read `sortby`: `+name`, `-name` or `name`; a `+` that was not percent-encoded reads as a space."""
    known = [each.name for each in collection.properties if each.sortable]
    keys: list[Sort] = []
    for part in value.split(","):
        name = part[1:] if part[:1] in ("+", "-", " ") else part
        if name not in known or any(key.name == name for key in keys):
            raise refuse("sortby", part, _one_of(known))
        keys.append(Sort(name, descending=part.startswith("-")))
    return tuple(keys)


def _one_of(names: list[str]) -> Text:
    listed = ", ".join(names)
    return Text(f"parmi : {listed}", f"among: {listed}") if listed else NOTHING


def equals(wanted: Property, value: str) -> Expression:
    """A queryable used as a parameter: `property = value`, typed by its kind."""
    return Call("=", (Name(wanted.name), _typed(wanted, value)))


def _typed(wanted: Property, value: str) -> Expression:
    try:
        match wanted.kind:
            case Kind.INTEGER:
                return int(value) if re.fullmatch(r"[+-]?\d{1,18}", value, re.ASCII) else _wrong()
            case Kind.NUMBER:
                return float(value) if math.isfinite(float(value)) else _wrong()
            case Kind.BOOLEAN:
                return {"true": True, "false": False}[value]
            case Kind.DATE:
                return Date(value) if len(value) == 10 and _moment(value, value) else _wrong()
            case Kind.INSTANT:
                return Timestamp(_utc(value)) if len(value) > 10 and _moment(value, value) else _wrong()
            case _:
                return value
    except (ValueError, KeyError, BadInput):
        raise refuse(
            wanted.name, value, Text(f"attendu : {wanted.kind}", f"expected: {wanted.kind}")
        ) from None


def _utc(value: str) -> str:
    moment = datetime.fromisoformat(value.upper()).astimezone(UTC)
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds").replace(
        "+00:00", "Z"
    )


def _wrong() -> Expression:
    raise ValueError


def expression(given: Mapping[str, str], collection: Collection) -> Expression | None:
    """Read `filter` with its `filter-lang` and `filter-crs`, checked against the queryables."""
    text = given.get("filter")
    if text is None:
        for name in ("filter-lang", "filter-crs"):
            if name in given:
                raise BadInput(Text("sans effet sans filter", "no effect without filter"), at=name)
        return None
    crs = known_crs("filter-crs", given.get("filter-crs", crss.CRS84), collection)
    return filters.read(text, given.get("filter-lang", "cql2-text"), crs, collection)
