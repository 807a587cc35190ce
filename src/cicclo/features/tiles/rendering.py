"""One tile of a collection: asked of the store, chosen, drawn, kept while the data stay the same."""

import asyncio
from collections import OrderedDict
from typing import Any

import pyarrow as pa

from cicclo.features import batches as roles
from cicclo.features.model import ID, Collection, Kind, Query, View
from cicclo.features.ports import Store
from cicclo.features.tiles import mvt
from cicclo.features.tiles.grids import Grid, Matrix
from cicclo.features.tiles.thinning import MOST, Chosen

KEPT = 64 * 1024 * 1024  # bytes of tiles
_MARGIN = mvt.BUFFER / mvt.EXTENT


class Cache:
    """Tiles lately drawn, at most `size` bytes."""

    def __init__(self, size: int = KEPT) -> None:
        self._tiles: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()
        self._size, self._used = size, 0

    def get(self, key: tuple[Any, ...]) -> bytes | None:
        found = self._tiles.get(key)
        if found is not None:
            self._tiles.move_to_end(key)
        return found

    def put(self, key: tuple[Any, ...], tile: bytes) -> None:
        if key in self._tiles or len(tile) > self._size:
            return
        self._tiles[key] = tile
        self._used += len(tile) + 200  # of the key
        while self._used > self._size:
            _, old = self._tiles.popitem(last=False)
            self._used -= len(old) + 200


CACHE = Cache()


async def tile(store: Store, grid: Grid, matrix: Matrix, row: int, column: int) -> bytes:
    """The bytes of a tile; none when there is nothing in it."""
    version = store.version
    key = (id(store), store.collection.id, version, grid.id, matrix.id, row, column)
    found = CACHE.get(key) if version else None
    if found is None:
        found = await _drawn(store, grid, matrix, row, column)
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
