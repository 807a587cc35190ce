"""Which rows a query is about: runs of rows that an index gives, and tests that remain to be made on them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from cicclo.features.model import Box, Interval, Kind, Query
from cicclo.features.stores.published import layout
from cicclo.features.stores.published.columns import Column
from cicclo.features.stores.published.filters import MICRO, Test, compile_
from cicclo.features.stores.published.snapshot import Snapshot
from cicclo.ogc.cql2.literals import microseconds
from cicclo.ogc.cql2.model import Call, Date, Expression, Geometry, Name, Timestamp

Mask = Callable[[np.ndarray], np.ndarray]
LAST = "\U0010ffff"  # after any text that goes on
FEW = 20_000  # rows that are better looked up one by one than found by a scan
FIRST_BLOCK, LAST_BLOCK = 4_096, 131_072


@dataclass(slots=True)
class Hits:
    """`runs` (k × 2: first, after last), or `listed` rows, sorted and apart; `tests` must all pass."""

    runs: np.ndarray
    tests: list[Mask] = field(default_factory=list)
    listed: np.ndarray | None = None

    @property
    def total(self) -> int:
        return int((self.runs[:, 1] - self.runs[:, 0]).sum()) if self.listed is None else len(self.listed)

    def after(self, row: int) -> "Hits":
        """Only rows from `row` on."""
        if self.listed is not None:
            return Hits(self.runs, self.tests, self.listed[self.listed.searchsorted(row) :])
        kept = self.runs[self.runs[:, 1] > row]
        if len(kept) and kept[0, 0] < row:
            kept = kept.copy()
            kept[0, 0] = row
        return Hits(kept, self.tests)

    def rows(self, first: int = 0, most: int | None = None) -> np.ndarray:
        """Rows from the `first`-th on, at most so many, untested."""
        if self.listed is not None:
            return self.listed[first : None if most is None else first + most]
        if len(self.runs) == 1:
            start, after = self.runs[0].tolist()
            return np.arange(start + first, after if most is None else min(after, start + first + most))
        return _expanded(self.runs, first, most)

    def passing(self, rows: np.ndarray) -> np.ndarray:
        for test in self.tests:
            if not len(rows):
                break
            rows = rows[test(rows)]
        return rows

    def blocks(self) -> Iterator[np.ndarray]:
        """Rows that pass, in blocks that grow: a page is often full after the first."""
        done, size = 0, FIRST_BLOCK
        while len(rows := self.rows(done, size)):
            yield self.passing(rows)
            done, size = done + len(rows), min(size * 4, LAST_BLOCK)


def _expanded(runs: np.ndarray, first: int, most: int | None) -> np.ndarray:
    lengths = runs[:, 1] - runs[:, 0]
    ends = np.cumsum(lengths)
    last = int(ends[-1]) if len(ends) else 0
    stop = last if most is None else min(last, first + most)
    if stop <= first:
        return np.empty(0, np.int64)
    a, b = int(ends.searchsorted(first, "right")), int(ends.searchsorted(stop))
    some = runs[a : b + 1].copy()
    some[-1, 1] -= ends[b] - stop
    some[0, 0] += first - (ends[a] - lengths[a])
    count = some[:, 1] - some[:, 0]
    return np.asarray(np.arange(int(count.sum())) + np.repeat(some[:, 0] - (np.cumsum(count) - count), count))


def hits(snapshot: Snapshot, query: Query) -> Hits:
    """Find the rows of a query; nothing is read but what the indexes need."""
    found = Hits(np.array([[0, snapshot.rows]], np.int64))
    if query.box is not None:
        found = _in_box(snapshot, query.box, query.area)
    if query.interval is not None and snapshot.collection.instants:
        found.tests.append(_during(snapshot, query.interval))
    if query.filter is not None:
        found = _filtered(snapshot, query.filter, found)
    return found


def _in_box(snapshot: Snapshot, box: Box, area: bytes | None) -> Hits:
    west, south, east, north = box
    if west > east:  # it crosses the antimeridian
        parts = [
            _boxed(snapshot, (west, south, 180.0, north)),
            _boxed(snapshot, (-180.0, south, east, north)),
        ]
        rows = np.unique(np.concatenate([Hits(part).rows() for part in parts]))
        runs = _runs(rows)
    else:
        runs = _boxed(snapshot, box)
    if snapshot.located < snapshot.rows:  # features without geometry match every box
        runs = np.concatenate([runs, [[snapshot.located, snapshot.rows]]])
    return Hits(runs, [] if area is None else [_in_area(snapshot, area)])


def _boxed(snapshot: Snapshot, box: Box) -> np.ndarray:
    """Runs of the rows whose geometry meets a box: those on its edge are looked at."""
    inside, crossing = snapshot.tree.search(box)
    if len(crossing):
        shape = shapely.box(*box)
        shapely.prepare(shape)
        crossing = crossing[shapely.intersects(shape, snapshot.degrees(crossing))]
    if not len(crossing):
        return inside
    both = np.concatenate([inside, np.stack([crossing, crossing + 1], 1)])
    return both[np.argsort(both[:, 0], kind="stable")]


def _in_area(snapshot: Snapshot, area: bytes) -> Mask:
    """An exact outline; points are told by their coordinates alone."""
    shape = shapely.from_wkb(area)
    shapely.prepare(shape)

    def test(rows: np.ndarray) -> np.ndarray:
        boxes = snapshot.boxes[rows]
        nowhere = np.isnan(boxes[:, 0])
        points = (boxes[:, 0] == boxes[:, 2]) & (boxes[:, 1] == boxes[:, 3])
        passed = nowhere.copy()
        passed[points] = shapely.intersects_xy(shape, boxes[points, 0], boxes[points, 1])
        others = ~points & ~nowhere
        passed[others] = shapely.intersects(shape, snapshot.degrees(rows[others]))
        return np.asarray(passed)

    return test


def _during(snapshot: Snapshot, interval: Interval) -> Mask:
    """The primary instant or interval meets `datetime`; a feature without time always does."""
    names = snapshot.collection.instants
    begin, end = snapshot.columns[names[0]], snapshot.columns[names[-1]]

    def test(rows: np.ndarray) -> np.ndarray:
        passed = np.ones(len(rows), np.bool_)
        if interval.end is not None:
            passed &= (_milliseconds(begin, rows) <= interval.end) | begin.nulls(rows)
        if interval.start is not None:
            passed &= (_milliseconds(end, rows) >= interval.start) | end.nulls(rows)
        return np.asarray(passed)

    return test


def _milliseconds(column: Column, rows: np.ndarray) -> np.ndarray:
    values = column.values[rows].astype(np.int64)
    return np.asarray(values * 86_400_000 if column.kind is Kind.DATE else values)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where in a column's sorted order the rows of a condition stand; unless `exact`, they are still to be tested."""

    column: Column
    begin: int
    end: int
    exact: bool

    @property
    def size(self) -> int:
        return self.end - self.begin


