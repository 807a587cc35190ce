"""Numbers, moments and truths over columns: what comparisons compare, computed for whole blocks of rows.

The meaning is that of `cicclo.ogc.cql2.evaluate`: integers exactly, else doubles; what has no finite result is null.
Powers are left to it: processors compute them with other last digits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cicclo.features.model import Kind
from cicclo.features.stores.published.columns import Column
from cicclo.features.stores.published.snapshot import Snapshot
from cicclo.ogc.cql2.literals import microseconds
from cicclo.ogc.cql2.model import Call, Date, Expression, Name, Timestamp

MICRO = {Kind.DATE: 86_400_000_000, Kind.INSTANT: 1_000}
FAMILIES = {
    Kind.INTEGER: "number", Kind.NUMBER: "number", Kind.BOOLEAN: "truth", Kind.DATE: "moment", Kind.INSTANT: "moment",
}  # fmt: skip
NOTHING = 1e-307  # below, a product or a ratio is zero
COMPUTE: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.true_divide,
    "%": np.fmod,
    "div": lambda left, right: np.trunc(np.true_divide(left, right)),
}
Read = Callable[[np.ndarray], tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Operand:
    """`read(rows)` gives values, and where they are known; each is one for all rows when it is the same for all."""

    family: str
    read: Read


def operand(node: Expression, snapshot: Snapshot) -> Operand | None:
    """What a node is worth, row by row; None when it is none of ours."""
    match node:
        case bool():
            return _constant("truth", np.int8(node))
        case int():
            return _constant("number", np.int64(node))
        case float():
            return _constant("number", np.float64(node))
        case Date() | Timestamp():
            return _constant("moment", np.asarray(microseconds(node))[()])
        case Name(name) if name in snapshot.columns and snapshot.columns[name].kind in FAMILIES:
            return _column(snapshot.columns[name])
        case Call(op, (left, right)) if op in COMPUTE:
            return _computed(op, operand(left, snapshot), operand(right, snapshot))
    return None


def _constant(family: str, value: Any) -> Operand:
    return Operand(family, lambda _: (value, np.True_))


def _column(column: Column) -> Operand:
    scale, values, null = MICRO.get(column.kind, 0), column.values, column.null

    def read(rows: np.ndarray) -> tuple[Any, Any]:
        here = values[rows].astype(np.int64) * scale if scale else values[rows]
        return here, np.True_ if null is None else ~null[rows]

    return Operand(FAMILIES[column.kind], read)


def _computed(op: str, left: Operand | None, right: Operand | None) -> Operand | None:
    if left is None or right is None or {left.family, right.family} != {"number"}:
        return None
    compute, vanishing = COMPUTE[op], op in ("*", "/")

    def read(rows: np.ndarray) -> tuple[Any, Any]:
        (a, known), (b, known_too) = left.read(rows), right.read(rows)
        with np.errstate(all="ignore"):
            found = compute(np.asarray(a, np.float64), np.asarray(b, np.float64))
        if vanishing:
            found = np.where(np.abs(found) < NOTHING, 0.0, found)
        return found, known & known_too & np.isfinite(found)

    return Operand("number", read)
