"""The tree of a CQL2 expression (OGC 21-065r2), close to its JSON encoding: `op` and `args`, and five kinds of leaves."""

from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True, slots=True)
class Name:
    """A property."""

    name: str


@dataclass(frozen=True, slots=True)
class Date:
    """`DATE('2026-11-24')`; `value` as written, ISO 8601."""

    value: str


@dataclass(frozen=True, slots=True)
class Timestamp:
    """`TIMESTAMP('2026-11-24T02:00:00Z')`; `value` as written, always UTC."""

    value: str


@dataclass(frozen=True, slots=True)
class Span:
    """`INTERVAL(start, end)`: each a Name, a Date, a Timestamp, a function (never once checked), or None for `..`."""

    start: Union[Name, Date, Timestamp, "Call", None]
    end: Union[Name, Date, Timestamp, "Call", None]


@dataclass(frozen=True, slots=True)
class Geometry:
    """A literal, as WKB in the filter's CRS, *in the order written* until `check` turns it to CRS84; BBOX becomes `Box`."""

    wkb: bytes


@dataclass(frozen=True, slots=True)
class Box:
    """`BBOX(…)`: four or six numbers as written; west > east crosses the antimeridian."""

    bounds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """A list of expressions."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or a function, with the names of the JSON encoding, lower case.

    and or not · = <> < <= > >= · like between in isNull · casei accenti · + - * / ^ % div
    s_intersects s_equals s_disjoint s_touches s_within s_overlaps s_crosses s_contains
    t_after t_before t_contains t_disjoint t_during t_equals t_finishedBy t_finishes t_intersects t_meets t_metBy
    t_overlappedBy t_overlaps t_startedBy t_starts · a_equals a_contains a_containedBy a_overlaps · any other: a function.

    `in` has two arguments, the second an Array; `between` has three; NOT LIKE and the like are `not` of `like`.
    """

    op: str
    args: tuple["Expression", ...]


Expression = Union[str, int, float, bool, Name, Date, Timestamp, Span, Geometry, Box, Array, Call]
