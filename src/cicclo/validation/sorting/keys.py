"""Which records have a key that comes more than once: by hashes of normalised values, sorted, on disk when many.

Two values that differ may share a hash: their records are then judged for nothing. Two texts of one value must share
theirs: numbers are hashed as numbers, what is not plainly written by its exact value.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

import numpy as np
import polars as pl

from cicclo.validation.predicates.rows import Key, Plan
from cicclo.validation.predicates.tree import In
from cicclo.validation.predicates.with_polars import expression
from cicclo.validation.sorting.reading import names
from cicclo.validation.verdicts import Column

Hashes = np.ndarray[Any, np.dtype[np.uint64]]
Packed = np.ndarray[Any, np.dtype[np.uint8]]
"""One bit a record."""

IN_MEMORY = 16_000_000
"""Hashes of a key kept in memory (128 MB, twice that while they are sorted)."""

_NUMBERS = ("integer", "number", "year")


class Keys:
    """The normalised hashes of each key of a plan, record after record."""

    def __init__(self, plan: Plan, *, most: int = IN_MEMORY) -> None:
        self.keys = plan.keys
        self._plan = plan
        self._names = names(len(plan.columns))
        self._held = [Held(most) for _ in plan.keys]

    def hashes(self, frame: pl.DataFrame, seed: int) -> list[Hashes]:
        """Return the hashes of a frame's records, one array a key; `seed` makes missing values unlike each other."""
        return [self._hashes(frame, key, seed) for key in self.keys]

    def add(self, hashes: Sequence[Hashes]) -> None:
        for held, more in zip(self._held, hashes, strict=True):
            held.add(more)

    def close(self) -> None:
        for held in self._held:
            held.close()

    def repeated(self) -> Packed | None:
        """Return, packed by eight, whether each record has a key that another one has; None when none has."""
        found = [packed for held in self._held if (packed := held.repeated()) is not None]
        return np.bitwise_or.reduce(found) if found else None

    def _hashes(self, frame: pl.DataFrame, key: Key, seed: int) -> Hashes:
        values = [self._values(frame, number) for number in key.positions]
        if key.whole and len(values) > 1:
            return pl.DataFrame(values).to_struct("key").hash().to_numpy()
        found: Hashes = values[0].hash().to_numpy()
        missing = values[0].is_null()
        if missing.any():  # never duplicates: any number that is unlikely to be met
            found = found.copy()
            dice = np.random.default_rng(seed)
            found[missing.to_numpy()] = dice.integers(0, 2**64, int(missing.sum()), np.uint64)
        return found

    def _values(self, frame: pl.DataFrame, number: int) -> pl.Series:
        """Return what stands for the values of a column: equal when they are; null when missing or unreadable."""
        column, cells = self._plan.columns[number], frame[self._names[number]]
        if column.field.type in ("string", "any"):
            texts = frame.select(pl.when(~_missing(column, pl.col(cells.name))).then(pl.col(cells.name)))
            return texts.to_series()
        if column.field.type in _NUMBERS:
            return _numbers(column, cells)
        distinct = cells.unique()
        standing = _exactly(column, distinct, repr, pl.String())
        return cells.replace_strict(distinct, standing, return_dtype=pl.String)


def _missing(column: Column, cell: pl.Expr) -> pl.Expr:
    return expression(In(column.field.missing), (), cell) if column.field.missing else pl.lit(value=False)


def _numbers(column: Column, texts: pl.Series) -> pl.Series:
    """Return the numbers that texts stand for: `1`, `01` and `1.0` are one."""
    cell = pl.col(texts.name)
    plain = cell.str.contains(r"\A-?[0-9]{1,15}(?:\.[0-9]{1,15})?\z") & ~_missing(column, cell)
    number = pl.when("plain").then(cell.cast(pl.Float64, strict=False) + 0.0).alias("number")
    read = texts.to_frame().with_columns(plain.alias("plain")).with_columns(number)
    if read["plain"].all():
        return read["number"].rename(texts.name)
    others = _exactly(column, texts.filter(~read["plain"]), float, pl.Float64())
    return read["number"].scatter((~read["plain"]).arg_true(), others).rename(texts.name)


def _exactly(
    column: Column, texts: pl.Series, standing: Callable[[Any], Any], kind: pl.DataType
) -> pl.Series:
    values = (column.verdict(text).value for text in texts)
    return pl.Series([None if value is None else standing(value) for value in values], dtype=kind)


class Held:
    """Hashes in order of record, in memory up to `most`, then in a temporary file."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._parts: list[Hashes] = []
        self._recent = 0
        self._count = 0
        self._file: IO[bytes] | None = None

    def add(self, hashes: Hashes) -> None:
        self._parts.append(np.ascontiguousarray(hashes))
        self._recent += len(hashes)
        self._count += len(hashes)
        if self._recent >= self._most:
            self._put_down()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _put_down(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the walk
        for part in self._parts:
            self._file.write(part.data)
        self._parts, self._recent = [], 0

    def repeated(self) -> Packed | None:
        """Return, packed by eight, whether each record's hash is met more than once; None when none is."""
        if self._file is not None:
            self._put_down()
        found = [self._marks(met) for share in self._shares() if len(met := _more_than_once(share))]
        return np.bitwise_or.reduce(found) if found else None

    def _shares(self) -> Iterator[Hashes]:
        """Yield the hashes by their leading bits, so that each share fits in memory."""
        bits = (self._count * 2 // self._most).bit_length() if self._file is not None else 0
        for share in range(2**bits):
            parts = [part[part >> np.uint64(64 - bits) == share] if bits else part for part in self._walk()]
            yield np.concatenate([_NONE, *parts])

    def _walk(self) -> Iterator[Hashes]:
        yield from self._parts
        if self._file is not None:
            self._file.seek(0)
            while block := self._file.read(8 * 1_000_000):
                yield np.frombuffer(block, np.uint64)

    def _marks(self, met: Hashes) -> Packed:
        packed, left = [], np.empty(0, np.bool_)
        for part in self._walk():
            marks = np.concatenate((left, np.isin(part, met)))
            whole = len(marks) // 8 * 8
            packed.append(np.packbits(marks[:whole]))
            left = marks[whole:]
        packed.append(np.packbits(left))
        return np.concatenate(packed)


_NONE = np.empty(0, np.uint64)


def _more_than_once(hashes: Hashes) -> Hashes:
    ordered = np.sort(hashes)
    met: Hashes = ordered[1:][ordered[1:] == ordered[:-1]]
    return met
