"""Changes of a real PostGIS table: what is written, what is refused and where, and which revision wins."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from cicclo.features.errors import Changed
from cicclo.features.model import Query, View
from cicclo.features.ports import EditableStore
from cicclo.features.stores import Source
from cicclo.features.stores.postgis import open_stores
from cicclo.kernel.errors import BadInput

_TABLES = """
DROP SCHEMA IF EXISTS edits CASCADE; CREATE SCHEMA edits;
CREATE TYPE edits.couleur AS ENUM ('rouge', 'vert');
CREATE TABLE edits.parent (code text PRIMARY KEY); INSERT INTO edits.parent VALUES ('a');
CREATE TABLE edits.bornes (
  gid int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, nom varchar(5) NOT NULL, n smallint CHECK (n < 100), v numeric(6, 2),
  ok boolean DEFAULT true, jour date, quand timestamptz, naif timestamp, tags text[], doc jsonb, teinte edits.couleur,
  lien text REFERENCES edits.parent, double int GENERATED ALWAYS AS (n * 2) STORED, geom geometry(Point, 2154));
CREATE TABLE edits.nommees (nom text PRIMARY KEY, v int UNIQUE, geom geometry(MultiPolygonZ, 4326));
CREATE FUNCTION edits.jamais() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF NEW.nom = 'non' THEN RAISE EXCEPTION 'pas ce nom'; END IF; RETURN NEW; END $$;
CREATE TRIGGER jamais BEFORE INSERT OR UPDATE ON edits.bornes FOR EACH ROW EXECUTE FUNCTION edits.jamais();
CREATE VIEW edits.vue AS SELECT * FROM edits.bornes;
"""
POINT = {"type": "Point", "coordinates": [4.85, 45.76]}


@pytest.fixture
def url(postgis: str) -> str:
    async def prepare() -> None:
        connection = await asyncpg.connect(postgis)
        await connection.execute(_TABLES)
        await connection.close()

    asyncio.run(prepare())
    return postgis


def using(url: str, table: str, work: Callable[[Any], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        (store,) = await open_stores(Source(f"{url}?table=edits.{table}&id_column=", Path()))
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


async def read(store: Any, id_: str) -> dict[str, Any]:
    found = await store.encoded_item(id_, View())
    assert found is not None
    read_: dict[str, Any] = json.loads(found)
    return read_


FULL = {
    "nom": "été", "n": 5, "v": 12.5, "ok": False, "jour": "2026-11-24", "quand": "2026-11-24T03:00:00+01:00",
    "naif": "2026-11-24T03:00:00.25+01:00", "tags": ["x", 'y"z', "é,"], "doc": {"a": [1, None]}, "teinte": "vert", "lien": "a",
}  # fmt: skip


def test_a_feature_is_created_read_changed_and_deleted(url: str) -> None:
    """Every kind of column there and back; the geometry comes in degrees and is kept in Lambert-93."""

    async def work(store: EditableStore) -> None:
        assert isinstance(store, EditableStore)
        name = await store.create({"type": "Feature", "geometry": POINT, "properties": FULL})
        seen = await read(store, name)
        assert seen["geometry"]["coordinates"] == pytest.approx(POINT["coordinates"], abs=1e-7)
        assert seen["properties"] == {
            **FULL, "quand": "2026-11-24T02:00:00Z", "naif": "2026-11-24T02:00:00.250Z", "double": 10, "v": 12.5,
        }  # fmt: skip
        first = await store.revision(name)
        assert first is not None
        assert await store.update(name, {"properties": {"n": 6, "doc": {"b": 1, "a": None}}}, first)
        seen = await read(store, name)
        assert (seen["properties"]["n"], seen["properties"]["doc"], seen["properties"]["nom"]) == (
            6,
            {"b": 1},
            "été",
        )
        second = await store.revision(name)
        assert second not in (None, first)
        with pytest.raises(Changed):
            await store.update(name, {"properties": {"n": 7}}, first)
        assert await store.replace(name, {"geometry": None, "properties": {"nom": "b"}}, str(second))
        seen = await read(store, name)
        assert seen["geometry"] is None
        assert {key: value for key, value in seen["properties"].items() if value is not None} == {
            "nom": "b",
            "ok": True,
        }
        with pytest.raises(Changed):
            await store.delete(name, str(second))
        assert await store.delete(name, str(await store.revision(name)))
        assert await store.encoded_item(name, View()) is None
        assert await store.revision(name) is None
        assert not await store.update(name, {"properties": {"n": 1}}, "1")
        assert not await store.delete("x'; --", "1")

    using(url, "bornes", work)


@pytest.mark.parametrize(
    ("properties", "at", "said"),
    [
        ({"nom": "trop long"}, "properties.nom", "more than 5"),
        ({"nom": None}, "properties.nom", "required value"),
        ({}, "properties.nom", "required value"),
        ({"nom": "a", "n": 40_000}, "properties.n", "does not fit"),
        ({"nom": "a", "n": 100}, "properties", "bornes_n_check"),
        ({"nom": "a", "v": 1e9}, "properties", "does not fit"),
        ({"nom": "a", "jour": "2026-02-30"}, "properties.jour", "does not fit"),
        ({"nom": "a", "quand": "hier"}, "properties.quand", "does not fit"),
        ({"nom": "a", "teinte": "bleu"}, "properties.teinte", "does not fit"),
        ({"nom": "a", "lien": "z"}, "properties", "bornes_lien_fkey"),
        ({"nom": "a", "tags": {"x": 1}}, "properties.tags", "does not fit"),
        ({"nom": "a", "double": 4}, "properties.double", "computed"),
        ({"nom": "a\0"}, "properties.nom", "does not fit"),
        ({"nom": "\ud800"}, "properties.nom", "does not fit"),
        ({"nom": "non"}, "properties", "pas ce nom"),
        ({'nom") VALUES (1); --': 1}, 'properties.nom") VALUES (1); --', "unknown property"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(
    url: str, properties: dict[str, Any], at: str, said: str
) -> None:
    """Nothing is written, and the problem names the property."""

    async def work(store: Any) -> None:
        with pytest.raises(BadInput, match=said) as caught:
            await store.create({"geometry": POINT, "properties": properties})
        assert (
            caught.value.at in (at, "geometry")
            if said == "does not fit" and at == "properties"
            else caught.value.at == at
        )
        assert (await store.encoded_page(Query())).returned == 0

    using(url, "bornes", work)


def test_hostile_values_are_values(url: str) -> None:
    """Quotes, commands and arrays within texts come back as they were."""
    hostile = ["';--", "$1", '"}{', "{a,b}", "\\x41", "NULL", "  "]

    async def work(store: Any) -> None:
        for text in hostile:
            name = await store.create(
                {"geometry": None, "properties": {"nom": text[:5], "tags": [text, None], "doc": [text]}}
            )
            seen = (await read(store, name))["properties"]
            assert (seen["nom"], seen["tags"], seen["doc"]) == (text[:5], [text, None], [text])

    using(url, "bornes", work)


def test_ids_are_given_where_the_table_gives_none(url: str) -> None:
    """A taken one is refused; the geometry gets the dimension of the column."""
    square = [[[0, 0], [1, 0], [1, 1], [0, 0]]]

    async def work(store: Any) -> None:
        shape = {"type": "MultiPolygon", "coordinates": [square]}
        assert await store.create({"id": "é/1", "geometry": shape, "properties": {"v": 1}}) == "é/1"
        assert (await read(store, "é/1"))["geometry"]["coordinates"][0][0][1] == [1, 0, 0]
        with pytest.raises(BadInput, match="exists already"):
            await store.create({"id": "é/1", "geometry": None, "properties": {}})
        with pytest.raises(BadInput, match="does not number") as caught:
            await store.create({"geometry": None, "properties": {}})
        assert caught.value.at == "id"
        with pytest.raises(BadInput) as caught:
            await store.create(
                {"id": "b", "geometry": {"type": "Point", "coordinates": [1, 2]}, "properties": {}}
            )
        assert caught.value.at == "geometry"

    using(url, "nommees", work)


def test_of_two_writers_one_wins(url: str) -> None:
    """Twenty at once on the same revision: one change is kept, the others are told."""

    async def work(store: Any) -> None:
        name = await store.create({"geometry": POINT, "properties": {"nom": "a", "n": 0}})
        seen = await store.revision(name)
        tries = [store.update(name, {"properties": {"n": number}}, seen) for number in range(20)]
        done = await asyncio.gather(*tries, return_exceptions=True)
        assert sorted(type(each).__name__ for each in done) == ["Changed"] * 19 + ["bool"]
        assert (await read(store, name))["properties"]["n"] == done.index(True)

    using(url, "bornes", work)


def test_the_count_follows_our_own_changes(url: str) -> None:
    """At once, without counting again."""

    async def work(store: Any) -> None:
        await store.encoded_page(Query())
        await store._counts._task
        names = [await store.create({"geometry": None, "properties": {"nom": "a"}}) for _ in range(3)]
        assert (await store.encoded_page(Query(limit=1))).matched == 3
        await store.delete(names[0], await store.revision(names[0]))
        assert (await store.encoded_page(Query(limit=1))).matched == 2
        assert store.collection.count == 2

    using(url, "bornes", work)


def test_views_take_no_changes(url: str) -> None:
    """Neither do tables that the account may only read."""

    async def run() -> list[bool]:
        connection = await asyncpg.connect(url)
        await connection.execute(
            "DO $$ BEGIN CREATE ROLE lecteur LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
            "GRANT USAGE ON SCHEMA edits TO lecteur; GRANT SELECT ON edits.bornes TO lecteur"
        )
        await connection.close()
        found = []
        for address in (
            f"{url}?table=edits.vue&id_column=gid",
            f"{url.replace('cicclo@', 'lecteur@')}?table=edits.bornes",
        ):
            (store,) = await open_stores(Source(address, Path()))
            found.append(isinstance(store, EditableStore))
            await store.close()
        return found

    assert asyncio.run(run()) == [False, False]
