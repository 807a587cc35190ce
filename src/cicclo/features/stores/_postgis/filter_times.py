"""CQL2's temporal operators → SQL. An instant is an interval whose two ends are one; a date is its first moment."""

from typing import TYPE_CHECKING

from cicclo.ogc.cql2.model import Expression, Span

if TYPE_CHECKING:
    from cicclo.features.stores._postgis.filters import Filter, Value

# in terms of the starts and ends of both sides: s1 e1, s2 e2 (OGC 21-065r2, table 8)
_RELATIONS = {
    "t_after": (("s1", ">", "e2"),),
    "t_before": (("e1", "<", "s2"),),
    "t_contains": (("s1", "<", "s2"), ("e1", ">", "e2")),
    "t_during": (("s1", ">", "s2"), ("e1", "<", "e2")),
    "t_equals": (("s1", "=", "s2"), ("e1", "=", "e2")),
    "t_finishedBy": (("s1", "<", "s2"), ("e1", "=", "e2")),
    "t_finishes": (("s1", ">", "s2"), ("e1", "=", "e2")),
    "t_intersects": (("s1", "<=", "e2"), ("e1", ">=", "s2")),
    "t_meets": (("e1", "=", "s2"),),
    "t_metBy": (("s1", "=", "e2"),),
    "t_overlappedBy": (("s1", ">", "s2"), ("s1", "<", "e2"), ("e1", ">", "e2")),
    "t_overlaps": (("s1", "<", "s2"), ("e1", ">", "s2"), ("e1", "<", "e2")),
    "t_startedBy": (("s1", "=", "s2"), ("e1", ">", "e2")),
    "t_starts": (("s1", "=", "s2"), ("e1", "<", "e2")),
}
_OPEN = {"s": "'-infinity'", "e": "'infinity'"}


def predicate(filter_: "Filter", op: str, left: Expression, right: Expression) -> str:
    if op == "t_disjoint":
        return f"(NOT {predicate(filter_, 't_intersects', left, right)})"
    relations = _RELATIONS[op]
    used = {name for one, _, other in relations for name in (one, other)}
    ends = {**_ends(left, "1"), **_ends(right, "2")}
    values = {name: None if (end := ends[name]) is None else filter_.scalar(end) for name in sorted(used)}
    return f"({' AND '.join(_related(values, *relation) for relation in relations)})"


def _ends(side: Expression, number: str) -> dict[str, Expression | None]:
    start, end = (side.start, side.end) if isinstance(side, Span) else (side, side)
    return {f"s{number}": start, f"e{number}": end}


def _related(ends: "dict[str, Value | None]", one: str, op: str, other: str) -> str:
    from cicclo.features.stores._postgis.filters import compared  # noqa: PLC0415 - they call one another

    left, right = ends[one], ends[other]
    if left is not None and right is not None:
        return compared(op, left, right)
    if left is None and right is None:
        low, high = _OPEN[one[0]], _OPEN[other[0]]
        return f"({low}::timestamptz {op} {high}::timestamptz)"
    if left is None:
        assert right is not None
        return f"({_OPEN[one[0]]} {op} {right.sql})"
    return f"({left.sql} {op} {_OPEN[other[0]]})"
