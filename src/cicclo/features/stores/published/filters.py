"""CQL2 over columns: whole blocks of rows at a time, with three-valued logic; what has no short way is asked row by row.

The meaning is that of `cicclo.ogc.cql2.evaluate`, which a test compares with.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import shapely

from cicclo.features.model import Kind
from cicclo.features.stores.published import layout
from cicclo.features.stores.published.columns import Column
from cicclo.features.stores.published.snapshot import Snapshot
from cicclo.ogc.cql2 import evaluate
from cicclo.ogc.cql2.classes import names
from cicclo.ogc.cql2.literals import microseconds
from cicclo.ogc.cql2.model import Array, Box, Call, Date, Expression, Geometry, Name, Timestamp
from cicclo.ogc.cql2.placing import place
from cicclo.ogc.crs import CRS84

GEOMETRY = "geometry"
MICRO = {Kind.DATE: 86_400_000_000, Kind.INSTANT: 1_000}
FLIPPED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
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
        case Call("in", (tested, Array(items))):
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
        case Call(op, (Name(name), literal)) if op in COMPARE:
            return _comparison(snapshot.columns.get(name), op, literal)
        case Call(op, (literal, Name(name))) if op in COMPARE:
            return _comparison(snapshot.columns.get(name), FLIPPED[op], literal)
        case Call("isNull", (Name(name),)) if name in snapshot.columns:
            return _is_null(snapshot.columns[name])
        case Call("isNull", (Name("geometry"),)):
            return lambda rows: _known(np.isnan(snapshot.boxes[rows][:, 0]))
        case Call(op, (Name("geometry"), Geometry() | Box() as literal)) if op.startswith("s_"):
            return _spatial(snapshot, op, literal, literal_first=False)
        case Call(op, (Geometry() | Box() as literal, Name("geometry"))) if op.startswith("s_"):
            return _spatial(snapshot, op, literal, literal_first=True)
        case Call() if (column := _one_word(node, snapshot)) is not None:
            return _by_word(node, column)
    return None


def _known(true: np.ndarray) -> Truth:
    return Truth(true, ~true)


def _is_null(column: Column) -> Test:
    if column.null is None:
        return lambda rows: _known(np.zeros(len(column.values[rows]), np.bool_))
    null = column.null
    return lambda rows: _known(null[rows])


def _comparison(column: Column | None, op: str, literal: Expression) -> Test | None:
    """A column against a literal. Words are compared by their ranks."""
    if column is None:
        return None
    scale = 0
    against: int | float
    if layout.words(column.kind):
        if not isinstance(literal, str):
            return None
        op, against = _rank(column, op, literal)
    elif isinstance(literal, Date | Timestamp):
        scale, against = MICRO.get(column.kind, 0), microseconds(literal)
    elif isinstance(literal, bool | int | float):
        against = literal
    else:
        return None
    compare, values = COMPARE[op], column.values
    wide = _inexact(column.kind, against)

    def run(rows: np.ndarray) -> Truth:
        here = values[rows]
        if scale:
            here = here.astype(np.int64) * scale
        true = compare(here.astype(object), against).astype(np.bool_) if wide else compare(here, against)
        if column.null is None:
            return Truth(true, ~true)
        known = ~column.null[rows]
        return Truth(true & known, ~true & known)

    return run


def _inexact(kind: Kind, value: Any) -> bool:
    """Whether numpy would compare as doubles what must be compared exactly."""
    return kind is Kind.INTEGER and isinstance(value, int | float) and abs(value) > 2**53


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


def _one_word(node: Call, snapshot: Snapshot) -> Column | None:
    """The column of words that a condition on nothing else is about: evaluated once per distinct word."""
    used = set(names(node))
    if len(used) != 1 or node.op.startswith("a_"):
        return None
    column = snapshot.columns.get(used.pop())
    return column if column is not None and column.kind is Kind.STRING else None


def _by_word(node: Call, column: Column) -> Test:
    known: dict[int, int] = {}

    def verdict(rank: int) -> int:
        if rank not in known:
            word = None if rank < 0 else column.words[rank].decode()
            known[rank] = {True: 1, False: 0, None: 2}[evaluate.value(node, {column.name: word})]
        return known[rank]

    def run(rows: np.ndarray) -> Truth:
        ranks, back = np.unique(column.values[rows], return_inverse=True)
        found = np.fromiter(map(verdict, ranks.tolist()), np.int8, len(ranks))[back]
        return Truth(found == 1, found == 0)

    return run


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

    def run(rows: np.ndarray) -> Truth:
        records = _records(snapshot, rows, used, listed)
        if shaped:
            for record, shape in zip(records, snapshot.plane(rows), strict=True):
                record[GEOMETRY] = shape
        values = [evaluate.value(expression, record) for record in records]
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
