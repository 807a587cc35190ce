"""From rows to answers: what both ways of serving a WFS have in common."""

import asyncio
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cicclo.features.encoding import encode
from cicclo.features.model import Collection, EncodedPage, Query, View
from cicclo.features.ports import Page
from cicclo.features.stores import _keyset
from cicclo.features.stores._wfs import local
from cicclo.features.stores._wfs.asking import Type
from cicclo.features.stores._wfs.whole import Copy


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of one page, in the storage CRS; `cursor` of the next one."""

    rows: pa.RecordBatch
    matched: int | None
    cursor: str
    at: tuple[Copy, np.ndarray] | None = None  # where they are in a copy


class WfsStore:
    """What both ways have in common: from rows to answers."""

    def __init__(self, type_: Type, collection: Collection) -> None:
        self._type = type_
        self._collection = collection

    @property
    def collection(self) -> Collection:
        return self._collection

    @property
    def version(self) -> str:
        return ""

    async def _rows(self, query: Query) -> Found:
        raise NotImplementedError

    async def _one(self, id_: str) -> pa.RecordBatch | None:
        raise NotImplementedError

    async def encoded_page(self, query: Query) -> EncodedPage:
        found = await self._rows(query)
        features = await asyncio.to_thread(self._encoded, found, query.view)
        return EncodedPage(b",".join(features), found.rows.num_rows, found.matched, found.cursor)

    def _encoded(self, found: Found, view: View) -> list[bytes]:
        if found.at is not None and view.plain:
            ready = found.at[0].json(self._collection)
            return [ready[index] for index in found.at[1]]
        return encode(local.viewed(found.rows, view, self._collection), self._collection, view)

    async def page(self, query: Query) -> Page:
        found = await self._rows(query)
        shown = await asyncio.to_thread(local.viewed, found.rows, query.view, self._collection)
        return Page(shown, found.matched, found.cursor)

    async def encoded_item(self, id: str, view: View) -> bytes | None:  # noqa: A002 - the standard's word
        found = await self.item(id, view)
        return None if found is None else encode(found, self._collection, view)[0]

    async def item(self, id: str, view: View) -> pa.RecordBatch | None:  # noqa: A002
        found = await self._one(id)
        return None if found is None else local.viewed(found, view, self._collection)

    async def close(self) -> None:
        await self._type.remote.close()


def cursor(written: str) -> tuple[int, str]:
    position, last = _keyset.read(written, 2)
    if not isinstance(position, int) or not isinstance(last, str) or position < 1:
        raise _keyset.stale()
    return position, last
