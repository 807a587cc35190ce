"""Arrays of geometries → GML 3.2 by whole columns; and names that XML allows.

Every GML object has a `gml:id` (required by GML 3.2.1), made from the feature's: `communes.59350.g`, `communes.59350.g.0`.
"""

import re
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from cicclo.features.coordinates import (
    COLLECTION,
    TEXT,
    Written,
    by_kind,
    concatenated,
    joined,
    number_texts,
    ragged,
)

_NOT_XML = "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"


def name(text: str) -> str:
    """An XML name without colon; characters that it cannot hold become `_`."""
    legal = re.sub(r"[^\w.\-]", "_", text) or "_"
    return legal if re.match(r"[^\W\d]", legal) else f"_{legal}"


def names(texts: Iterable[str]) -> list[str]:
    """Legal names, different from one another."""
    given: list[str] = []
    for text in texts:
        chosen, number = name(text), 1
        while chosen in given:
            number += 1
            chosen = f"{name(text)}_{number}"
        given.append(chosen)
    return given


def escaped(texts: pa.Array) -> Written:
    """Text as XML holds it; control characters, which it cannot hold, become U+FFFD."""
    texts = texts.cast(TEXT)
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;")):
        texts = pc.replace_substring(texts, mark, entity)
    return pc.replace_substring_regex(texts, _NOT_XML, "\ufffd")


def identifiers(prefix: str, ids: pa.Array) -> Written:
    """`gml:id` of features: what an XML name cannot hold is written `_2F_`, so that ids stay different."""
    ids = ids.cast(TEXT)
    odd = pc.match_substring_regex(ids, r"[^A-Za-z0-9.\-]")
    if pc.any(odd).as_py():
        ids = pa.array([_without_odd(each) for each in ids.to_pylist()], TEXT)
    return concatenated(f"{name(prefix)}.", ids)


def _without_odd(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.\-]", lambda found: f"_{ord(found.group()):X}_", text)


def geometries(shapes: np.ndarray, ids: Written, srs: str) -> Written:
    """Write geometries that are `prepared`; null where there is none."""
    return by_kind(shapes, lambda rows: _of_one_kind(shapes[rows], ids.take(pa.array(rows)), srs))


def _of_one_kind(shapes: np.ndarray, ids: Written, srs: str) -> Written:
    kind = int(shapely.get_type_id(shapes[0]))
    if kind == COLLECTION:
        written = [_collection(each, name, srs) for each, name in zip(shapes, ids.to_pylist(), strict=True)]
        return pa.array(written, TEXT)
    coordinates, offsets = ragged(shapes)
    dimension = coordinates.shape[1]
    head = concatenated(' gml:id="', ids, f'" srsName="{srs}" srsDimension="{dimension}">')
    positions = _positions(coordinates)
    match kind:
        case 0:
            return _point(head, positions)
        case 1 | 2:
            return _line(head, joined(positions, offsets[0], " "))
        case 3:
            return _polygon(head, _rings(positions, *offsets))
        case 4:
            points = _point(_inner(ids, offsets[0]), positions)
            return _members("MultiPoint", "pointMember", head, points, offsets[0])
        case 5:
            lines = _line(_inner(ids, offsets[1]), joined(positions, offsets[0], " "))
            return _members("MultiCurve", "curveMember", head, lines, offsets[1])
        case _:
            polygons = _polygon(_inner(ids, offsets[2]), _rings(positions, *offsets[:2]))
            return _members("MultiSurface", "surfaceMember", head, polygons, offsets[2])


def _positions(coordinates: np.ndarray) -> Written:
    first, second, *height = number_texts(coordinates)
    tail = [" ", pc.fill_null(height[0], "0")] if height else []
    return concatenated(first, " ", second, *tail)


def _inner(ids: Written, offsets: np.ndarray) -> Written:
    """Heads of the members of multiple geometries."""
    counts = np.diff(offsets)
    owners = np.repeat(np.arange(len(counts)), counts)
    places = np.arange(len(owners)) - offsets[:-1][owners]
    numbers = pa.array(places).cast(TEXT)
    return concatenated(' gml:id="', ids.take(pa.array(owners)), ".", numbers, '">')


def _point(head: Written, positions: Written) -> Written:
    return concatenated("<gml:Point", head, "<gml:pos>", positions, "</gml:pos></gml:Point>")


def _line(head: Written, positions: Written) -> Written:
    return concatenated(
        "<gml:LineString", head, "<gml:posList>", positions, "</gml:posList></gml:LineString>"
    )


def _rings(positions: Written, ring_offsets: np.ndarray, polygon_offsets: np.ndarray) -> Written:
    """The rings of every polygon, the first of which is its exterior."""
    rings = joined(positions, ring_offsets, " ")
    first = np.zeros(len(rings), bool)
    first[polygon_offsets[:-1][np.diff(polygon_offsets) > 0]] = True
    tag = pc.if_else(pa.array(first), pa.scalar("exterior", TEXT), pa.scalar("interior", TEXT))
    ring = ("<gml:LinearRing><gml:posList>", rings, "</gml:posList></gml:LinearRing>")
    return joined(concatenated("<gml:", tag, ">", *ring, "</gml:", tag, ">"), polygon_offsets, "")


def _polygon(head: Written, rings: Written) -> Written:
    return concatenated("<gml:Polygon", head, rings, "</gml:Polygon>")


def _members(whole: str, member: str, head: Written, parts: Written, offsets: np.ndarray) -> Written:
    written = concatenated(f"<gml:{member}>", parts, f"</gml:{member}>")
    return concatenated(f"<gml:{whole}", head, joined(written, offsets, ""), f"</gml:{whole}>")


def _collection(shape: shapely.GeometryCollection, name_: str, srs: str) -> str:
    parts = np.array(list(shape.geoms), dtype=object)
    ids = pa.array([f"{name_}.{place}" for place in range(len(parts))], TEXT)
    members = "".join(
        f"<gml:geometryMember>{each}</gml:geometryMember>"
        for each in geometries(parts, ids, srs).to_pylist()
        if each is not None
    )
    head = f'gml:id="{name_}" srsName="{srs}"'
    return f"<gml:MultiGeometry {head}>{members}</gml:MultiGeometry>"