def _filtered(snapshot: Snapshot, expression: Expression, found: Hits) -> Hits:
    """Let the most selective index name the rows when they are few; test the rest."""
    parts = list(expression.args) if isinstance(expression, Call) and expression.op == "and" else [expression]
    stretches = [
        (stretch.size, i, stretch) for i, each in enumerate(parts) if (stretch := _stretch(snapshot, each))
    ]
    size, place, best = min(stretches, key=lambda each: each[0], default=(0, 0, None))
    if best and size <= FEW and size < found.total:
        rows = np.sort(best.column.order[best.begin : best.end]).astype(np.int64)
        found = Hits(found.runs, found.tests, _within(rows, found.runs))
        if best.exact:
            del parts[place]
    else:
        found = _near(snapshot, parts, found)
    found.tests += [_mask(compile_(part, snapshot)) for part in parts]
    return found


def _mask(test: Test) -> Mask:
    return lambda rows: test(rows).true


def _stretch(snapshot: Snapshot, part: Expression) -> Stretch | None:
    """The stretch of a comparison with a literal; None for any other condition."""
    exact, ends = True, {}
    match part:
        case Call("=" | "<" | "<=" | ">" | ">=" as op, (Name(name), literal)):
            low, high = (
                (literal if op in ("=", ">", ">=") else None),
                (literal if op in ("=", "<", "<=") else None),
            )
            ends = {"low_in": op != ">", "high_in": op != "<"}
        case Call("between", (Name(name), low, high)):
            pass
        case Call("like", (Name(name), str() as pattern)) if beginning := _beginning(pattern):
            low, high, exact = beginning, beginning + LAST, False
        case _:
            return None
    column = snapshot.columns.get(name)
    if column is None:
        return None
    bounds = [_bound(column, each) for each in (low, high)]
    if any(isinstance(each, _Unfit) for each in bounds):
        return None
    begin, end = column.span(*bounds, **ends)
    return Stretch(column, begin, end, exact)


def _beginning(pattern: str) -> str:
    """What every text that matches a pattern begins with."""
    found = re.match(r"[^%_\\]*", pattern)
    return found.group() if found else ""


class _Unfit:
    """No bound of this column."""


UNFIT = _Unfit()


def _bound(column: Column, literal: Expression | None) -> Any:
    if literal is None:
        return None
    if layout.words(column.kind):
        return literal if isinstance(literal, str) else UNFIT
    if isinstance(literal, Date | Timestamp):
        scale = MICRO.get(column.kind)
        moment = microseconds(literal)
        return UNFIT if scale is None else moment // scale if moment % scale == 0 else moment / scale
    return literal if isinstance(literal, bool | int | float) else UNFIT


def _within(rows: np.ndarray, runs: np.ndarray) -> np.ndarray:
    """Those of the rows that are in a run."""
    if len(runs) == 1 and runs[0, 0] == 0 and len(rows) and runs[0, 1] > rows[-1]:
        return rows
    if not len(runs):
        return rows[:0]
    place = runs[:, 0].searchsorted(rows, "right") - 1
    return np.asarray(rows[(place >= 0) & (rows < runs[place, 1])])


def _near(snapshot: Snapshot, parts: list[Expression], found: Hits) -> Hits:
    """A relation with a literal geometry, other than `s_disjoint`, needs boxes that meet."""
    for part in parts:
        match part:
            case Call(op, (Name("geometry"), Geometry(wkb)) | (Geometry(wkb), Name("geometry"))) if (
                op.startswith("s_") and op != "s_disjoint"
            ):
                inside, crossing = snapshot.tree.search(shapely.from_wkb(wkb).bounds)
                rows = np.sort(np.concatenate([Hits(inside).rows(), crossing]))
                return Hits(found.runs, found.tests, _within(rows, found.runs))
    return found


def _runs(rows: np.ndarray) -> np.ndarray:
    """Sorted rows as runs of neighbours."""
    if not len(rows):
        return np.empty((0, 2), np.int64)
    cuts = np.flatnonzero(np.diff(rows) != 1) + 1
    first = rows[np.concatenate([[0], cuts])]
    last = rows[np.concatenate([cuts - 1, [len(rows) - 1]])]
    return np.stack([first, last + 1], 1)
