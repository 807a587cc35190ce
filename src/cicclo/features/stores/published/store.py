"""A published collection, served from its snapshot; a new one takes over between two requests."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from cicclo.features.encoding import encode
from cicclo.features.errors import BadSource
from cicclo.features.model import Collection, EncodedPage, Query, View
from cicclo.features.ports import Page
from cicclo.features.stores import _keyset
from cicclo.features.stores.published import order
from cicclo.features.stores.published.build import current
from cicclo.features.stores.published.hits import Hits, hits
from cicclo.features.stores.published.snapshot import Snapshot
from cicclo.kernel.text import Text

LOOK = 0.5  # seconds between two looks at what is published
RELEASE = 5.0  # seconds after which what was read no longer counts as our memory
COUNTED = 200_000  # rows that are tested for the sake of a count
KNOWN = 512  # counts that are remembered
KEPT = 32  # queries whose rows are
BATCH = 10_000  # rows of a streamed batch
TURN = 0.02  # seconds that a search may last before others have their turn


@dataclass(frozen=True, slots=True)
class Chosen:
    """A page: consecutive rows (`after` > 0), or `rows` in their order."""

    first: int
    after: int
    rows: np.ndarray | None
    matched: int | None
    next: str

    @property
    def numbers(self) -> np.ndarray:
        return np.arange(self.first, self.after) if self.rows is None else self.rows


class PublishedStore:
    """One collection of a folder of publications."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._snapshot = _open(place)
        self._looked = self._released = time.monotonic()
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._hits: OrderedDict[object, tuple[Query, Hits]] = OrderedDict()

    @property
    def collection(self) -> Collection:
        return self._now().collection

    @property
    def version(self) -> str:
        return self._now().name

    @property
    def truth(self) -> Path:
        """The whole collection as GeoParquet."""
        return self._now().truth

    def _now(self) -> Snapshot:
        moment = time.monotonic()
        if moment - self._looked > LOOK:
            self._looked = moment
            name = current(self._place)
            if name and name != self._snapshot.name:
                self._snapshot = _open(self._place)
                self._counts.clear()
                self._hits.clear()
            if moment - self._released > RELEASE:
                self._released = moment
                self._snapshot.release()
        return self._snapshot

    async def encoded_page(self, query: Query) -> EncodedPage:
        snapshot = self._now()
        chosen = await self._choose(snapshot, query)
        if not query.view.plain:
            features = encode(_batch(snapshot, chosen.numbers, query.view), snapshot.collection, query.view)
            return EncodedPage(b",".join(features), len(features), chosen.matched, chosen.next)
        if chosen.rows is None:
            body, count = snapshot.slice(chosen.first, chosen.after), chosen.after - chosen.first
        else:
            body, count = snapshot.pick(chosen.rows), len(chosen.rows)
        return EncodedPage(body, count, chosen.matched, chosen.next)

    async def page(self, query: Query) -> Page:
        snapshot = self._now()
        chosen = await self._choose(snapshot, query)
        return Page(_batch(snapshot, chosen.numbers, query.view), chosen.matched, chosen.next)

    async def encoded_item(self, id: str, view: View) -> bytes | None:  # noqa: A002 - the port's word
        snapshot = self._now()
        row = snapshot.row(id)
        if row < 0:
            return None
        if view.plain:
            return snapshot.feature(row)
        return encode(_batch(snapshot, np.array([row]), view), snapshot.collection, view)[0]

    async def item(self, id: str, view: View) -> pa.RecordBatch | None:  # noqa: A002
        snapshot = self._now()
        row = snapshot.row(id)
        return None if row < 0 else _batch(snapshot, np.array([row]), view)

    async def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        snapshot = self._now()  # the same one until the end
        found = hits(snapshot, query)
        if query.sort:
            rows = None if query.everything else await _all(found)
            ordered, _ = await order.sorted_rows(snapshot, Query(sort=query.sort), rows)
            for start in range(0, len(ordered), BATCH):
                yield _batch(snapshot, ordered[start : start + BATCH].astype(np.int64), query.view)
            return
        async for rows in paced(found.blocks()):
            for start in range(0, len(rows), BATCH):
                yield _batch(snapshot, rows[start : start + BATCH], query.view)

    async def close(self) -> None:
        """Mapped files go with the last page that is made of them."""

    async def _choose(self, snapshot: Snapshot, query: Query) -> Chosen:
        if query.sort:
            return await self._sorted(snapshot, query)
        first = _start(snapshot, query.after) if query.after else 0
        if query.everything:
            first = min(first or query.offset, snapshot.rows)
            after = min(first + query.limit, snapshot.rows)
            next_ = _cursor(snapshot, after - 1) if 0 < after < snapshot.rows and query.limit else ""
            return Chosen(first, after, None, snapshot.rows, next_)
        found = self._found(snapshot, query)
        if found.tests:
            rows, matched = await self._tested(query, found, first)
        else:
            rows, matched = _untested(query, found, first)
        more = len(rows) > query.limit
        rows = rows[: query.limit]
        return Chosen(0, 0, rows, matched, _cursor(snapshot, int(rows[-1])) if more and len(rows) else "")

    def _found(self, snapshot: Snapshot, query: Query) -> Hits:
        """The rows of a query, kept while it is asked again: known by its filter itself, for Python holds 1 equal to TRUE."""
        held, key = self._hits, (snapshot.name, query.box, query.area, query.interval, id(query.filter))
        if key in held:
            held.move_to_end(key)
            return held[key][1]
        found = hits(snapshot, query)
        found.key = repr((query.box, query.area, query.interval, query.filter)) if found.tests else ""
        held[key] = query, found
        if len(held) > KEPT:
            held.popitem(last=False)
        return found

    async def _tested(self, query: Query, found: Hits, first: int) -> tuple[np.ndarray, int | None]:
        """Rows of the page and one more, tested. All are once, when they are few, for the sake of the count."""
        wanted = query.offset + query.limit + 1
        matched = self._counts.get(found.key) if found.count is None else found.count
        counting = matched is None and found.total <= COUNTED
        passed, count, kept, ended = [np.empty(0, np.int64)], 0, 0, True
        async for rows in paced((found if counting or not first else found.after(first)).blocks()):
            count += len(rows)
            passed.append(rows[rows >= first])
            kept += len(passed[-1])
            if kept >= wanted and not counting:
                ended = False
                break
        if ended and (counting or not first):
            matched = count
            self._remember(found.key, count)
        return np.concatenate(passed)[query.offset : wanted], matched

    def _remember(self, key: str, count: int) -> None:
        self._counts[key] = count
        if len(self._counts) > KNOWN:
            self._counts.popitem(last=False)

    async def _sorted(self, snapshot: Snapshot, query: Query) -> Chosen:
        rows = None if query.everything else await _all(hits(snapshot, query))
        ordered, start = await order.sorted_rows(snapshot, query, rows)
        page = ordered[start : start + query.limit].astype(np.int64)
        more = start + query.limit < len(ordered) and len(page)
        next_ = order.cursor(snapshot, query.sort, int(page[-1])) if more else ""
        return Chosen(0, 0, page, len(ordered), next_)


