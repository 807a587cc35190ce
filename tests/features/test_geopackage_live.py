"""A live GeoPackage: what GDAL wrote is served, what we write GDAL reads, and nothing acknowledged is ever lost."""

import asyncio
import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyogrio
import pytest
import shapely
from tests.features.filters_world import SOME, drawn, expected
from tests.features.postgis_world import records, to_lambert

from cicclo.features.errors import BadSource, Changed, TooSlow
from cicclo.features.http.filters import queryables
from cicclo.features.model import GeometryKind, Interval, Kind, Query, Sort, View
from cicclo.features.ports import EditableStore
from cicclo.features.stores import OPENERS, Source
from cicclo.features.stores._geopackage import file as files
from cicclo.features.stores.geopackage import GeopackageStore, open_stores
from cicclo.kernel.errors import BadInput
from cicclo.ogc.cql2 import check, text

LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/2154"
_JSON = """
CREATE TABLE IF NOT EXISTS gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT,
  description TEXT, mime_type TEXT, constraint_name TEXT, PRIMARY KEY (table_name, column_name));
INSERT INTO gpkg_data_columns (table_name, column_name, title, mime_type) VALUES
  ('lieux', 'tags', 'Étiquettes', 'application/json'), ('lieux', 'doc', NULL, 'application/json');
"""


def write(path: Path, crs: str = "EPSG:4326") -> list[dict[str, Any]]:
    """The same places as those of PostGIS, written by GDAL."""
    rows = records()
    shapes = [row["geometry"] for row in rows]
    shapes = [shape and to_lambert(shape) for shape in shapes] if crs != "EPSG:4326" else shapes
    utc = pa.timestamp("ms", "UTC")
    types = {
        "jour": pa.date32(),
        "quand": utc,
        "naif": utc,
        "debut": utc,
        "fin": utc,
        "petit": pa.int16(),
        "n": pa.int32(),
    }
    columns = {
        name: pa.array(
            [
                json.dumps(row[name]) if name in ("tags", "doc") and row[name] is not None else row[name]
                for row in rows
            ],
            types.get(name),
        )
        for name in rows[0]
        if name not in ("id", "geometry")
    }
    wkb = pa.array([None if shape is None else shapely.to_wkb(shape) for shape in shapes], pa.binary())
    table = pa.table({"fid": pa.array([int(row["id"]) for row in rows]), **columns, "geom": wkb})
    pyogrio.write_arrow(
        table, path, layer="lieux", driver="GPKG", geometry_name="geom", geometry_type="Unknown", crs=crs,
        layer_options={"FID": "fid", "GEOMETRY_NAME": "geom"},
    )  # fmt: skip
    with sqlite3.connect(path) as connection:
        connection.executescript(_JSON)
    connection.close()
    return rows


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    path = tmp_path_factory.mktemp("live") / "lieux é.gpkg"
    return path, write(path)


