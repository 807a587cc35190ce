"""A type served from its copy: every query is answered here."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import numpy as np
import pyarrow as pa

from cicclo.features.model import ID, Collection, Kind, Query
from cicclo.features.stores import _keyset
from cicclo.features.stores._wfs import local
from cicclo.features.stores._wfs.answers import Found, WfsStore, cursor
from cicclo.features.stores._wfs.asking import Type
from cicclo.features.stores._wfs.whole import Copy, Whole

_BATCH = 2000


class WholeStore(WfsStore):
    """Answers from the copy. A cursor is the last feature given, and where it stood in case it goes."""

    def __init__(self, type_: Type, collection: Collection) -> None:
        super().__init__(type_, collection)
        self._whole = Whole(type_)

    @property
    def version(self) -> str:
        return self._whole.version

    async def prepare(self) -> None:
        """Take the first copy: count and extent are then exact, and every property sortable."""
        copy = await self._whole.copy()
        found = await asyncio.to_thread(local.extent, copy.rows, self._collection)
        sortable = tuple(
            replace(each, sortable=each.kind is not Kind.JSON) for each in self._collection.properties
        )
        self._collection = replace(
            self._collection, count=copy.rows.num_rows, extent=found, properties=sortable
        )

    async def _rows(self, query: Query) -> Found:
        copy = await self._whole.copy()
        places = await asyncio.to_thread(self._places, copy, query)
        start = _resumed(copy, places, query) if query.after else query.offset
        chosen = places[start : start + query.limit]
        rows = copy.rows.take(pa.array(chosen))
        end = start + len(chosen)
        more = len(chosen) > 0 and end < len(places)
        after = _keyset.write([end, rows.column(ID)[-1].as_py()]) if more else ""
        return Found(rows, len(places), after, (copy, chosen))

    def _places(self, copy: Copy, query: Query) -> np.ndarray:
        """Where what matches is in the copy, in the order wanted."""
        places = np.arange(copy.rows.num_rows)
        if not query.everything:
            places = np.flatnonzero(local.selected(copy.rows, query, self._collection))
        if not query.sort:
            return places
        chosen = copy.rows.take(pa.array(places))
        ids = local.ordered(chosen, query.sort).column(ID).to_pylist()
        return np.array([copy.places[each] for each in ids], np.int64)

    async def _one(self, id_: str) -> pa.RecordBatch | None:
        copy = await self._whole.copy()
        place = copy.places.get(id_)
        return None if place is None else copy.rows.slice(place, 1)

    async def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        copy = await self._whole.copy()
        places = await asyncio.to_thread(self._places, copy, query)
        for start in range(0, len(places), _BATCH):
            rows = copy.rows.take(pa.array(places[start : start + _BATCH]))
            yield await asyncio.to_thread(local.viewed, rows, query.view, self._collection)

    async def close(self) -> None:
        await self._whole.close()
        await super().close()


def _resumed(copy: Copy, places: np.ndarray, query: Query) -> int:
    """After the last feature given; where it stood, when it is gone."""
    position, last = cursor(query.after)
    place = copy.places.get(last)
    if place is not None:
        found = np.flatnonzero(places == place)
        if found.size:
            return int(found[0]) + 1
    return min(position, len(places))
