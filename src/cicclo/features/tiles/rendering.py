"""One tile of a collection: asked of the store, chosen, drawn, kept while the data stay the same."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any
from weakref import WeakKeyDictionary

import pyarrow as pa

from cicclo.features import batches as roles
from cicclo.features.model import ID, Collection, Kind, Query, View
from cicclo.features.ports import Store
from cicclo.features.tiles import mvt
from cicclo.features.tiles.grids import Grid, Matrix
from cicclo.features.tiles.thinning import MOST, Chosen

KEPT = 64 * 1024 * 1024  # bytes of tiles
_MARGIN = mvt.BUFFER / mvt.EXTENT

Key = tuple[Any, ...]


class Cache:
    """Tiles lately drawn, at most `size` bytes."""

    def __init__(self, size: int = KEPT) -> None:
        self._tiles: OrderedDict[Key, bytes] = OrderedDict()
        self._size, self._used = size, 0

    def get(self, key: Key) -> bytes | None:
        found = self._tiles.get(key)
        if found is not None:
            self._tiles.move_to_end(key)
        return found

    def put(self, key: Key, tile: bytes) -> None:
        if key in self._tiles or len(tile) > self._size:
            return
        self._tiles[key] = tile
        self._used += len(tile) + 200  # of the key
        while self._used > self._size:
            _, old = self._tiles.popitem(last=False)
            self._used -= len(old) + 200


class Shared:
    """Tiles being drawn: whoever asks for one of them waits for it; it is given up when all have left."""

    def __init__(self) -> None:
        self._tasks: dict[Key, asyncio.Task[bytes]] = {}
        self._waiting: Counter[Key] = Counter()

    async def drawn(self, key: Key, draw: Callable[[], Coroutine[Any, Any, bytes]]) -> bytes:
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(draw())
            task.add_done_callback(lambda done: self._forget(key, done))
        self._waiting[key] += 1
        try:
            return await asyncio.shield(task)
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]
                self._forget(key, task)
                task.cancel()  # no effect on one that is done

    def _forget(self, key: Key, task: "asyncio.Task[bytes]") -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key]


CACHE = Cache()
_SHARED: WeakKeyDictionary[asyncio.AbstractEventLoop, Shared] = WeakKeyDictionary()


async def tile(store: Store, grid: Grid, matrix: Matrix, row: int, column: int) -> bytes:
    """The bytes of a tile; none when there is nothing in it."""
    version = store.version
    key = (id(store), store.collection.id, version, grid.id, matrix.id, row, column)
    found = CACHE.get(key) if version else None
    if found is None:
        shared = _SHARED.setdefault(asyncio.get_running_loop(), Shared())
        found = await shared.drawn(key, lambda: _drawn(store, grid, matrix, row, column))
        if version and store.version == version:
            CACHE.put(key, found)
    return found


async def _drawn(store: Store, grid: Grid, matrix: Matrix, row: int, column: int) -> bytes:
    bounds = grid.bounds(matrix, row, column)
    margin = (bounds[2] - bounds[0]) * _MARGIN
    west, south, east, north = bounds
    box = grid.in_degrees((west - margin, south - margin, east + margin, north + margin))
    if box is None:
        return b""
    counted = await store.page(Query(limit=1, box=box, view=View(properties=())))
    many = counted.matched is not None and counted.matched > MOST
    view = View(properties=() if many else None)
    chosen = Chosen(bounds, grid.crs, thin=many)
    async for batch in store.stream(Query(box=box, view=view)):
        if batch.num_rows:
            await asyncio.to_thread(chosen.add, batch)
    return await asyncio.to_thread(_encoded, chosen, store.collection)


def _encoded(chosen: Chosen, collection: Collection) -> bytes:
    shapes, table = chosen.result()
    if table is None or not len(shapes):
        return b""
    batch = table.combine_chunks().to_batches()[0]
    identifiers = roles.identifiers(batch)
    numbers = identifiers.cast(pa.int64()) if collection.id_kind is Kind.INTEGER else None
    columns: list[mvt.Column] = [(ID, Kind.STRING, identifiers)]
    columns += [
        (each.name, each.kind, values) for each, values in roles.values(batch, collection) if each.name != ID
    ]
    return mvt.layer(collection.id, shapes, columns, numbers)
