"""Which rows a query is about: runs of rows that an index gives, and tests that remain to be made on them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
import shapely

from cicclo.features.model import Box, Interval, Kind, Query
from cicclo.features.stores.published import stretches
from cicclo.features.stores.published.columns import Column
from cicclo.features.stores.published.filters import Test, compile_
from cicclo.features.stores.published.snapshot import Snapshot
from cicclo.features.stores.published.stretches import Stretch
from cicclo.ogc.cql2.model import Call, Expression, Geometry, Name

Mask = Callable[[np.ndarray], np.ndarray]
FEW = 20_000  # rows that are better looked up one by one than found by a scan
FIRST_BLOCK, LAST_BLOCK, LEAST_BLOCK = 4_096, 131_072, 64
QUICK, SLOW = 0.005, 0.03  # seconds that a block may take before the next is larger, or smaller


@dataclass(slots=True)
class Hits:
    """`runs` (k × 2: first, after last), or `listed` rows, sorted and apart; `tests` must all pass.

    `count` is how many do, when an index tells; `key` is what is asked.
    """

    runs: np.ndarray
    tests: list[Mask] = field(default_factory=list)
    listed: np.ndarray | None = None
    count: int | None = None
    key: str = ""

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
        """Rows that pass, in blocks that grow: a page is often full after the first. They shrink when tests are slow."""
        done, size = 0, FIRST_BLOCK
        while len(rows := self.rows(done, size)):
            done, begun = done + len(rows), perf_counter()
            passed = self.passing(rows)
            lasted = perf_counter() - begun
            yield passed
            if lasted < QUICK:
                size = min(size * 4, LAST_BLOCK)
            elif lasted > SLOW:
                size = max(size // 2, LEAST_BLOCK)


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
    interval = query.interval if snapshot.collection.instants and snapshot.rows else None
    if query.filter is None and interval is None:
        return found
    return _filtered(snapshot, _conditions(query.filter), interval, found)


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


def _filtered(snapshot: Snapshot, parts: list[Expression], interval: Interval | None, found: Hits) -> Hits:
    """Let the most selective index name the rows when they are few; test the rest."""
    stretch = stretches.best(snapshot, parts, interval)
    answered: tuple[int, ...] = ()
    if stretch is not None and stretch.size <= FEW and stretch.size < found.total:
        found = Hits(found.runs, found.tests, _within(stretch.rows(), found.runs))
        answered = stretch.answers if stretch.exact else ()
    else:
        whole = found.total == snapshot.rows and not found.tests
        conditions = len(parts) + (interval is not None)
        counted = stretch.size if whole and _answers(stretch, conditions) else None  # type: ignore[union-attr]
        found = _near(snapshot, parts, found)
        found.count = counted
    found.tests += [
        _mask(compile_(part, snapshot)) for place, part in enumerate(parts) if place not in answered
    ]
    if interval is not None and -1 not in answered:
        found.tests.append(_during(snapshot, interval))
    return found


def _answers(stretch: Stretch | None, conditions: int) -> bool:
    """Whether a stretch alone answers that many conditions."""
    return stretch is not None and stretch.exact and len(stretch.answers) == conditions


def _conditions(expression: Expression | None) -> list[Expression]:
    """What must all be true."""
    match expression:
        case None:
            return []
        case Call("and", args):
            return [condition for each in args for condition in _conditions(each)]
    return [expression]


def _mask(test: Test) -> Mask:
    return lambda rows: test(rows).true


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