async def paced(blocks: Iterator[np.ndarray]) -> AsyncIterator[np.ndarray]:
    """A search that lasts lets other requests through, and can be given up between two blocks."""
    begun = time.perf_counter()
    for rows in blocks:
        yield rows
        if time.perf_counter() - begun > TURN:
            await asyncio.sleep(0)
            begun = time.perf_counter()


async def _all(found: Hits) -> np.ndarray:
    if not found.tests:
        return found.rows()
    parts = [rows async for rows in paced(found.blocks())]
    return np.concatenate([*parts, np.empty(0, np.int64)])


def _untested(query: Query, found: Hits, first: int) -> tuple[np.ndarray, int]:
    rest = found.after(first) if first else found
    return rest.rows(query.offset, query.limit + 1), found.total


def _open(place: Path) -> Snapshot:
    """Open what is published; look again when it was replaced meanwhile."""
    for _ in range(10):
        name = current(place)
        if not name:
            break
        try:
            return Snapshot(place / name)
        except FileNotFoundError:
            continue
    raise BadSource(
        Text("rien n'est publié ici", "nothing is published here"),
        at=place.name,
        remedy=Text("cicclo features publish FICHIER", "cicclo features publish FILE"),
    )


def _batch(snapshot: Snapshot, rows: np.ndarray, view: View) -> pa.RecordBatch:
    names = [
        each.name
        for each in snapshot.collection.properties
        if view.properties is None or each.name in view.properties
    ]
    return snapshot.batch(rows, names, geometry=view.geometry, crs=view.crs)


def _cursor(snapshot: Snapshot, row: int) -> str:
    return _keyset.write([str(int(snapshot.keys[row])), snapshot.ids[row].decode()])


def _start(snapshot: Snapshot, after: str) -> int:
    key, id_ = _keyset.read(after, 2)
    if not isinstance(key, str) or not key.isdecimal() or int(key) >= 2**64 or not isinstance(id_, str):
        raise _keyset.stale()
    row, there = snapshot.place(int(key), id_.encode())
    return row + there
