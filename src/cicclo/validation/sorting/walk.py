"""Put it together: chunks sorted two at a time, their suspects judged in order."""

import pickle
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import polars as pl

from cicclo.validation.accounting import Account
from cicclo.validation.judging import Judge
from cicclo.validation.model import Dialect, Table
from cicclo.validation.predicates.rows import Plan
from cicclo.validation.sorting.chunks import Chunk, Irregular, cut, read, splittable
from cicclo.validation.sorting.keys import Hashes, Keys, Packed
from cicclo.validation.sorting.reading import Records, counted, gathered, records, texts
from cicclo.validation.sorting.rows import Row, Rows
from cicclo.validation.sorting.sieve import Sieve, Sieved, Suspect
from cicclo.validation.sorting.typed import as_texts, typed

AHEAD = 3
"""Chunks being sorted while one is judged."""
BATCH = 20_000
"""Records that are read by Python's `csv` before they are sorted."""

UNKNOWN = 100_000
"""Records that are thought to be left where nothing tells how many are."""
IN_MEMORY = 32 * 1024 * 1024
"""Bytes of suspects that wait in memory."""
_NOTHING = pl.DataFrame()

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Sorted:
    """A part of the file, sorted. `place` is where to read it again (offset, length), None when that cannot be."""

    records: Records
    sieved: Sieved | None
    filled: Sequence[int]
    hashes: Sequence[Hashes]
    place: tuple[int, int] | None
    start: bool


@dataclass
class Walk:
    """One walk of a table: `base` is the number of records before the part at hand."""

    table: Table
    judge: Judge
    account: Account
    plan: Plan
    progress: Progress
    base: int = 0
    enough: bool = False
    """What is left of the file only has to be counted."""
    sieve: Sieve = field(init=False)
    keys: Keys = field(init=False)

    def __post_init__(self) -> None:
        self.sieve = Sieve(self.plan)
        self.keys = Keys(self.plan)
        self.path = Path(self.table.path)
        self.dialect = self.table.dialect or Dialect()
        self.filled = np.zeros(self.judge.fields, np.int64)

    def run(self) -> None:
        """Judge what has to be; then tell how many records and filled cells there are."""
        self.enough = self.account.full  # the header alone may have too many faults
        parts = self._parts()
        if self.plan.keys:
            with closing(self.keys), tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
                Keyed(self, file).run(parts)
        else:
            for part in parts:
                self.judge_part(part, self.base, self.suspects(part))
                self.base += part.records.count
                self.enough = self.account.full
        self.account.rows = self.base
        self.account.filled = self.filled.tolist()

    # reading

    def _parts(self) -> Iterator[Sorted]:
        """Yield the file in sorted parts; once the account is full, only count what is left."""
        if self.table.dialect is None:
            yield from self._rest(lambda batch: typed(batch, self.plan))
            return
        try:
            if self.table.path and splittable(self.dialect):
                yield from self._chunks()
                return
        except Irregular:
            pass  # from here on, Python's `csv` decides
        yield from self._rest(lambda batch: gathered(batch, self.judge.fields))

    def _chunks(self) -> Iterator[Sorted]:
        size = max(1, self.path.stat().st_size)
        chunks, end = cut(self.path, self.dialect), 0
        with ThreadPoolExecutor(2, "cicclo-sorting") as pool:
            waiting: deque[tuple[Chunk, Future[Sorted]]] = deque()
            for chunk in islice(chunks, AHEAD):
                waiting.append((chunk, pool.submit(self._sort, chunk)))
            while waiting and not self.enough:
                chunk, future = waiting.popleft()
                part = future.result()
                end = chunk.offset + len(chunk.data)
                for ahead in islice(chunks, 1):
                    waiting.append((ahead, pool.submit(self._sort, ahead)))
                yield part
                self.progress(min(1.0, end / size))
            for _, future in waiting:
                future.cancel()
        if self.enough:
            for chunk in cut(self.path, self.dialect, end):
                self.base += counted(chunk, self.dialect)

    def _sort(self, chunk: Chunk) -> Sorted:
        found = records(chunk, self.dialect, self.judge.fields)
        return self._sorted(found, (chunk.offset, len(chunk.data)), first=chunk.start)

    def _sorted(self, found: Records, place: tuple[int, int] | None, *, first: bool) -> Sorted:
        sieved = self.sieve.sift(found.frame, first=first)
        filled = self.sieve.filled(found.frame)
        hashes = self._hashes(found, place[0] if place else self.base)
        return Sorted(found, sieved, filled, hashes, place, start=first)

    def _hashes(self, found: Records, seed: int) -> Sequence[Hashes]:
        if not self.plan.keys:
            return ()
        if not found.ragged:
            return self.keys.hashes(found.frame, seed)
        return self.keys.hashes(_whole(found, self.judge.fields), seed)

    def _rest(self, gather: Callable[[list[list[Any]]], Records]) -> Iterator[Sorted]:
        """Let the reader read, from the record after those already sorted."""
        left = islice(self.table.records(), self.base, None)
        while batch := [cells for _, cells in islice(left, BATCH)]:
            if self.enough:
                self.base += len(batch)
                continue
            yield self._sorted(gather(batch), None, first=not self.base)
            self.progress(self.base / (self.base + UNKNOWN))

    # judging

    def suspects(self, part: Sorted) -> Iterator[Suspect]:
        """Yield, in order, the records of a part that have to be judged."""
        found = part.records
        of_frame = self.sieve.judged(part.sieved, first=not self.base) if part.sieved else iter(())
        if (cells := found.cells) is not None:
            of_frame = ((row, cells[row], positions) for row, _, positions in of_frame)
        if not found.ragged:
            return of_frame
        placed = (
            (int(found.places[row]) if found.places is not None else row, cells, positions)
            for row, cells, positions in of_frame
        )
        ragged = ((number, cells, None) for number, cells in found.ragged)
        return iter(sorted([*placed, *ragged], key=lambda suspect: suspect[0]))

    def judge_part(self, part: Sorted, base: int, suspects: Iterable[Suspect]) -> None:
        """Judge the suspects of a part that has `base` records before it, and count its filled cells."""
        record, take, first = self.judge.record, self.account.take, base + 2
        for index, cells, positions in suspects:
            faults = record(first + index, cells, positions)
            if faults and not take(faults, first + index):
                self.count(part, index + 1)
                return
        self.count(part, part.records.count)

    def again(self, part: Sorted) -> Records:
        """Read a part again."""
        assert part.place is not None
        chunk = Chunk(part.place[0], read(self.path, part.place), part.start)
        return records(chunk, self.dialect, self.judge.fields)

    def count(self, part: Sorted, upto: int) -> None:
        """Add the filled cells of the first `upto` records of a part."""
        found = part.records
        if upto >= found.count:
            self.filled += part.filled
        else:
            whole = found if found.frame.width else self.again(part)
            rows = upto if found.places is None else int(np.searchsorted(found.places, upto))
            self.filled += self.sieve.filled(whole.frame.head(rows))
        for number, cells in found.ragged:
            if number < upto:
                for column, cell in zip(self.plan.columns, cells, strict=False):
                    self.filled[column.position - 1] += not column.verdict(cell).blank


