"""Faults counted, and kept: in memory, then in a temporary file."""

from collections import Counter
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import IO
from weakref import finalize

from cicclo.validation.model import ColumnCount, Fault, Severity

BATCH = 2_000
"""Faults written at once; as many stay in memory."""

_parts = attrgetter(*Fault.__slots__)


class Spool:
    """A sequence of faults larger than memory; it can be walked any number of times, and grow in between."""

    def __init__(self, batch: int = BATCH) -> None:
        self.errors = 0
        self._batch = batch
        self._recent: list[Fault] = []
        self._written = 0
        self._file: IO[bytes] | None = None

    def append(self, fault: Fault) -> None:
        """Keep one more fault."""
        self._recent.append(fault)
        if fault.severity is Severity.ERROR:
            self.errors += 1
        if len(self._recent) >= self._batch:
            self._write()

    def _write(self) -> None:
        import pickle  # noqa: PLC0415 - few reports are larger than memory
        import tempfile  # noqa: PLC0415

        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the report, and goes with it
            finalize(self, self._file.close)
        self._file.seek(0, 2)
        pickle.dump([_parts(fault) for fault in self._recent], self._file, pickle.HIGHEST_PROTOCOL)
        self._written += len(self._recent)
        self._recent.clear()

    def __len__(self) -> int:
        return self._written + len(self._recent)

    def __iter__(self) -> Iterator[Fault]:
        yield from self._from_disk()
        yield from list(self._recent)

    def _from_disk(self) -> Iterator[Fault]:
        """Each batch is found where the one before ended: several walks may go on at once."""
        import pickle  # noqa: PLC0415

        place, left = 0, self._written
        while left and self._file is not None:
            self._file.seek(place)
            batch = pickle.load(self._file)  # noqa: S301 - our own anonymous file
            place = self._file.tell()
            left -= len(batch)
            for parts in batch:
                yield Fault(*parts)


class Account:
    """What an engine tells as it goes: faults in order, rows, filled cells.

    `full` once the most faults wanted are there: the engine then only counts rows. `rows` is the number of records
    after the header, `filled` the number of cells by position (index 0 is the first column) that are not missing.
    Only errors count towards the limit: a file is not left unread for its warnings. Past as many, these are counted
    (`unlisted`) and no longer kept.
    """

    def __init__(self, limit: int = 0, columns: int = 0) -> None:
        self.faults = Spool()
        self.full = False
        self.rows = 0
        self.processed = 0
        self.unlisted = 0
        self.filled = [0] * columns
        self._limit = limit
        self._counts: Counter[tuple[int, str]] = Counter()

    def take(self, faults: Iterable[Fault], row: int = 0) -> bool:
        """Keep the faults found up to the record numbered `row`; return whether more are wanted."""
        for fault in faults:
            if self.full:
                break
            self._counts[fault.position, fault.requirement] += 1
            if self._limit and fault.severity is not Severity.ERROR and self._warnings >= self._limit:
                self.unlisted += 1
                continue
            self.faults.append(fault)
            if self._limit and self.faults.errors >= self._limit:
                self.full = True
                self.processed = max(row - 1, 0)
        return not self.full

    @property
    def _warnings(self) -> int:
        return len(self.faults) - self.faults.errors

    def add(self, fault: Fault) -> None:
        """Keep a fault whatever the limit: what is wrong with the schema's checks is always told."""
        self.faults.append(fault)
        self._counts[fault.position, fault.requirement] += 1

    def columns(self, names: Iterable[tuple[str, bool]]) -> tuple[ColumnCount, ...]:
        """Return the counts of each column; `names` has its label and whether the schema knows it."""
        by_column: dict[int, dict[str, int]] = {}
        for (position, requirement), count in sorted(self._counts.items()):
            by_column.setdefault(position, {})[requirement] = count
        return tuple(
            ColumnCount(name, place, known, self.filled[place - 1], by_column.get(place, {}))
            for place, (name, known) in enumerate(names, 1)
        )
