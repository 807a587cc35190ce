"""Literals, the same from text and from JSON: numbers, strings, dates, time stamps, geometries."""

import math
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import shapely
from shapely.geometry import shape

from cicclo.kernel.text import Text
from cicclo.ogc.cql2 import limits
from cicclo.ogc.cql2.model import Box, Date, Geometry, Timestamp

# what neither a text literal (rule `alpha`) nor a database can hold
FORBIDDEN = re.compile("[\x00-\x06\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(
    r"(?P<second>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.(?P<part>[0-9]{1,9}))?Z"
)
_INTEGERS = (-(2**63), 2**63 - 1)
_NESTING = {  # lists around a position
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}


def number(value: float, position: int | None = None) -> int | float:
    """An integer beyond 64 bits becomes a float; infinity is none of CQL2's numbers."""
    if isinstance(value, int) and not _INTEGERS[0] <= value <= _INTEGERS[1]:
        value = float(value) if value.bit_length() < 1024 else math.inf
    if not math.isfinite(value):
        raise limits.bad("nombre trop grand", "number too big", position=position)
    return value


def string(value: str, position: int | None = None) -> str:
    if found := FORBIDDEN.search(value):
        code = f"U+{ord(found.group()):04X}"
        raise limits.bad(f"caractère de contrôle {code}", f"control character {code}", position=position)
    return value


def date_(value: str, position: int | None = None) -> Date:
    try:
        if _DATE.fullmatch(value):
            return Date(date.fromisoformat(value).isoformat())
    except ValueError:
        pass
    raise limits.bad(
        f"date incorrecte « {value[:40]} »",
        f"incorrect date “{value[:40]}”",
        position=position,
        remedy=Text("forme attendue : 2026-11-24", "expected form: 2026-11-24"),
    )


def timestamp(value: str, position: int | None = None) -> Timestamp:
    """As written, but for zeros that end a fraction: they say nothing."""
    try:
        if found := _TIMESTAMP.fullmatch(value):
            datetime.fromisoformat(found["second"])
            part = (found["part"] or "").rstrip("0")
            return Timestamp(f"{found['second']}.{part}Z" if part else f"{found['second']}Z")
    except ValueError:
        pass
    raise limits.bad(
        f"horodatage incorrect « {value[:40]} »",
        f"incorrect time stamp “{value[:40]}”",
        position=position,
        remedy=Text("forme attendue : 2026-11-24T02:00:00Z", "expected form: 2026-11-24T02:00:00Z"),
    )


def end(value: str, position: int | None = None) -> Date | Timestamp | None:
    """One end of an interval."""
    if value == "..":
        return None
    return timestamp(value, position) if "T" in value else date_(value, position)


def microseconds(value: Date | Timestamp) -> int:
    """Since 1970, UTC; a date is its first moment; beyond microseconds, digits are dropped."""
    written = value.value if isinstance(value, Date) else _micro(value.value)
    moment = datetime.fromisoformat(written).replace(tzinfo=UTC)
    passed = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def _micro(written: str) -> str:
    second, _, part = written.removesuffix("Z").partition(".")
    return f"{second}.{part[:6]:0<6}"


def box(bounds: Sequence[Any], position: int | None = None) -> Box:
    if len(bounds) not in {4, 6} or not all(map(_is_number, bounds)):
        raise limits.bad(
            "une boîte a quatre ou six nombres", "a box has four or six numbers", position=position
        )
    return Box(tuple(bounds))


def geometry(document: Any, position: int | None = None) -> Geometry:
    """A GeoJSON geometry → WKB, coordinates in the order written."""
    parts = list(_simple(document, position))
    places = [place for part in parts for place in positions(part["coordinates"], _NESTING[part["type"]])]
    if len(places) > limits.COORDINATES:
        raise limits.too_much("sommets", "vertices", limits.COORDINATES)
    if len({len(place) for place in places}) != 1:
        raise limits.bad(
            "des positions de dimensions différentes", "positions of different dimensions", position=position
        )
    try:
        return Geometry(shapely.to_wkb(shape(document), include_srid=False))
    except (shapely.errors.ShapelyError, ValueError, TypeError) as error:
        raise limits.bad(
            f"géométrie incorrecte ({error})", f"incorrect geometry ({error})", position=position
        ) from error


def _simple(document: Any, position: int | None) -> Iterator[dict[str, Any]]:
    """The parts of a geometry, each judged; a collection holds no collection (rule `geometryCollectionText`)."""
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "GeometryCollection":
        parts = document.get("geometries")
        if not isinstance(parts, list) or not parts:
            raise limits.bad("collection vide", "empty collection", position=position)
    else:
        parts = [document]
    for part in parts:
        if (
            not isinstance(part, dict)
            or not isinstance(part.get("type"), str)
            or part["type"] not in _NESTING
        ):
            raise limits.bad("type de géométrie inconnu", "unknown type of geometry", position=position)
        _judge(part["type"], part.get("coordinates"), position)
        yield part


def _judge(kind: str, coordinates: Any, position: int | None) -> None:
    if not _nested(coordinates, _NESTING[kind]):
        raise limits.bad(
            f"coordonnées incorrectes ({kind})", f"incorrect coordinates ({kind})", position=position
        )
    lines = {"LineString": [coordinates], "MultiLineString": coordinates}.get(kind, [])
    if any(len(line) < 2 for line in lines):
        raise limits.bad(
            "une ligne a deux positions au moins", "a line has two positions at least", position=position
        )
    rings = (
        {"Polygon": coordinates, "MultiPolygon": [ring for part in coordinates for ring in part]}.get(
            kind, []
        )
        if kind.endswith("Polygon")
        else []
    )
    for ring in rings:
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise limits.bad(
                "anneau de polygone non fermé, ou de moins de quatre positions",
                "polygon ring that is not closed, or has less than four positions",
                position=position,
                remedy=Text("répéter la première position à la fin", "repeat the first position at the end"),
            )


def _nested(value: Any, depth: int) -> bool:
    if not isinstance(value, list | tuple) or not value:
        return False
    if depth:
        return all(_nested(each, depth - 1) for each in value)
    return len(value) in {2, 3} and all(map(_is_number, value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def positions(coordinates: Any, depth: int) -> Iterator[Sequence[float]]:
    if depth:
        for each in coordinates:
            yield from positions(each, depth - 1)
    else:
        yield coordinates
