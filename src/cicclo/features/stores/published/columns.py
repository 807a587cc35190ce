"""Columns of values: written once in row order with their sorted order, then read as mapped arrays."""

from bisect import bisect_left, bisect_right
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cicclo.features.batches import ARROW
from cicclo.features.model import Kind
from cicclo.features.stores.published import layout

EPOCH = date(1970, 1, 1).toordinal()


def write(folder: Path, place: int, kind: Kind, column: pa.ChunkedArray, order: np.ndarray) -> None:
    """Write the `place`-th property in row order, its nulls, and its rows sorted by value."""
    values, null = _words(folder, place, column) if layout.words(kind) else _numbers(column, kind)
    values, null = values[order], null[order]
    values.tofile(folder / f"{place}.values")
    null.tofile(folder / f"{place}.null") if null.any() else (folder / f"{place}.null").touch()
    known = np.flatnonzero(~null)
    by_value = known[np.argsort(values[known], kind="stable")]
    ranked = values[by_value]
    np.concatenate([by_value, np.flatnonzero(null)]).astype(np.uint32).tofile(folder / f"{place}.order")
    if layout.words(kind):
        count = int(values.max(initial=-1)) + 1
        np.searchsorted(ranked, np.arange(count + 1)).tofile(folder / f"{place}.first")
    else:
        ranked.tofile(folder / f"{place}.sorted")


def _words(folder: Path, place: int, column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct words in the order of their UTF-8 bytes, which is that of code points; each value's rank."""
    coded = column.cast(pa.large_string()).dictionary_encode().unify_dictionaries()
    words = coded.chunk(0).dictionary.cast(pa.large_binary())
    ranks = pc.sort_indices(words).to_numpy()
    words = words.take(pa.array(ranks))
    at = (
        np.frombuffer(words.buffers()[1], np.int64)[words.offset : words.offset + len(words) + 1]
        if len(words)
        else np.zeros(1, np.int64)
    )
    (at - at[0]).tofile(folder / f"{place}.words.at")
    body = words.buffers()[2] if len(words) else None
    (folder / f"{place}.words.bin").write_bytes(memoryview(body)[at[0] : at[-1]] if body else b"")
    place_of = np.empty(len(ranks), np.int32)
    place_of[ranks] = np.arange(len(ranks), dtype=np.int32)
    codes = np.concatenate(
        [each.indices.fill_null(0).to_numpy(zero_copy_only=False) for each in coded.chunks]
    )
    null = column.is_null().to_numpy()
    values = place_of[codes] if len(place_of) else np.full(len(codes), -1, np.int32)
    values[null] = -1
    return values, null


def _numbers(column: pa.ChunkedArray, kind: Kind) -> tuple[np.ndarray, np.ndarray]:
    whole = {Kind.BOOLEAN: pa.int8(), Kind.DATE: pa.int32(), Kind.INSTANT: pa.int64()}.get(kind)
    plain = column.cast(whole) if whole else column
    null = plain.is_null().to_numpy()
    if kind is Kind.NUMBER:
        null = null | np.isnan(plain.fill_null(0).to_numpy())
    values = plain.fill_null(0).to_numpy().astype(layout.OF_KIND[kind])
    values[null] = 0
    return values, null


class Column:
    """A property of all rows. Values are numbers; those of words are ranks."""

    def __init__(self, folder: Path, place: int, name: str, kind: Kind) -> None:
        self.name, self.kind = name, kind
        self.values = layout.numbers(folder / f"{place}.values", layout.OF_KIND[kind])
        nulls = layout.numbers(folder / f"{place}.null", np.bool_)
        self.null = nulls if len(nulls) else None
        self.order = layout.numbers(folder / f"{place}.order", np.uint32)
        if layout.words(kind):
            self.words = layout.Texts(folder / f"{place}.words")
            self.first = layout.numbers(folder / f"{place}.first", np.int64)
            self.known = int(self.first[-1]) if len(self.first) else 0
        else:
            self.sorted = layout.numbers(folder / f"{place}.sorted", layout.OF_KIND[kind])
            self.known = len(self.sorted)

    def nulls(self, rows: Any) -> np.ndarray:
        return np.zeros(len(self.values[rows]), np.bool_) if self.null is None else self.null[rows]

    def span(self, low: Any, high: Any, *, low_in: bool = True, high_in: bool = True) -> tuple[int, int]:
        """Where in `order` the values between two bounds stand; None is no bound. Bounds are words (str) or numbers."""
        if low is not None and low is high and layout.words(self.kind):
            rank = self.rank(low)
            return (int(self.first[rank]), int(self.first[rank + 1])) if rank >= 0 else (0, 0)
        begin = 0 if low is None else self._find(low, after=not low_in)
        end = self.known if high is None else self._find(high, after=high_in)
        return begin, max(begin, end)

    def _find(self, value: Any, *, after: bool) -> int:
        if layout.words(self.kind):
            return int(self.first[self.words.find(value.encode("utf-8", "surrogatepass"), after=after)])
        return int(bisect_right(self.sorted, value) if after else bisect_left(self.sorted, value))

    def rank(self, word: str) -> int:
        """The rank of a word; -1 when no row has it."""
        wanted = word.encode("utf-8", "surrogatepass")
        place = self.words.find(wanted)
        return place if place < len(self.words) and self.words[place] == wanted else -1

    def texts(self, rows: np.ndarray) -> list[str | None]:
        ranks = self.values[rows].tolist()
        unique = {rank: self.words[rank].decode() for rank in set(ranks) if rank >= 0}
        return [unique.get(rank) for rank in ranks]

    def bytes(self, rows: np.ndarray) -> pa.Array:
        """Texts of some rows as Arrow bytes, null where there is none."""
        ranks = self.values[rows]
        parts = [pa.py_buffer(self.words.at), pa.py_buffer(self.words.bytes)]
        distinct = pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(self.words), [None, *parts])
        return distinct.take(pa.array(ranks, mask=ranks < 0))

    def arrow(self, rows: np.ndarray) -> pa.Array:
        """Values of some rows, as a batch has them."""
        if layout.words(self.kind):
            return pa.array(self.texts(rows), pa.string())
        values, null = self.values[rows], self.nulls(rows)
        wanted = ARROW[self.kind]
        plain = {Kind.BOOLEAN: pa.int8(), Kind.DATE: pa.int32(), Kind.INSTANT: pa.int64()}.get(
            self.kind, wanted
        )
        return pa.array(values, plain, mask=null).cast(wanted)


def number(value: Any, kind: Kind) -> Any:
    """A literal of CQL2 or of Python as the column keeps it."""
    if kind is Kind.DATE and isinstance(value, date):
        return value.toordinal() - EPOCH
    if kind is Kind.INSTANT and isinstance(value, datetime):
        return value.timestamp() * 1000
    return value