def using(path: Path, work: Callable[[Any], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        (store,) = await open_stores(Source(f"gpkg+live:{path}", path.parent))
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


async def walk(store: GeopackageStore, **asked: Any) -> list[str]:
    ids: list[str] = []
    after = ""
    while True:
        page = await store.page(Query(after=after, **asked))
        ids += page.batch.column("id").to_pylist()
        after = page.next
        if not after:
            return ids


def test_a_layer_describes_itself(world: tuple[Path, list[dict[str, Any]]]) -> None:
    """Kinds, titles, extent; the address with its prefix, and no other, is ours."""

    async def look(store: Any) -> None:
        seen = store.collection
        kinds = {each.name: each.kind for each in seen.properties}
        assert (kinds["nom"], kinds["n"], kinds["v"], kinds["ok"]) == (
            Kind.STRING,
            Kind.INTEGER,
            Kind.NUMBER,
            Kind.BOOLEAN,
        )
        assert (kinds["jour"], kinds["quand"], kinds["doc"]) == (Kind.DATE, Kind.INSTANT, Kind.JSON)
        assert seen.property("tags").title.fr == "Étiquettes"
        assert (seen.geometry, seen.count, seen.id_kind) == (GeometryKind.ANY, len(world[1]), Kind.INTEGER)
        bounds = shapely.total_bounds([row["geometry"] for row in world[1] if row["geometry"]])
        assert seen.extent == pytest.approx(tuple(bounds), abs=1e-4)

    using(world[0], look)
    assert OPENERS["geopackage"].accepts("gpkg+live:x.gpkg")
    assert not OPENERS["geopackage"].accepts("x.gpkg")


def test_walks_items_and_streams_give_the_rows(world: tuple[Path, list[dict[str, Any]]]) -> None:
    """Each feature once at every page size; values as GDAL wrote them."""

    async def look(store: Any) -> None:
        wanted = [row["id"] for row in world[1]]
        for limit in (1, 7, 80, 400, 1000):
            assert await walk(store, limit=limit) == wanted
        stream = [row async for batch in store.stream(Query()) for row in batch.to_pylist()]
        for found, row in zip(stream, world[1], strict=True):
            for name, value in row.items():
                if name == "geometry":
                    assert (found[name] is None) == (value is None)
                    assert value is None or shapely.equals_exact(shapely.from_wkb(found[name]), value)
                elif name in ("tags", "doc"):
                    assert (found[name] and json.loads(found[name])) == value or found[name] is None
                else:
                    assert found[name] == value
            item = json.loads(await store.encoded_item(row["id"], View()))
            assert (str(item["id"]), item["properties"]["nom"]) == (row["id"], row["nom"])
        page = await store.encoded_page(Query(limit=3, offset=398))
        assert (page.returned, page.matched, page.next) == (2, 400, "")
        assert [await store.item(each, View()) for each in ("0", "x", "9" * 30, "1'--")] == [None] * 4

    using(world[0], look)


def test_filters_mean_what_they_mean(world: tuple[Path, list[dict[str, Any]]]) -> None:
    """Every operator, and random filters, against the plain evaluation."""
    draw = random.Random(5)
    filters = [*SOME, *(drawn(draw) for _ in range(150))]
    wanted = expected(filters, world[1])

    async def look(store: Any) -> list[str]:
        found = []
        for each, ids in zip(filters, wanted, strict=True):
            checked = check.check(text.parse(each), queryables(store.collection))
            page = await store.page(Query(limit=1000, filter=checked))
            if set(page.batch.column("id").to_pylist()) != ids:
                found.append(each)
        return found

    assert using(world[0], look) == []


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:2154"])
def test_boxes_orders_and_intervals(
    world: tuple[Path, list[dict[str, Any]]], tmp_path: Path, crs: str
) -> None:
    """By the index and exactly, in degrees and in Lambert-93; nulls last; no time matches every interval."""
    path = tmp_path / "x.gpkg"
    rows = write(path, crs)
    boxes = [
        (3.253, 43.253, 4.053, 44.453),
        (4.003, 44.003, 5.003, 45.003),
        (175.0, -10.0, 4.453, 44.003),
        (0, 0, 1, 1),
    ]

    async def look(store: Any) -> None:
        for box in boxes:
            west, south, east, north = box
            areas = (
                [shapely.box(*box)]
                if west <= east
                else [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]
            )
            wanted = {
                row["id"]
                for row in rows
                if row["geometry"] is None or any(shapely.intersects(row["geometry"], area) for area in areas)
            }
            found = await walk(store, limit=33, box=box)
            assert (len(found), set(found)) == (len(wanted), wanted)
        for name, down in (("nom", False), ("v", True), ("quand", False)):
            known = [row for row in rows if row[name] is not None]
            keys = sorted({row[name] for row in known}, reverse=down)
            wanted_order = [row["id"] for key in keys for row in known if row[name] == key]
            wanted_order += [row["id"] for row in rows if row[name] is None]
            assert await walk(store, limit=37, sort=(Sort(name, down),)) == wanted_order
        if crs == "EPSG:2154":
            page = await store.encoded_page(Query(limit=400))
            for found_, row in zip(json.loads(b"[" + page.features + b"]"), rows, strict=True):
                if row["geometry"] is not None:
                    got = shapely.from_geojson(json.dumps(found_["geometry"]))
                    assert shapely.equals_exact(got, row["geometry"], tolerance=2e-7)

    using(path, look)

    async def intervals() -> None:
        (store,) = await open_stores(
            Source(f"gpkg+live:{path}", tmp_path, options={"instants": ["debut", "fin"]})
        )
        start, end = (int(datetime(2020, 1, day, tzinfo=UTC).timestamp() * 1000) for day in (10, 12))
        wanted = {
            row["id"]
            for row in rows
            if (row["debut"] is None or row["debut"].timestamp() * 1000 <= end)
            and (row["fin"] is None or row["fin"].timestamp() * 1000 >= start)
        }
        try:
            assert set(await walk(store, limit=50, interval=Interval(start, end))) == wanted  # type: ignore[arg-type]
        finally:
            await store.close()

    asyncio.run(intervals())


def rtree_is_right(path: Path) -> bool:
    """The index holds each geometry's bounds, and nothing else (rtreecheck looks at its own structure)."""
    connection = sqlite3.connect(path)
    try:
        sound = connection.execute("SELECT rtreecheck('rtree_lieux_geom')").fetchone()[0] == "ok"
        indexed = {row[0]: row[1:] for row in connection.execute("SELECT * FROM rtree_lieux_geom")}
    finally:
        connection.close()
    _, fids, shapes, _ = pyogrio.raw.read(path, layer="lieux", return_fids=True)
    there = {
        int(fid): shapely.from_wkb(shape).bounds
        for fid, shape in zip(fids, shapes, strict=True)
        if shape is not None
    }
    close = all(
        indexed[fid] == pytest.approx((b[0], b[2], b[1], b[3]), rel=1e-6)
        for fid, b in there.items()
        if fid in indexed
    )
    return sound and close and set(indexed) == set(there)


def test_what_we_write_gdal_reads(tmp_path: Path) -> None:
    """Create, replace, update, delete: count, values, geometry, index and extent, as GDAL sees them."""
    path = tmp_path / "x.gpkg"
    rows = write(path)

    async def work(store: Any) -> str:
        assert isinstance(store, EditableStore)
        version = store.version
        given = {
            "nom": "neuf",
            "n": 7,
            "v": 1.5,
            "ok": True,
            "jour": "2026-11-24",
            "quand": "2026-11-24T03:00:00+01:00",
            "doc": {"a": 1},
        }
        name = await store.create(
            {"geometry": {"type": "Point", "coordinates": [9.5, 41.5]}, "properties": given}
        )
        assert store.version != version
        seen = json.loads(await store.encoded_item(name, View()))
        assert {key: value for key, value in seen["properties"].items() if value is not None} == {
            **given,
            "quand": "2026-11-24T02:00:00Z",
        }
        first = await store.revision(name)
        assert await store.update(name, {"properties": {"n": None, "doc": {"b": 2}}}, first)
        with pytest.raises(Changed):
            await store.replace(name, {"geometry": None, "properties": {}}, first)
        moved = {"type": "Point", "coordinates": [9.25, 41.75]}
        assert await store.update(name, {"geometry": moved}, await store.revision(name))
        other = rows[0]["id"]
        assert await store.replace(
            other, {"geometry": None, "properties": {"nom": "vidé"}}, await store.revision(other)
        )
        last = rows[-1]["id"]
        assert await store.delete(last, await store.revision(last))
        assert not await store.delete(last, "x")
        assert await store.revision(last) is None
        assert (await store.encoded_page(Query(limit=1))).matched == len(rows)
        assert name in await walk(store, limit=100, box=(9.2, 41.7, 9.3, 41.8))
        return str(name)

    name = using(path, work)
    assert pyogrio.read_info(path, layer="lieux", force_feature_count=True)["features"] == len(rows)
    if shutil.which("ogrinfo"):  # another GDAL than the one of our wheels
        command = ["ogrinfo", "-so", path, "lieux"]
        info = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert f"Feature Count: {len(rows)}" in info
    one = pyogrio.raw.read(path, layer="lieux", fids=[int(name)])
    values = dict(zip(one[0]["fields"], (each[0] for each in one[3]), strict=True))
    assert (values["nom"], values["v"], json.loads(values["doc"])) == ("neuf", 1.5, {"a": 1, "b": 2})
    assert str(values["jour"])[:10] == "2026-11-24"
    assert shapely.from_wkb(one[2][0]).equals(shapely.Point(9.25, 41.75))
    assert rtree_is_right(path)


@pytest.mark.parametrize(
    ("properties", "at"),
    [
        ({"petit": 40_000}, "properties.petit"),
        ({"n": "x"}, "properties.n"),
        ({"quand": "hier"}, "properties.quand"),
        ({"nom": 3}, "properties.nom"),
        ({'x"; DROP TABLE lieux; --': 1}, 'properties.x"; DROP TABLE lieux; --'),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(
    tmp_path: Path, properties: dict[str, Any], at: str
) -> None:
    """And nothing of it is written."""
    path = tmp_path / "x.gpkg"
    rows = write(path)

    async def work(store: Any) -> None:
        with pytest.raises(BadInput) as caught:
            await store.create({"geometry": None, "properties": properties})
        assert caught.value.at == at
        assert (await store.page(Query(limit=1))).matched == len(rows)

    using(path, work)


def test_rules_of_the_table_are_told(tmp_path: Path) -> None:
    """NOT NULL and CHECK of the file's own schema name their column."""
    path = tmp_path / "x.gpkg"
    write(path)
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE regles (fid INTEGER PRIMARY KEY, nom TEXT(5) NOT NULL, n INTEGER DEFAULT 3 CHECK (n < 9));"
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('regles', 'attributes', 'regles');"
    )
    connection.close()

    async def run() -> None:
        (store,) = await open_stores(Source(f"gpkg+live:{path}", tmp_path, options={"layer": "regles"}))
        assert isinstance(store, EditableStore)
        try:
            assert store.collection.geometry is GeometryKind.NONE
            for properties, at in (
                ({"n": 1}, "properties.nom"),
                ({"nom": "abcdef"}, "properties.nom"),
                ({"nom": "a", "n": 10}, "properties"),
            ):
                with pytest.raises(BadInput) as caught:
                    await store.create({"properties": properties})
                assert caught.value.at == at
            name = await store.create({"properties": {"nom": "a", "n": 1}})
            assert await store.replace(name, {"properties": {"nom": "b"}}, str(await store.revision(name)))
            item = await store.item(name, View())
            assert item is not None
            assert item.to_pylist() == [{"id": "1", "nom": "b", "n": 3}]
        finally:
            await store.close()

    asyncio.run(run())


def test_of_two_writers_one_wins(tmp_path: Path) -> None:
    """Ten at once on one revision, while others read."""
    path = tmp_path / "x.gpkg"
    rows = write(path)

    async def work(store: Any) -> None:
        name = rows[0]["id"]
        seen = await store.revision(name)
        tries = [store.update(name, {"properties": {"n": number}}, seen) for number in range(10)]
        reads = [store.encoded_page(Query(limit=5)) for _ in range(10)]
        done = await asyncio.gather(*tries, *reads, return_exceptions=True)
        assert sorted(type(each).__name__ for each in done[:10]) == ["Changed"] * 9 + ["bool"]
        assert all(each.returned == 5 for each in done[10:])  # type: ignore[union-attr]

    using(path, work)


_WRITER = """
import asyncio, sys
from pathlib import Path
from cicclo.features.stores import Source
from cicclo.features.stores.geopackage import open_stores

async def main():
    (store,) = await open_stores(Source("gpkg+live:" + sys.argv[1], Path()))
    number = 0
    while True:
        number += 1
        point = {"type": "Point", "coordinates": [5 + number / 1000, 45]}
        name = await store.create({"geometry": point, "properties": {"nom": f"n{number}"}})
        print(name, number, flush=True)

asyncio.run(main())
"""


def test_a_killed_writer_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    """Kill -9 in the middle of writing: every answered change is there, whole, and the file is sound."""
    path = tmp_path / "x.gpkg"
    write(path)
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(40)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    answered = [
        tuple(map(int, line.split())) for line in lines if line.endswith("\n") and len(line.split()) == 2
    ]
    connection = sqlite3.connect(path)
    there = dict(connection.execute("SELECT fid, nom FROM lieux"))
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert len(answered) >= 40
    assert all(there[fid] == f"n{number}" for fid, number in answered)
    assert rtree_is_right(path)


def test_what_another_program_writes_is_served_at_once(tmp_path: Path) -> None:
    """Counts, missing geometries and versions follow commits that are not ours."""
    path = tmp_path / "x.gpkg"
    rows = write(path)

    async def work(store: Any) -> None:
        before = store.version
        assert (await store.page(Query(limit=1))).matched == len(rows)
        pyogrio.write_arrow(pa.table({"nom": ["dehors"]}), path, layer="lieux", driver="GPKG", append=True)
        assert store.version != before
        assert (await store.page(Query(limit=1))).matched == len(rows) + 1

    using(path, work)


def test_a_long_statement_is_given_up_or_left(
    world: tuple[Path, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 when time is over; an abandoned one frees its reader."""
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"

    async def work(store: Any) -> None:
        task = asyncio.create_task(
            store._file.read(lambda connection: connection.execute(endless).fetchone())
        )
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(store._file._idle) == files.READERS
        monkeypatch.setattr(files.Session.statement.__wrapped__, "__defaults__", ((), 0.1))
        started = time.monotonic()
        with pytest.raises(TooSlow):
            await store._file.read(lambda connection: connection.execute(endless).fetchone())
        assert time.monotonic() - started < 5

    using(world[0], work)


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "not a GeoPackage"), (b"hello" * 999, "not a GeoPackage"), (None, "no file")]
)
def test_what_is_no_geopackage_is_refused(tmp_path: Path, content: bytes | None, said: str) -> None:
    """With the file's name."""
    path = tmp_path / "x.gpkg"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadSource, match=said) as caught:
        using(path, lambda _: asyncio.sleep(0))
    assert "x.gpkg" in caught.value.at


def test_odd_values_of_sqlite_are_null(tmp_path: Path) -> None:
    """Texts in numbers, dates that are none, blobs: the feature is served, the value is missing."""
    path = tmp_path / "x.gpkg"
    write(path)
    connection = files.Session(path, writable=True).sqlite
    connection.execute(
        "UPDATE lieux SET n = 'x', jour = '2020-02-31', quand = 'hier', ok = 7, nom = x'00ff', doc = '{' WHERE fid = 3"
    )
    connection.commit()
    connection.close()

    async def work(store: Any) -> None:
        item = (await store.item("3", View())).to_pylist()[0]
        assert [item[name] for name in ("n", "jour", "quand", "ok", "nom")] == [None] * 5
        assert json.loads(await store.encoded_item("3", View()))["id"] == 3

    using(path, work)


def test_the_watcher_of_commits_has_no_deadline(tmp_path: Path) -> None:
    """SQLite looks at the clock every so many steps, whatever statement they are of: thousands of looks at commits."""
    path = tmp_path / "empty.gpkg"
    sqlite3.connect(path).execute("CREATE TABLE t (a)")
    file = files.File(path)
    try:
        assert {file.commits() for _ in range(3_000)} == {file.commits()}
    finally:
        file.close()
