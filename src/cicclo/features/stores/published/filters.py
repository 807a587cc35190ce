"""CQL2 over columns: whole blocks of rows at a time, with three-valued logic; what has no short way is asked row by row.

The meaning is that of `cicclo.ogc.cql2.evaluate`, which a test compares with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pyarrow.compute as pc
import shapely

from cicclo.features.model import Kind
from cicclo.features.stores.published import words
from cicclo.features.stores.published.columns import Column
from cicclo.features.stores.published.operands import Operand, operand
from cicclo.features.stores.published.snapshot import Snapshot
from cicclo.ogc.cql2 import evaluate
from cicclo.ogc.cql2.classes import names
from cicclo.ogc.cql2.model import Array, Box, Call, Expression, Geometry, Name, Span
from cicclo.ogc.cql2.moments import RELATIONS
from cicclo.ogc.cql2.placing import place
from cicclo.ogc.crs import CRS84

GEOMETRY = "geometry"
FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip
ARROW_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": pc.equal, "<>": pc.not_equal, "<": pc.less, "<=": pc.less_equal, ">": pc.greater, ">=": pc.greater_equal,
}  # fmt: skip


@dataclass(slots=True)
class Truth:
    """Where a condition is true, and where it is false; elsewhere it is unknown."""

    true: np.ndarray
    false: np.ndarray


Test = Callable[[np.ndarray], Truth]


def compile_(expression: Expression, snapshot: Snapshot) -> Test:
    """Return what tells where an expression holds among rows."""
    match expression:
        case Call("and" | "or" as op, args):
            return _joined([compile_(each, snapshot) for each in args], both=op == "and")
        case Call("not", (inner,)):
            test = compile_(inner, snapshot)
            return lambda rows: _negated(test(rows))
        case Call("between", (tested, low, high)):
            pair = Call("and", (Call("<=", (low, tested)), Call("<=", (tested, high))))
            return compile_(pair, snapshot)
        case Call("in", (tested, Array(items))) if _leaf(expression, snapshot) is None:
            return _joined([compile_(Call("=", (tested, each)), snapshot) for each in items], both=False)
    return _leaf(expression, snapshot) or _by_row(expression, snapshot)


def _joined(tests: list[Test], *, both: bool) -> Test:
    if not tests:  # `in` of an empty list is false
        return lambda rows: Truth(np.zeros(len(rows), np.bool_), np.ones(len(rows), np.bool_))

    def run(rows: np.ndarray) -> Truth:
        found = tests[0](rows)
        for test in tests[1:]:
            other = test(rows)
            if both:
                found = Truth(found.true & other.true, found.false | other.false)
            else:
                found = Truth(found.true | other.true, found.false & other.false)
        return found

    return run


def _negated(truth: Truth) -> Truth:
    return Truth(truth.false, truth.true)


def _leaf(node: Expression, snapshot: Snapshot) -> Test | None:
    match node:
        case Call(op, (left, right)) if op in COMPARE:
            found = _ranked(node, snapshot) or _compared(
                op, operand(left, snapshot), operand(right, snapshot)
            )
            if found is not None:
                return found
        case Call("in", (Name(name), Array(items))) if items and _worded(name, items, snapshot):
            return _among(snapshot.columns[name], items)
        case Call("isNull", (Name(name),)) if name in snapshot.columns:
            return _is_null(snapshot.columns[name])
        case Call("isNull", (Name("geometry"),)):
            return lambda rows: _known(np.isnan(snapshot.boxes[rows][:, 0]))
        case Call(op, (Name("geometry"), Geometry() | Box() as literal)) if op.startswith("s_"):
            return _spatial(snapshot, op, literal, literal_first=False)
        case Call(op, (Geometry() | Box() as literal, Name("geometry"))) if op.startswith("s_"):
            return _spatial(snapshot, op, literal, literal_first=True)
        case Call(op, (first, second)) if op in RELATIONS:
            return _temporal(op, _ends(first, snapshot), _ends(second, snapshot))
    if isinstance(node, Call) and (column := words.about(node, snapshot)) is not None:
        return _by_word(node, column, snapshot)
    return None


def _known(true: np.ndarray) -> Truth:
    return Truth(true, ~true)


def _is_null(column: Column) -> Test:
    if column.null is None:
        return lambda rows: _known(np.zeros(len(rows), np.bool_))
    null = column.null
    return lambda rows: _known(null[rows])


def _compared(op: str, left: Operand | None, right: Operand | None) -> Test | None:
    """Numbers beside numbers, moments beside moments, truths beside truths."""
    if left is None or right is None or left.family != right.family:
        return None
    compare = COMPARE[op]

    def run(rows: np.ndarray) -> Truth:
        (a, known), (b, known_too) = left.read(rows), right.read(rows)
        true = np.broadcast_to(compare(a, b), len(rows))
        known = known & known_too
        return Truth(true & known, ~true & known)

    return run


def _ranked(node: Call, snapshot: Snapshot) -> Test | None:
    """Words are compared by their ranks: with a literal, or with those of another column."""
    match node:
        case Call(op, (Name(name), str() as literal)) if (column := _words(name, snapshot)) is not None:
            return _by_rank(column, *_rank(column, op, literal))
        case Call(op, (str() as literal, Name(name))) if (column := _words(name, snapshot)) is not None:
            return _by_rank(column, *_rank(column, FLIPPED[op], literal))
        case Call(op, (Name(name), Name(other))):
            left, right = _words(name, snapshot), _words(other, snapshot)
            return None if left is None or right is None else _side_by_side(left, op, right)
    return None


def _words(name: str, snapshot: Snapshot) -> Column | None:
    column = snapshot.columns.get(name)
    return column if column is not None and column.kind is Kind.STRING else None


def _by_rank(column: Column, op: str, rank: int) -> Test:
    compare, values = COMPARE[op], column.values

    def run(rows: np.ndarray) -> Truth:
        here = values[rows]
        true, known = compare(here, rank), here >= 0
        return Truth(true & known, ~true & known)

    return run


def _side_by_side(left: Column, op: str, right: Column) -> Test:
    """Two columns of words: texts as bytes, whose order is that of code points."""
    compare = ARROW_COMPARE[op]

    def run(rows: np.ndarray) -> Truth:
        found = compare(left.bytes(rows), right.bytes(rows))
        known = found.is_valid().to_numpy(zero_copy_only=False)
        true = found.fill_null(False).to_numpy(zero_copy_only=False)  # noqa: FBT003
        return Truth(true, ~true & known)

    return run


def _worded(name: str, items: tuple[Expression, ...], snapshot: Snapshot) -> bool:
    return _words(name, snapshot) is not None and all(isinstance(each, str) for each in items)


def _among(column: Column, items: tuple[Expression, ...]) -> Test:
    ranks = np.array([column.rank(str(each)) for each in items], np.int32)
    ranks = ranks[ranks >= 0]

    def run(rows: np.ndarray) -> Truth:
        here = column.values[rows]
        true = np.isin(here, ranks)
        return Truth(true, ~true & (here >= 0))

    return run


def _rank(column: Column, op: str, word: str) -> tuple[str, int]:
    """The same comparison on ranks: `< word` is `< rank of the first word that is not before it`."""
    rank = column.rank(word)
    if rank >= 0:
        return op, rank
    before = column.words.find(word.encode("utf-8", "surrogatepass"))
    return {
        "=": ("=", -2),
        "<>": ("<>", -2),
        "<": ("<", before),
        "<=": ("<", before),
        ">": (">=", before),
        ">=": (">=", before),
    }[op]


def _by_word(node: Call, column: Column, snapshot: Snapshot) -> Test:
    verdicts = words.verdicts(node, column, snapshot)

    def run(rows: np.ndarray) -> Truth:
        found = verdicts(rows)
        return Truth(found == words.YES, found == words.NO)

    return run


Ends = tuple[Operand | None, Operand | None]


def _ends(node: Expression, snapshot: Snapshot) -> Ends:
    """The first and the last moment of an operand; an open end is an infinity."""
    if not isinstance(node, Span):
        moment = operand(node, snapshot)
        return moment, moment
    start = _INFINITE[0] if node.start is None else operand(node.start, snapshot)
    return start, _INFINITE[1] if node.end is None else operand(node.end, snapshot)


def _endless(end: float) -> Operand:
    return Operand("moment", lambda _: (end, np.True_))


_INFINITE = _endless(-np.inf), _endless(np.inf)


def _temporal(op: str, first: Ends, second: Ends) -> Test | None:
    """All comparisons of a relation; `t_disjoint` is one of its, `t_intersects` not."""
    ends = dict(zip("abcd", (*first, *second), strict=True))
    tests = [_compared(sign, ends[left], ends[right]) for left, sign, right in RELATIONS[op]]
    known = [test for test in tests if test is not None]
    if len(known) < len(tests):
        return None
    joined = _joined(known, both=op not in ("t_disjoint", "t_intersects"))
    return (lambda rows: _negated(joined(rows))) if op == "t_intersects" else joined


def _spatial(snapshot: Snapshot, op: str, literal: Geometry | Box, *, literal_first: bool) -> Test:
    """Every relation but `s_disjoint` needs boxes that meet: only those are looked at closely."""
    shape = shapely.from_wkb((place(literal, CRS84) if isinstance(literal, Box) else literal).wkb)
    shapely.prepare(shape)
    name = op.removeprefix("s_")
    # the literal is the prepared one, and shapely prepares the first argument only
    relation = getattr(
        shapely, name if literal_first else {"within": "contains", "contains": "within"}.get(name, name)
    )
    west, south, east, north = shapely.bounds(shape).tolist()

    def run(rows: np.ndarray) -> Truth:
        boxes = snapshot.boxes[rows]
        known = ~np.isnan(boxes[:, 0])
        near = (
            known
            & (boxes[:, 0] <= east)
            & (boxes[:, 2] >= west)
            & (boxes[:, 1] <= north)
            & (boxes[:, 3] >= south)
        )
        true = np.full(len(rows), op == "s_disjoint")
        if op == "s_intersects":  # a point is its box: no geometry is made of it
            points = near & (boxes[:, 0] == boxes[:, 2]) & (boxes[:, 1] == boxes[:, 3])
            true[points] = shapely.intersects_xy(shape, boxes[points, 0], boxes[points, 1])
            near &= ~points
        true[near] = relation(shape, snapshot.plane(rows[near]))
        return Truth(true & known, ~true & known)

    return run


def _by_row(expression: Expression, snapshot: Snapshot) -> Test:
    """Ask the reference for each row."""
    used = [name for name in dict.fromkeys(names(expression)) if name in snapshot.columns]
    shaped = GEOMETRY in names(expression) and GEOMETRY not in snapshot.columns
    listed = {name for name in used if snapshot.columns[name].kind is Kind.JSON}
    ask = evaluate.ready(expression)

    def run(rows: np.ndarray) -> Truth:
        records = _records(snapshot, rows, used, listed)
        if shaped:
            for record, shape in zip(records, snapshot.plane(rows), strict=True):
                record[GEOMETRY] = shape
        values = [ask(record) for record in records]
        true = np.fromiter((each is True for each in values), np.bool_, len(values))
        false = np.fromiter((each is False for each in values), np.bool_, len(values))
        return Truth(true, false)

    return run


def _records(snapshot: Snapshot, rows: np.ndarray, used: list[str], listed: set[str]) -> list[dict[str, Any]]:

    columns = {}
    for name in used:
        values = snapshot.columns[name].arrow(rows).to_pylist()
        columns[name] = (
            [msgspec.json.decode(v) if v is not None else None for v in values] if name in listed else values
        )
    return [{name: columns[name][i] for name in used} for i in range(len(rows))]
