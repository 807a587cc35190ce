"""CQL2's array operators → SQL, on JSON: arrays of the database, json and jsonb compare alike."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cicclo.ogc.cql2.model import Array, Date, Expression, Timestamp

if TYPE_CHECKING:
    from cicclo.features.stores._postgis.filters import Filter, Value


def _within(one: str, other: str) -> str:
    """Every element of one is an element of the other. Not `<@`, which looks into elements too."""
    return (
        f"NOT EXISTS (SELECT FROM jsonb_array_elements({one}) x WHERE NOT EXISTS "  # noqa: S608 - names of the catalogue, quoted; values are bound
        f"(SELECT FROM jsonb_array_elements({other}) y WHERE x.value = y.value))"
    )


# arrays are sets: neither order nor repetition counts
_OPERATORS = {
    "a_equals": f"{_within('a', 'b')} AND {_within('b', 'a')}",
    "a_contains": _within("b", "a"),
    "a_containedBy": _within("a", "b"),
    "a_overlaps": "EXISTS (SELECT FROM jsonb_array_elements(a) x JOIN jsonb_array_elements(b) y ON x.value = y.value)",
}


def predicate(filter_: "Filter", op: str, left: Expression, right: Expression) -> str:
    """Unknown when a side is no array."""
    sides = [filter_.scalar(side) for side in (left, right)]
    arrays = ", ".join(f"{side.sql} AS {name}" for side, name in zip(sides, "ab", strict=True))
    known = "jsonb_typeof(a) = 'array' AND jsonb_typeof(b) = 'array'"
    return f"(SELECT CASE WHEN {known} THEN {_OPERATORS[op]} END FROM (SELECT {arrays}) p)"  # noqa: S608 - names of the catalogue, quoted; values are bound


def array(filter_: "Filter", items: Sequence[Expression]) -> "Value":
    from cicclo.features.stores._postgis.filters import Value  # noqa: PLC0415 - they call one another

    if all(isinstance(item, str | int | float) for item in items):
        return Value(f"{filter_.bound(json.dumps(items), 'text')}::jsonb", "jsonb")
    parts = ", ".join(_element(filter_, item) for item in items)
    return Value(f"jsonb_build_array({parts})", "jsonb")


def _element(filter_: "Filter", item: Expression) -> str:
    if isinstance(item, Array):
        return array(filter_, item.items).sql
    if isinstance(item, Date | Timestamp):
        return filter_.bound(item.value, "text")
    return filter_.scalar(item).sql
