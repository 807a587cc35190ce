"""Layers of a GeoPackage, live: what is written in the file is served at once, and changes go into the file.

`gpkg+live:path` asks for it; a GeoPackage given plainly is published, which is much faster to serve.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from cicclo.features import encoding
from cicclo.features.errors import BadSource
from cicclo.features.model import Collection, EncodedPage, Kind, Property, Query, View
from cicclo.features.ports import Page, Store
from cicclo.features.stores import OPENERS, Opener, Source, _keyset
from cicclo.features.stores._extents import degrees
from cicclo.features.stores._geopackage import edits
from cicclo.features.stores._geopackage.catalogue import Layer, layers
from cicclo.features.stores._geopackage.file import File, quoted
from cicclo.features.stores._geopackage.rows import batch
from cicclo.features.stores._geopackage.select import Statement, columns_of, rows
from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc import crs as crss

SCHEME = "gpkg+live:"
BATCH = 2_000


class GeopackageStore:
    """One layer. `version` changes with every commit in the file, whoever makes it."""

    def __init__(self, file: File, layer: Layer, collection: Collection) -> None:
        self._file = file
        self._layer = layer
        self._collection = collection
        self._nonce = secrets.token_hex(4)  # a file put in place of another may have made as many commits
        self._known = (-1, 0, True)  # commits seen, count, whether some geometry is missing

    @property
    def collection(self) -> Collection:
        return self._collection

    @property
    def version(self) -> str:
        return f"{self._nonce}-{self._file.commits()}"

    async def _figures(self) -> tuple[int, bool]:
        commits = self._file.commits()
        if self._known[0] != commits:
            layer = self._layer
            missing = (
                f"EXISTS (SELECT 1 FROM {layer.sql} WHERE {quoted(layer.geometry)} IS NULL)"  # noqa: S608 - names of the catalogue, quoted; values are bound
                if layer.geometry
                else "0"
            )
            sql = f"SELECT count(*), {missing} FROM {layer.sql}"  # noqa: S608 - names of the file, quoted
            count, some = await self._file.read(lambda connection: connection.execute(sql).fetchone())
            self._known = (commits, count, bool(some))
            self._collection = replace(self._collection, count=count)
        return self._known[1], self._known[2]

    async def page(self, query: Query) -> Page:
        count, missing = await self._figures()
        statement = Statement(self._layer, missing)
        sql, keys = rows(self._layer, self._collection, query, statement, paged=True)
        found = await self._file.read(
            lambda connection: connection.execute(sql, statement.values).fetchall(), tuple(statement.tests)
        )
        more = len(found) > query.limit
        found = found[: query.limit]
        shown = batch(
            self._layer, columns_of(self._layer, query.view), query.view, [row[keys:] for row in found]
        )
        next_ = _keyset.write(list(found[-1][: keys + 1])) if more else ""
        ends = not (more or query.after or (query.offset and not found))
        matched = count if query.everything else query.offset + len(found) if ends else None
        return Page(shown, matched, next_)

    async def encoded_page(self, query: Query) -> EncodedPage:
        page = await self.page(query)
        texts = await asyncio.to_thread(encoding.encode, page.batch, self._collection, query.view)
        return EncodedPage(b",".join(texts), len(texts), page.matched, page.next)

    async def item(self, id: str, view: View) -> pa.RecordBatch | None:  # noqa: A002 - the standard's word
        if not _keyset.whole(id, 2**63):
            return None
        layer = self._layer
        columns = columns_of(layer, view)
        fields = [layer.id, *(each.sql for each in columns), *([layer.shape] if layer.geometry else [])]
        sql = f"SELECT {', '.join(fields)} FROM {layer.sql} t WHERE {layer.id} = ?"  # noqa: S608 - names of the catalogue, quoted; values are bound
        row = await self._file.read(lambda connection: connection.execute(sql, (int(id),)).fetchone())
        return None if row is None else batch(layer, columns, view, [row])

    async def encoded_item(self, id: str, view: View) -> bytes | None:  # noqa: A002
        found = await self.item(id, view)
        return None if found is None else encoding.encode(found, self._collection, view)[0]

    async def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        """One snapshot of the file, by a reader of its own."""
        _, missing = await self._figures()
        statement = Statement(self._layer, missing)
        sql, keys = rows(self._layer, self._collection, query, statement, paged=False)
        columns = columns_of(self._layer, query.view)
        async with self._file.session() as session:
            with session.statement(tuple(statement.tests), seconds=3600) as connection:
                cursor = await self._file.run(session, lambda: connection.execute(sql, statement.values))
                try:
                    while found := await self._file.run(session, lambda: cursor.fetchmany(BATCH)):
                        yield batch(self._layer, columns, query.view, [row[keys:] for row in found])
                finally:
                    cursor.close()

    async def close(self) -> None:
        await asyncio.to_thread(self._file.close)


class EditableGeopackageStore(GeopackageStore):
    """A layer of a file that we may change."""

    async def revision(self, id: str) -> str | None:  # noqa: A002
        if not _keyset.whole(id, 2**63):
            return None
        return await self._file.read(lambda connection: edits.revision(self._layer, connection, int(id)))

    async def create(self, feature: Mapping[str, Any]) -> str:
        return str(await self._file.write(edits.create(self._layer, feature)))

    async def replace(self, id: str, feature: Mapping[str, Any], if_match: str) -> bool:  # noqa: A002
        return _keyset.whole(id, 2**63) and await self._file.write(
            edits.replace(self._layer, int(id), feature, if_match)
        )

    async def update(self, id: str, patch: Mapping[str, Any], if_match: str) -> bool:  # noqa: A002
        return _keyset.whole(id, 2**63) and await self._file.write(
            edits.update(self._layer, int(id), patch, if_match)
        )

    async def delete(self, id: str, if_match: str) -> bool:  # noqa: A002
        return _keyset.whole(id, 2**63) and await self._file.write(
            edits.delete(self._layer, int(id), if_match)
        )


def _collection(layer: Layer, name: str, options: Mapping[str, Any]) -> Collection:
    extent = degrees(layer.bounds, layer.storage_crs) if layer.bounds else None
    temporal = [each.name for each in layer.columns if each.kind in (Kind.DATE, Kind.INSTANT)]
    named = options.get("instants")
    return Collection(
        id=name,
        title=_said(layer.title) or Text(layer.name, layer.name),
        description=_said(layer.description),
        properties=tuple(
            Property(
                each.name,
                each.kind,
                _said(each.title),
                _said(each.description),
                required=each.required,
                sortable=each.kind is not Kind.JSON,
            )
            for each in layer.columns
        ),
        geometry=layer.kind,
        crs=crss.offered(layer.storage_crs, extent),
        storage_crs=layer.storage_crs,
        has_z=layer.has_z,
        extent=extent,
        instants=tuple(named) if named else tuple(temporal) if len(temporal) == 1 else (),
        id_kind=Kind.INTEGER,
    )


def _said(text: str) -> Text:
    return Text(text, text) if text.strip() else NOTHING


async def open_stores(source: Source) -> list[Store]:
    """One store per layer; each has connections of its own."""
    path = Path(source.address.removeprefix(SCHEME))
    if not await asyncio.to_thread(path.is_file):
        raise BadSource(
            Text("pas de fichier à cet endroit", "no file there"),
            at=str(path),
            remedy=Text("écrire gpkg+live:chemin.gpkg", "write gpkg+live:path.gpkg"),
        )
    options = source.options or {}
    scout = File(path)
    try:
        found = await scout.read(lambda connection: layers(connection, path.name))
    finally:
        scout.close()
    wanted = [each for each in found if options.get("layer", "") in ("", each.name)]
    if not wanted:
        raise BadSource(
            Text("pas de couche de ce nom", "no layer of that name"),
            at=path.name,
            remedy=Text(
                f"couches : {', '.join(each.name for each in found)}",
                f"layers: {', '.join(each.name for each in found)}",
            ),
        )
    return [
        await _store(path, layer, source.collection if len(wanted) == 1 else "", options) for layer in wanted
    ]


async def _store(path: Path, layer: Layer, name: str, options: Mapping[str, Any]) -> Store:
    file = File(path)
    kind = EditableGeopackageStore if file.writer is not None else GeopackageStore
    store = kind(file, layer, _collection(layer, name or layer.name, options))
    await store._figures()  # noqa: SLF001 - the count, told from the start
    return store


OPENERS.add(Opener("geopackage", lambda address: address.startswith(SCHEME), open_stores))
