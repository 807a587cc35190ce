"""An old WFS (2.0 or 1.1) served as OGC API Features.

Small types, and those of services that do not page, are held whole and asked again after a while: every query is
then answered here. Bigger ones are asked page by page; what the service cannot be trusted with is done here too,
within a cost.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from pyproj import Transformer
from pyproj.exceptions import ProjError

from cicclo.features.encoding import encode
from cicclo.features.errors import TooSlow
from cicclo.features.model import ID, Box, Collection, EncodedPage, GeometryKind, Kind, Query, View
from cicclo.features.ports import Page, Store
from cicclo.features.reading.cleaning import slug
from cicclo.features.stores import OPENERS, Opener, Source, _keyset
from cicclo.features.stores._wfs import address as addresses
from cicclo.features.stores._wfs import asking, capabilities, filters, local, walking
from cicclo.features.stores._wfs.asking import Type
from cicclo.features.stores._wfs.reading import Features
from cicclo.features.stores._wfs.remote import Refused, Remote
from cicclo.features.stores._wfs.whole import Copy, Whole
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc import crs as crss

_SECONDS = 20.0  # that one request may spend walking
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class _Found:
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

    async def _rows(self, query: Query) -> _Found:
        raise NotImplementedError

    async def _one(self, id_: str) -> pa.RecordBatch | None:
        raise NotImplementedError

    async def encoded_page(self, query: Query) -> EncodedPage:
        found = await self._rows(query)
        features = await asyncio.to_thread(self._encoded, found, query.view)
        return EncodedPage(b",".join(features), found.rows.num_rows, found.matched, found.cursor)

    def _encoded(self, found: _Found, view: View) -> list[bytes]:
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


class WholeStore(WfsStore):
    """Answers from the copy. A cursor is the last feature given, and where it stood in case it goes."""

    def __init__(self, type_: Type, collection: Collection) -> None:
        super().__init__(type_, collection)
        self._whole = Whole(type_)

    @property
    def version(self) -> str:
        return self._whole.version

    async def prepare(self) -> None:
        """Take the first copy: the count is then exact, and every property sortable."""
        copy = await self._whole.copy()
        sortable = tuple(
            replace(each, sortable=each.kind is not Kind.JSON) for each in self._collection.properties
        )
        self._collection = replace(self._collection, count=copy.rows.num_rows, properties=sortable)

    async def _rows(self, query: Query) -> _Found:
        copy = await self._whole.copy()
        places = await asyncio.to_thread(self._places, copy, query)
        start = _resumed(copy, places, query) if query.after else query.offset
        chosen = places[start : start + query.limit]
        rows = copy.rows.take(pa.array(chosen))
        end = start + len(chosen)
        more = len(chosen) > 0 and end < len(places)
        cursor = _keyset.write([end, rows.column(ID)[-1].as_py()]) if more else ""
        return _Found(rows, len(places), cursor, (copy, chosen))

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
    position, last = _cursor(query.after)
    place = copy.places.get(last)
    if place is not None:
        found = np.flatnonzero(places == place)
        if found.size:
            return int(found[0]) + 1
    return min(position, len(places))


class PagedStore(WfsStore):
    """Asks the service for each page. A cursor is a position, and the feature just before it."""

    async def _rows(self, query: Query) -> _Found:
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
        cursor = _keyset.write([int(ends[wanted - 1]), shown.column(ID)[-1].as_py()]) if more else ""
        return _Found(shown, self._matched(query, rows.num_rows, more=more), cursor)

    def _matched(self, query: Query, found: int, *, more: bool) -> int | None:
        """What is known without counting: all of the type, or all of what ends on the first page."""
        if query.everything:
            return self._collection.count
        return None if more or query.after else found

    def _joined(self, blocks: "list[_Block]") -> tuple[pa.RecordBatch, np.ndarray]:
        if not blocks:
            return self._type.batch(Features([], {}, np.zeros(0, object))), np.zeros(0, np.int64)
        rows = pa.Table.from_batches([each.rows for each in blocks]).combine_chunks().to_batches()
        ends = np.concatenate([each.ends for each in blocks])
        return (rows[0] if rows else blocks[0].rows), ends

    async def _walk(self, query: Query, wanted: int, *, whole: bool = False) -> "AsyncIterator[_Block]":
        """What matches, block after block, within the time and the number of features that one request may cost."""
        position, last = (
            _cursor(query.after) if query.after else (query.offset if query.everything else 0, "")
        )
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


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows that match, and the position after each of them in the service's own sequence."""

    rows: pa.RecordBatch
    ends: np.ndarray


_EVERYTHING = Query()


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


def _cursor(written: str) -> tuple[int, str]:
    position, last = _keyset.read(written, 2)
    if not isinstance(position, int) or not isinstance(last, str) or position < 1:
        raise _keyset.stale()
    return position, last


async def open_stores(source: Source) -> list[Store]:
    """One store per type; they share connections and answers."""
    return await connected(Remote(addresses.read(source.address, source.options or {})), source.collection)


async def connected(remote: Remote, wanted: str = "") -> list[Store]:
    """The stores of a service; `wanted` names the collection of a single type."""
    try:
        service = await capabilities.read(remote)
        learning = (asking.learn(remote, service, about) for about in service.types)
        types = await asyncio.gather(*learning)
        names = _names([each.about.name for each in types], wanted)
        return [await _store(each, name) for each, name in zip(types, names, strict=True)]
    except BaseException:
        await remote.close()
        raise


def _names(types: list[str], wanted: str) -> list[str]:
    """Names without the prefix of their namespace, where that is enough to tell them apart."""
    if wanted and len(types) == 1:
        return [wanted]
    bare = [name.rpartition(":")[2] for name in types]
    return [slug(short if bare.count(short) == 1 else name) for short, name in zip(bare, types, strict=True)]


async def _store(type_: Type, name: str) -> Store:
    if type_.pages and (type_.count is None or type_.count > type_.remote.address.keep):
        return PagedStore(type_, _described(type_, name))
    store = WholeStore(type_, _described(type_, name))
    await store.prepare()
    return store


def _described(type_: Type, name: str) -> Collection:
    about = type_.about
    return Collection(
        name,
        Text(about.title, about.title),
        Text(about.abstract, about.abstract) if about.abstract else NOTHING,
        type_.schema.properties,
        type_.schema.kind if type_.schema.geometry else GeometryKind.NONE,
        crss.offered(type_.storage, about.box),
        type_.storage,
        extent=about.box,
        keywords=about.keywords,
        count=type_.count,
    )


OPENERS.add(Opener("wfs", lambda address: address.startswith(addresses.SCHEMES), open_stores))
