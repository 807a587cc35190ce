"""Pages in another order than the rows': by one column's sorted rows, or by sorting what a query found."""

import asyncio
from collections.abc import Callable
from typing import Any, overload

import numpy as np

from cicclo.features.model import Query, Sort
from cicclo.features.stores import _keyset
from cicclo.features.stores.published import layout
from cicclo.features.stores.published.columns import Column
from cicclo.features.stores.published.snapshot import Snapshot

AT_ONCE = 50_000  # rows that are sorted in a few milliseconds
REMEMBERED = 2  # orders by several keys


class Descending:
    """A column's rows from its greatest value down, nulls last, nothing being copied but what is looked at."""

    def __init__(self, column: Column) -> None:
        self._known, self._nulls = column.order[: column.known][::-1], column.order[column.known :]

    def __len__(self) -> int:
        return len(self._known) + len(self._nulls)

    @overload
    def __getitem__(self, place: int) -> int: ...

    @overload
    def __getitem__(self, place: slice) -> np.ndarray: ...

    def __getitem__(self, place: int | slice) -> int | np.ndarray:
        if isinstance(place, slice):
            start, stop, _ = place.indices(len(self))
            known = len(self._known)
            nulls = self._nulls[max(start - known, 0) : max(stop - known, 0)]
            return np.concatenate([self._known[start:stop], nulls])
        known = len(self._known)
        return int(self._known[place] if place < known else self._nulls[place - known])


Rows = np.ndarray | Descending


async def sorted_rows(snapshot: Snapshot, query: Query, rows: np.ndarray | None) -> tuple[Rows, int]:
    """Return rows in the order asked for, and where the page begins among them. `rows` None: all of them."""
    keys = query.sort
    ordered: Rows
    if rows is not None:
        ordered = await _aside(_sorted, snapshot, keys, rows)
    elif len(keys) == 1:
        column = snapshot.columns.get(keys[0].name)
        ordered = np.empty(0, np.int64) if column is None else _by_column(column, keys[0])
    else:
        ordered = await _remembered(snapshot, keys)
    start = _after(snapshot, keys, ordered, query.after) if query.after else query.offset
    return ordered, start


def _by_column(column: Column, key: Sort) -> Rows:
    """Nulls last both ways; equal values in the order of rows when ascending, the other way when descending."""
    return Descending(column) if key.descending else column.order


async def _remembered(snapshot: Snapshot, keys: tuple[Sort, ...]) -> np.ndarray:
    """All rows by several keys: four bytes each, kept for the pages that follow."""
    held = snapshot.orders
    if keys not in held:
        held[keys] = asyncio.ensure_future(_by_all(snapshot, keys))
        if len(held) > REMEMBERED:
            held.popitem(last=False)
    try:
        # it goes on when the request is given up: whoever asks again finds it done
        return await asyncio.shield(held[keys])
    except MemoryError:
        held.pop(keys, None)
        raise


async def _by_all(snapshot: Snapshot, keys: tuple[Sort, ...]) -> np.ndarray:
    rows = np.arange(snapshot.rows if snapshot.columns else 0)
    return (await _aside(_sorted, snapshot, keys, rows)).astype(np.uint32)


async def _aside(
    sort: Callable[..., np.ndarray], snapshot: Snapshot, keys: tuple[Sort, ...], rows: np.ndarray
) -> np.ndarray:
    """Sort beside the loop when it lasts; numpy lets it turn meanwhile."""
    if len(rows) <= AT_ONCE:
        return sort(snapshot, keys, rows)
    return await asyncio.to_thread(sort, snapshot, keys, rows)


def _sorted(snapshot: Snapshot, keys: tuple[Sort, ...], chosen: np.ndarray) -> np.ndarray:
    last = -chosen if len(keys) == 1 and keys[0].descending else chosen
    by: list[np.ndarray] = [last]
    for key in reversed(keys):
        column = snapshot.columns[key.name]
        values, null = column.values[chosen], column.nulls(chosen)
        by += [_descending(values) if key.descending else values, null]
    order = np.lexsort(by)
    if len(keys) == 1 and keys[0].descending:  # nulls keep the order of rows, as in the column's own
        nulls = snapshot.columns[keys[0].name].nulls(chosen)
        order = np.concatenate([order[~nulls[order]], np.flatnonzero(nulls)])
    return chosen[order]


def _descending(values: np.ndarray) -> np.ndarray:
    return -values.astype(np.float64) if values.dtype == np.float64 else ~values.astype(np.int64)


def cursor(snapshot: Snapshot, keys: tuple[Sort, ...], row: int) -> str:
    """What the next page needs: the values of the last row, its key and its identifier."""
    parts: list[Any] = [_value(snapshot.columns[key.name], row) for key in keys]
    return _keyset.write([*parts, str(int(snapshot.keys[row])), snapshot.ids[row].decode()])


def _value(column: Column, row: int) -> str | int | None:
    if column.nulls(np.array([row]))[0]:
        return None
    if layout.words(column.kind):
        return column.words[int(column.values[row])].decode()
    value = column.values[row].item()
    return value.hex() if isinstance(value, float) else int(value)


def _after(snapshot: Snapshot, keys: tuple[Sort, ...], ordered: Rows, after: str) -> int:
    """Binary search of the place after a cursor, by comparing rows with it."""
    *wanted, key, id_ = _keyset.read(after, len(keys) + 2)
    if not isinstance(key, str) or not key.isdecimal() or int(key) >= 2**64 or not isinstance(id_, str):
        raise _keyset.stale()
    place, there = snapshot.place(int(key), id_.encode())
    bounds = [_bound(snapshot.columns[each.name], value) for each, value in zip(keys, wanted, strict=True)]
    flipped = len(keys) == 1 and keys[0].descending
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        if _before(snapshot, keys, int(ordered[middle]), bounds, (place, there, flipped)):
            low = middle + 1
        else:
            high = middle
    return low


def _bound(column: Column, value: Any) -> float | int | None:
    """The value of a cursor, as the column keeps it; a word that is there no more stands between two ranks."""
    if value is None:
        return None
    try:
        if not layout.words(column.kind):
            return float.fromhex(value) if isinstance(value, str) else int(value)
        rank = column.rank(value)
        return rank if rank >= 0 else column.words.find(value.encode()) - 0.5
    except (ValueError, AttributeError, OverflowError):
        raise _keyset.stale() from None


def _before(
    snapshot: Snapshot, keys: tuple[Sort, ...], row: int, bounds: list[Any], last: tuple[int, bool, bool]
) -> bool:
    """Whether a row comes before, or is, the one that the cursor names."""
    for key, bound in zip(keys, bounds, strict=True):
        column = snapshot.columns[key.name]
        value = None if column.null is not None and column.null[row] else column.values[row].item()
        if value == bound:
            continue
        if value is None or bound is None:
            return bound is None
        return bool(value > bound) if key.descending else bool(value < bound)
    place, there, flipped = last
    if flipped and bounds[0] is not None:
        return row >= place
    return row <= place if there else row < place
