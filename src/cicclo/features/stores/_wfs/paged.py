"""A type asked page by page: what the service cannot be trusted with is done here, within a cost."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from pyproj import Transformer
from pyproj.exceptions import ProjError

from cicclo.features.errors import TooSlow
from cicclo.features.model import ID, Box, Query
from cicclo.features.stores import _keyset
from cicclo.features.stores._wfs import filters, local, walking
from cicclo.features.stores._wfs.answers import Found, WfsStore, cursor
from cicclo.features.stores._wfs.reading import Features
from cicclo.features.stores._wfs.remote import Refused
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.ogc import crs as crss

_SECONDS = 20.0  # that one request may spend walking
_EVERYTHING = Query()


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows that match, and the position after each of them in the service's own sequence."""

    rows: pa.RecordBatch
    ends: np.ndarray


class PagedStore(WfsStore):
    """Asks the service for each page. A cursor is a position, and the feature just before it."""

    async def _rows(self, query: Query) -> Found:
        if query.sort:
            raise BadInput(
                Text(
                    "le service WFS d'origine n'est pas trié à la demande",
                    "the WFS behind is not sorted on demand",
                ),
                at="sortby",
                remedy=Text(
                    "publier un fichier exporté du service", "publish a file exported from the service"
                ),
            )
        skip = 0 if query.everything or query.after else query.offset
        wanted = skip + query.limit
        blocks: list[_Block] = []
        async for block in self._walk(query, wanted + 1):
            blocks.append(block)
            if sum(len(each.ends) for each in blocks) > wanted:
                break
        rows, ends = self._joined(blocks)
        shown = rows.slice(skip, query.limit)
        more = rows.num_rows > wanted
        after = _keyset.write([int(ends[wanted - 1]), shown.column(ID)[-1].as_py()]) if more else ""
        return Found(shown, self._matched(query, rows.num_rows, more=more), after)

    def _matched(self, query: Query, found: int, *, more: bool) -> int | None:
        """What is known without counting: all of the type, or all of what ends on the first page."""
        if query.everything:
            return self._collection.count
        return None if more or query.after else found

    def _joined(self, blocks: list[_Block]) -> tuple[pa.RecordBatch, np.ndarray]:
        if not blocks:
            return self._type.batch(Features([], {}, np.zeros(0, object))), np.zeros(0, np.int64)
        rows = pa.Table.from_batches([each.rows for each in blocks]).combine_chunks().to_batches()
        ends = np.concatenate([each.ends for each in blocks])
        return (rows[0] if rows else blocks[0].rows), ends

    async def _walk(self, query: Query, wanted: int, *, whole: bool = False) -> AsyncIterator[_Block]:
        """What matches, block after block, within the time and the number of features that one request may cost."""
        position, last = cursor(query.after) if query.after else (query.offset if query.everything else 0, "")
        if whole:
            position, last = 0, ""
        walk = self._asked(query)
        # without anything to select, no more is asked than what is shown
        size = min(
            self._type.remote.address.page, wanted if query.everything else self._type.remote.address.page
        )
        start, seen = time.monotonic(), 0
        async for first, found in walking.pages(walk, position, last, size):
            rows = self._type.batch(found)
            if query.everything:
                keep = np.ones(len(found), bool)
            else:
                keep = await asyncio.to_thread(local.selected, rows, query, self._collection)
            yield _Block(rows.filter(pa.array(keep)), first + 1 + np.flatnonzero(keep))
            seen += len(found)
            if not whole and (seen > self._type.remote.address.scan or time.monotonic() - start > _SECONDS):
                raise _costly(seen)

    def _asked(self, query: Query) -> walking.Walk:
        """What the service is asked to select: the box, else what it understands of the filter."""
        if query.box is not None and query.box[0] <= query.box[2] and (box := self._box(query.box)):
            return walking.Walk(self._type, box)
        if query.filter is not None and self._type.filters:
            written = filters.write(query.filter, self._type.schema, is_2=self._type.service.is_2)
            return walking.Walk(self._type, filter=written)
        return walking.Walk(self._type)

    def _box(self, box: Box) -> Box | None:
        """The box in the storage CRS, when the service is to be trusted with it."""
        if not self._type.box:
            return None
        try:
            to = Transformer.from_crs("OGC:CRS84", crss.read(self._type.storage), always_xy=True)
            found: Box = to.transform_bounds(*box)
        except ProjError:
            return None
        return found if np.isfinite(found).all() else None

    async def _one(self, id_: str) -> pa.RecordBatch | None:
        if self._type.by_id:
            try:
                found = await replace(self._type, sort="").features(more={self._type.by_id: id_})
            except Refused:
                return None  # not an identifier in the service's eyes
            return self._type.batch(found) if found.ids == [id_] else None
        async for block in self._walk(_EVERYTHING, self._type.remote.address.page):
            names = block.rows.column(ID).to_pylist()
            if id_ in names:
                return block.rows.slice(names.index(id_), 1)
        return None

    async def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        async for block in self._walk(query, self._type.remote.address.page, whole=True):
            if block.rows.num_rows:
                yield await asyncio.to_thread(local.viewed, block.rows, query.view, self._collection)


def _costly(seen: int) -> TooSlow:
    return TooSlow(
        Text(
            f"{seen} objets du service WFS ont été regardés sans finir",
            f"{seen} features of the WFS were looked at without finishing",
        ),
        remedy=Text(
            "préciser la demande (bbox), ou publier un fichier exporté du service",
            "narrow the request (bbox), or publish a file exported from the service",
        ),
    )
