"""Tables of a PostGIS database, live: each page is one statement, encoded in the database."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from cicclo.features.model import Collection, EncodedPage, Kind, Query, View
from cicclo.features.ports import Page, Store
from cicclo.features.stores import OPENERS, Opener, Source, _keyset
from cicclo.features.stores._postgis import address as addresses
from cicclo.features.stores._postgis import catalogue
from cicclo.features.stores._postgis.counts import Counts
from cicclo.features.stores._postgis.describe import describe
from cicclo.features.stores._postgis.edits import Edits
from cicclo.features.stores._postgis.encode import Shown, shown
from cicclo.features.stores._postgis.failures import Unfit
from cicclo.features.stores._postgis.gathering import Gathering
from cicclo.features.stores._postgis.model import Bound, Table
from cicclo.features.stores._postgis.places import Density
from cicclo.features.stores._postgis.pool import Pool
from cicclo.features.stores._postgis.remembered import LEAST, Remembered
from cicclo.features.stores._postgis.select import Asked, Known, Rows, everything, rows
from cicclo.features.stores._postgis.together import Together, light

BATCH = 2_000  # rows of a streamed batch
_MOST_VIEWS = 256


class PostgisStore:
    """One table. `version` is empty: nothing cheap tells of every change, so ETags are made of the content."""

    def __init__(self, pool: Pool, table: Table, collection: Collection, density: Density | None) -> None:
        self._pool = pool
        self._table = table
        self._collection = collection
        self._density = density
        self._counts = Counts(pool, table)
        self._views: dict[View, Shown] = {}
        self._first: dict[tuple[int, View], str] = {}
        self._items: dict[View, Gathering[str, bytes]] = {}
        self._together = Together(pool)
        self._remembered = Remembered()
        self._versions = replace(self._shown(View()), fields=f"{table.id.sql} AS k, t.xmin AS x")

    @property
    def collection(self) -> Collection:
        figures = self._counts_known()
        if figures is not None and figures != self._collection.count:
            self._collection = replace(self._collection, count=figures)
        return self._collection

    @property
    def version(self) -> str:
        return ""

    def _counts_known(self) -> int | None:
        try:
            figures = self._counts.now()
        except RuntimeError:  # asked outside of a loop, by the command line
            return None
        return figures.count if figures else None

    def _shown(self, view: View) -> Shown:
        found = self._views.get(view)
        if found is None:
            if len(self._views) >= _MOST_VIEWS:
                self._views.clear()
            found = self._views[view] = shown(self._table, view)
        return found

    def _rows(self, query: Query, view: Shown) -> Rows:
        plain = query.everything and not query.sort and not query.after
        landmark = self._counts.landmark(query.offset) if plain and query.offset else None
        count = self._collection.count
        known = Known(self._density, self._table.rows if count is None else count, landmark)
        return rows(Asked(self._table, self._collection, query, view.fields, known))

    async def _read(self, query: Query, sql: str, values: list[Any]) -> Any:
        try:
            if light(query):
                return await self._together.row(sql, values)
            return await self._pool.row(sql, *values)
        except Unfit as error:
            if query.after and query.filter is None:
                raise _keyset.stale() from error
            raise

    def _matched(self, query: Query, returned: int, *, more: bool) -> int | None:
        """What is known without counting: all of the table, or all of what ends on this page."""
        if query.everything:
            figures = self._counts.now()
            return figures.count if figures else self._collection.count
        if query.after or more or (query.offset and not returned):
            return None
        return query.offset + returned

    async def encoded_page(self, query: Query) -> EncodedPage:
        view = self._shown(query.view)
        if query.limit >= LEAST and query.view.plain and self._table.relation:
            return await self._known_page(query, view)
        sql, values = self._encoding(query, view)
        features, found, cursor = await self._read(query, sql, values)
        returned, more = min(found, query.limit), found > query.limit
        next_ = _keyset.pack(cursor) if more else ""
        return EncodedPage(features or b"", returned, self._matched(query, returned, more=more), next_)

    def _encoding(self, query: Query, view: Shown) -> tuple[str, list[Any]]:
        """The statement of a page; first pages are asked for again and again, and their statement is kept."""
        first = query.everything and not (query.sort or query.after or query.offset)
        if first and (kept := self._first.get((query.limit, query.view))):
            return kept, []
        wanted = self._rows(query, view)
        limit = query.limit
        sql = (
            f"SELECT convert_to(string_agg(CASE WHEN n <= {limit:d} THEN {view.feature} END, ','), 'UTF8'), "  # noqa: S608 - names of the catalogue, quoted; values are bound
            f"count(*), max(CASE WHEN n = {limit:d} THEN {wanted.cursor} END) FROM ({wanted.sql}) s"
        )
        if first:
            self._first = {**self._first, (limit, query.view): sql} if len(self._first) < _MOST_VIEWS else {}
        return sql, wanted.values

    async def _known_page(self, query: Query, view: Shown) -> EncodedPage:
        """A page whose features may have been encoded before: asked for by version, or encoded and remembered."""
        self._remembered.since(self._pool.losses)
        ask = self._remembered.likely
        keep = ask or self._remembered.worthwhile
        look = view
        if keep:
            look = self._versions if ask else replace(view, fields=f"{view.fields}, t.xmin AS x")
        wanted = self._rows(query, look)
        shown = f"FILTER (WHERE n <= {query.limit:d})"
        encoded = f"convert_to({view.feature}, 'UTF8')"
        parts = ["array_agg(k)", "array_agg(x)"] if keep else []
        parts += [] if ask else [f"array_agg({encoded})"]
        columns = ", ".join(f"{part} {shown}" for part in parts)
        found, cursor, *arrays = await self._read(
            query,
            f"SELECT count(*), max(CASE WHEN n = {query.limit:d} THEN {wanted.cursor} END), {columns} "  # noqa: S608 - names of the catalogue, quoted; values are bound
            f"FROM ({wanted.sql}) s",
            wanted.values,
        )
        lists = [each or [] for each in arrays]
        features = await self._fill(*lists, encoded=encoded, view=view) if ask else lists[-1]
        if keep and not ask:
            self._remembered.learn(*lists)
        more = found > query.limit
        matched = self._matched(query, min(found, query.limit), more=more)
        return EncodedPage(b",".join(features), len(features), matched, _keyset.pack(cursor) if more else "")

    async def _fill(self, ids: list[Any], versions: list[int], *, encoded: str, view: Shown) -> list[bytes]:
        """The features of these ids; one that changed in between comes as it is now, one deleted does not."""
        found, missing = self._remembered.find(ids, versions)
        if not missing:
            return found  # type: ignore[return-value]
        async with self._pool.connection() as lent:
            rows = await lent.fetch(
                f"SELECT k, x, {encoded} FROM (SELECT {view.fields}, t.xmin AS x FROM {self._table.sql} t "  # noqa: S608 - names of the catalogue, quoted; values are bound
                f"WHERE {self._table.id.sql} = ANY ($1::{self._table.id.type}[])) s",
                missing,
            )
        if rows:
            self._remembered.learn(*zip(*rows, strict=True), noted=True)
        fresh = {row[0]: row[2] for row in rows}
        filled = (feature or fresh.get(id_) for id_, feature in zip(ids, found, strict=True))
        return [feature for feature in filled if feature is not None]

    async def page(self, query: Query) -> Page:
        view = self._shown(query.view)
        wanted = self._rows(query, view)
        limit = query.limit
        columns = ", ".join(f"array_agg({sql}) FILTER (WHERE n <= {limit:d})" for sql in view.columns)
        found, cursor, *arrays = await self._read(
            query,
            f"SELECT count(*), max(CASE WHEN n = {limit:d} THEN {wanted.cursor} END), {columns} FROM ({wanted.sql}) s",  # noqa: S608 - names of the catalogue, quoted; values are bound
            wanted.values,
        )
        returned, more = min(found, limit), found > limit
        batch = _batch(view, [each or () for each in arrays])
        return Page(batch, self._matched(query, returned, more=more), _keyset.pack(cursor) if more else "")

    async def encoded_item(self, id: str, view: View) -> bytes | None:  # noqa: A002 - the standard's word
        if not self._possible(id):
            return None
        items = self._items.get(view)
        if items is None:
            if len(self._items) >= _MOST_VIEWS:
                self._items.clear()
            items = self._items[view] = self._gathered(self._shown(view))
        return await items.get(id)

    def _gathered(self, look: Shown) -> Gathering[str, bytes]:
        """Features by their ids, those asked for at the same time by one statement."""
        id_ = self._table.id
        sql = (
            f"SELECT convert_to({look.feature}, 'UTF8'), asked FROM (SELECT {look.fields}, p.asked "  # noqa: S608 - names of the catalogue, quoted; values are bound
            f"FROM unnest($1::text[]) p(asked) JOIN {self._table.sql} t ON {id_.sql} = p.asked::{id_.type}) s"
        )

        async def ask(ids: Sequence[str]) -> Mapping[str, bytes]:
            return {row[1]: row[0] for row in await self._pool.rows(sql, list(ids))}

        return Gathering(ask)

    async def item(self, id: str, view: View) -> pa.RecordBatch | None:  # noqa: A002
        if not self._possible(id):
            return None
        look = self._shown(view)
        row = await self._pool.row(
            f"SELECT {', '.join(look.columns)} FROM (SELECT {look.fields} FROM {self._table.sql} t "  # noqa: S608 - names of the catalogue, quoted; values are bound
            f"WHERE {self._table.id.sql} = $1::text::{self._table.id.type}) s",
            id,
        )
        return _batch(look, [(value,) for value in row]) if row else None

    def _possible(self, id: str) -> bool:  # noqa: A002
        """Whether an id can be one of this table: others are not found, they are no error."""
        if self._table.id.kind is Kind.INTEGER:
            return _keyset.whole(id, _SIZES.get(self._table.id.base, 2**63))
        if self._table.id.base == "uuid":
            return _keyset.uuid(id)
        return "\0" not in id and id.isprintable()

    async def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        """One snapshot of the table, read by a cursor of the server."""
        look = self._shown(query.view)
        bound = Bound()
        where, order = everything(self._table, self._collection, query, bound)
        sql = f"SELECT {', '.join(look.columns)} FROM (SELECT {look.fields} FROM {self._table.sql} t{where} {order}) s"  # noqa: S608 - names of the catalogue, quoted; values are bound
        async with (
            self._pool.connection() as lent,
            lent.transaction(isolation="repeatable_read", readonly=True),
        ):
            cursor = await lent.cursor(sql, *bound.values)
            while found := await cursor.fetch(BATCH):
                yield _batch(look, list(zip(*found, strict=True)))

    async def close(self) -> None:
        await self._counts.close()
        await self._pool.close()


class EditablePostgisStore(PostgisStore):
    """A table that its account may change."""

    def __init__(self, pool: Pool, table: Table, collection: Collection, density: Density | None) -> None:
        super().__init__(pool, table, collection, density)
        self._edits = Edits(pool, table, self._counts)

    async def revision(self, id: str) -> str | None:  # noqa: A002
        return await self._edits.revision(id) if self._possible(id) else None

    async def create(self, feature: Mapping[str, Any]) -> str:
        return await self._edits.create(feature)

    async def replace(self, id: str, feature: Mapping[str, Any], if_match: str) -> bool:  # noqa: A002
        return self._possible(id) and await self._edits.replace(id, feature, if_match)

    async def update(self, id: str, patch: Mapping[str, Any], if_match: str) -> bool:  # noqa: A002
        return self._possible(id) and await self._edits.update(id, patch, if_match)

    async def delete(self, id: str, if_match: str) -> bool:  # noqa: A002
        return self._possible(id) and await self._edits.delete(id, if_match)


_SIZES = {"int2": 2**15, "int4": 2**31, "int8": 2**63, "oid": 2**32}


def _batch(view: Shown, columns: list[Any]) -> pa.RecordBatch:
    arrays = [
        pa.array(values, raw).cast(field.type)
        for values, raw, field in zip(columns, view.raw, view.schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=view.schema)


async def open_stores(source: Source) -> list[Store]:
    """One store per table; they share connections."""
    options = source.options or {}
    address = addresses.read(source.address, options)
    scout = Pool(address)
    try:
        search_path, path = await catalogue.home(scout, address)
    finally:
        await scout.close()
    pool = Pool(address, search_path)
    try:
        tables = await catalogue.tables(pool, address, path)
        names = _names(tables, source.collection)
        described = [
            await describe(pool, table, address, name, options)
            for table, name in zip(tables, names, strict=True)
        ]
    except BaseException:
        await pool.close()
        raise
    return [
        (EditablePostgisStore if table.editable else PostgisStore)(pool, table, *each)
        for table, each in zip(tables, described, strict=True)
    ]


def _names(tables: list[Table], wanted: str) -> list[str]:
    if wanted and len(tables) == 1:
        return [wanted]
    bare = [table.name for table in tables]
    return [table.name if bare.count(table.name) == 1 else f"{table.schema}.{table.name}" for table in tables]


OPENERS.add(Opener("postgis", lambda address: address.startswith(addresses.SCHEMES), open_stores))