class Held(NamedTuple):
    """A part whose suspects wait on disk; `at` is where."""

    base: int
    part: Sorted
    at: int


class Keyed:
    """A walk of a table with keys: which records share one is known at the end, so nothing is judged before."""

    def __init__(self, walk: Walk, file: IO[bytes]) -> None:
        self.walk = walk
        self.file = file
        self.held: list[Held] = []

    def run(self, parts: Iterator[Sorted]) -> None:
        """Hold every part, then judge: a limit stops the reading as soon as that many cells are surely wrong."""
        walk, wrong, limit = self.walk, 0, self.walk.judge.options.limit
        for part in parts:
            suspects = list(walk.suspects(part))
            self._hold(part, suspects)
            walk.base += part.records.count
            wrong += sum(1 if positions is None else len(positions) for _, _, positions in suspects)
            walk.enough = bool(limit) and wrong >= limit
        repeated = walk.keys.repeated()
        for held in self.held:
            if walk.account.full:
                return
            self._judge(held, repeated)

    def _hold(self, part: Sorted, suspects: list[Suspect]) -> None:
        """Put the suspects down, and the records too when they cannot be read again."""
        at = self.file.seek(0, 2)
        pickle.dump((suspects, None if part.place else part.records), self.file, pickle.HIGHEST_PROTOCOL)
        self.walk.keys.add(part.hashes)
        light = replace(part, records=replace(part.records, frame=_NOTHING), sieved=None, hashes=())
        self.held.append(Held(self.walk.base, light, at))

    def _judge(self, held: Held, repeated: Packed | None) -> None:
        self.file.seek(held.at)
        suspects, found = pickle.load(self.file)  # noqa: S301 - our own anonymous file
        twice = _marked(repeated, held.base, held.part.records.count)
        known = {index for index, _, _ in suspects}
        left = [index for index in twice.tolist() if index not in known]
        if left:
            found = found or self.walk.again(held.part)
            suspects = sorted([*suspects, *_picked(found, left)], key=itemgetter(0))
        whole = replace(held.part, records=found) if found else held.part
        self.walk.judge_part(whole, held.base, suspects)


def _marked(packed: Packed | None, base: int, count: int) -> Any:
    """Return the indexes, from `base`, of the records that are marked."""
    if packed is None:
        return np.empty(0, np.int64)
    bits = np.unpackbits(packed[base // 8 : (base + count + 7) // 8])
    return np.flatnonzero(bits[base % 8 : base % 8 + count])


def _picked(found: Records, indexes: list[int]) -> list[Suspect]:
    """Return those records of the frame; the ragged ones are suspects already."""
    at = indexes if found.places is None else np.searchsorted(found.places, indexes)
    if (cells := found.cells) is not None:
        return [(index, cells[row], ()) for index, row in zip(indexes, list(at), strict=True)]
    rows = Rows(found.frame[at])
    return [(index, Row(rows, number), ()) for number, index in enumerate(indexes)]


def _whole(found: Records, width: int) -> pl.DataFrame:
    """Return all records of a part, in order, as wide as the header."""
    ragged = texts([as_texts([*cells, *[""] * width][:width]) for _, cells in found.ragged], width)
    at = np.concatenate(
        (
            found.places if found.places is not None else np.arange(found.frame.height),
            [number for number, _ in found.ragged],
        )
    )
    return pl.concat([found.frame, ragged])[np.argsort(at, kind="stable")]
