"""Pages, items, boxes, orders and streams of a real PostGIS database, compared with plain lists."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import shapely
from tests.features.postgis_world import build, to_lambert

from cicclo.features.encoding import encode
from cicclo.features.errors import BadSource
from cicclo.features.model import GeometryKind, Interval, Kind, Query, Sort, View
from cicclo.features.stores import OPENERS, Source
from cicclo.features.stores._postgis import select
from cicclo.features.stores._postgis.remembered import Remembered
from cicclo.features.stores.postgis import PostgisStore, open_stores
from cicclo.kernel.errors import BadInput
from cicclo.ogc.crs import CRS84

LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/2154"
WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"

World = tuple[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def world(postgis: str) -> World:
    return postgis, asyncio.run(build(postgis, "pages"))


def using(url: str, work: Callable[..., Awaitable[Any]], *tables: str) -> Any:
    """Run something on the stores of some tables, then close them."""

    async def run() -> Any:
        names = "&".join(f"table=pages.{table}" for table in tables)
        stores = await open_stores(Source(f"{url}?{names}", Path()))
        byname = {store.collection.id: store for store in stores}
        try:
            return await work(*(byname[table] for table in tables))
        finally:
            for store in stores:
                await store.close()

    return asyncio.run(run())


def sql(url: str, statement: str) -> Any:
    async def run() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetch(statement)
        finally:
            await connection.close()

    return asyncio.run(run())


def features(page: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(b"[" + page.features + b"]")
    return found


def near(found: Any) -> list[dict[str, Any]]:
    """Features with coordinates to 6 decimals: the two ways out round to 7 or not at all."""

    def rounded(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [rounded(each) for each in value]
        return round(value, 6) if isinstance(value, float) else value

    return [
        {**each, "geometry": each["geometry"] and rounded(list(each["geometry"].items()))} for each in found
    ]


async def walk(store: PostgisStore, query: Query) -> list[str]:
    """The ids of all pages, in order."""
    ids: list[str] = []
    after = ""
    for _ in range(10_000):
        page = await store.encoded_page(
            Query(
                limit=query.limit,
                box=query.box,
                interval=query.interval,
                filter=query.filter,
                sort=query.sort,
                after=after,
            )
        )
        found = [str(each["id"]) for each in features(page)]
        assert len(found) == page.returned
        ids += found
        after = page.next
        if not after:
            return ids
    raise AssertionError


def test_a_table_describes_itself(world: World) -> None:
    """Types, comments, obligations, extent and CRS come from the catalogue."""

    async def look(store: PostgisStore, points: PostgisStore) -> None:
        seen = store.collection
        kinds = {each.name: each.kind for each in seen.properties}
        assert (seen.title.fr, seen.description.fr) == ("Lieux dits", "Quelques centaines de lieux")
        assert seen.property("nom").title.fr == "Nom du lieu"  # type: ignore[union-attr]
        assert (kinds["n"], kinds["v"], kinds["d"], kinds["ok"]) == (
            Kind.INTEGER,
            Kind.NUMBER,
            Kind.NUMBER,
            Kind.BOOLEAN,
        )
        assert (kinds["jour"], kinds["naif"], kinds["tags"], kinds["doc"]) == (
            Kind.DATE,
            Kind.INSTANT,
            Kind.JSON,
            Kind.JSON,
        )
        assert "gid" not in kinds
        assert seen.id_kind is Kind.INTEGER
        assert (seen.geometry, seen.storage_crs, seen.count) == (GeometryKind.ANY, CRS84, len(world[1]))
        shapes = [each["geometry"] for each in world[1] if each["geometry"] is not None]
        assert seen.extent == pytest.approx(tuple(shapely.total_bounds(shapes)))
        other = points.collection
        assert (other.geometry, other.instants) == (GeometryKind.POINT, ("jour",))
        assert other.interval == ("2020-01-01T00:00:00Z", "2020-04-09T00:00:00Z")
        assert [each.name for each in other.properties if each.required] == ["nom"]

    using(world[0], look, "lieux", "points")


def test_a_walk_returns_each_feature_once(world: World) -> None:
    """At several page sizes, the last page being full or not."""

    async def look(store: PostgisStore) -> None:
        for limit in (1, 7, 80, 400, 1000):
            assert await walk(store, Query(limit=limit)) == [each["id"] for each in world[1]]

    using(world[0], look, "lieux")


def test_features_say_what_rows_hold(world: World) -> None:
    """Encoded in the database or from Arrow, a feature is the row: values, nulls, dates, geometry."""

    async def look(store: PostgisStore) -> None:
        query = Query(limit=1000)
        page, batch = await store.encoded_page(query), (await store.page(query)).batch
        assert near(features(page)) == near(
            json.loads(each) for each in encode(batch, store.collection, query.view)
        )
        for found, row in zip(features(page), world[1], strict=True):
            geometry = found["geometry"] and shapely.from_geojson(json.dumps(found["geometry"]))
            assert (geometry is None) == (row["geometry"] is None)
            assert geometry is None or shapely.equals_exact(geometry, row["geometry"], tolerance=1e-14)
            assert str(found["id"]) == row["id"]
            assert found["properties"] == {
                name: _said(value) for name, value in row.items() if name not in ("id", "geometry")
            }
            item = await store.encoded_item(row["id"], View())
            assert item is not None
            assert json.loads(item) == found

    using(world[0], look, "lieux")


def _said(value: Any) -> Any:
    if isinstance(value, datetime):
        return (
            value.astimezone(UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z")
            .replace(".000Z", "Z")
        )
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("crs", [CRS84, LAMBERT, WGS84])
@pytest.mark.parametrize("table", ["lieux", "lieux_93"])
def test_views_in_other_systems(world: World, table: str, crs: str) -> None:
    """Both ways out agree on CRS, axis order, choice of properties; Lambert-93 is PROJ's to a millimetre."""
    view = View(crs=crs, properties=("n", "nom"))

    async def look(store: PostgisStore) -> None:
        page, plain = (
            await store.encoded_page(Query(limit=1000, view=view)),
            await store.page(Query(limit=1000, view=view)),
        )
        assert near(features(page)) == near(
            json.loads(each) for each in encode(plain.batch, store.collection, view)
        )
        for found, row in zip(features(page), world[1], strict=True):
            assert found["properties"] == {"nom": row["nom"], "n": row["n"]}
            if row["geometry"] is not None:
                wanted = to_lambert(row["geometry"]) if crs == LAMBERT else row["geometry"]
                got = shapely.from_geojson(json.dumps(found["geometry"]))
                got = shapely.transform(got, lambda at: at[:, ::-1]) if crs == WGS84 else got
                assert shapely.equals_exact(got, wanted, tolerance=2e-3 if crs == LAMBERT else 2e-7)
        bare = await store.encoded_page(Query(limit=3, view=View(geometry=False, properties=())))
        assert all(each["geometry"] is None and each["properties"] == {} for each in features(bare))

    using(world[0], look, table)


@pytest.mark.parametrize("few", [0, 5_000])
@pytest.mark.parametrize("table", ["lieux", "lieux_93"])
def test_boxes_select_what_meets_them(
    world: World, table: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Boxes of all shapes, one that is a point, one across the antimeridian; by cells, and in the order of ids."""
    monkeypatch.setattr(select, "FEW", few)
    boxes = [(3.25, 43.25, 4.05, 44.45), (4, 44, 5, 45), (5, 45, 5, 45), (4, 44, 4, 46), (-180, -90, 180, 90), (0, 0, 1, 1), (175, -10, 4.45, 44.0)]  # fmt: skip
    boxes = [tuple(each + (0.013 if table == "lieux_93" else 0) for each in box) for box in boxes]

    async def look(store: PostgisStore) -> None:
        for box in boxes:
            west, south, east, north = box
            areas = (
                [shapely.box(*box)]
                if west <= east
                else [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]
            )
            wanted = {
                each["id"]
                for each in world[1]
                if each["geometry"] is None
                or any(shapely.intersects(each["geometry"], area) for area in areas)
            }
            for limit in (7, 1000):
                found = await walk(store, Query(limit=limit, box=box))
                assert (len(found), set(found)) == (len(wanted), wanted), box
            page = await store.encoded_page(Query(limit=1000, box=box))
            assert page.matched == len(wanted)

    using(world[0], look, table)


def test_boxes_of_points_are_exact_and_paged_by_cells(world: World) -> None:
    """Many points on the very edge of a box, where single precision would take a few more; several page sizes."""
    rows = sql(world[0], "SELECT gid::text, ST_X(geom) x, ST_Y(geom) y FROM pages.points")

    async def look(store: PostgisStore) -> None:
        for box in [(1.001, 43.007, 3.499, 46.5), (0.0, 42.0, 5.999, 49.999), (2.123, 44.0, 2.123, 48.0)]:
            wanted = {
                gid for gid, x, y in rows if x is None or (box[0] <= x <= box[2] and box[1] <= y <= box[3])
            }
            for limit in (50, 333, 10_000):
                found = await walk(store, Query(limit=limit, box=box))
                assert len(found) == len(wanted)
                assert set(found) == wanted

    using(world[0], look, "points")


def test_an_area_is_the_exact_outline(world: World) -> None:
    """A box in another CRS selects by its own outline, not by the degrees around it."""
    area = shapely.Polygon([(3.01, 43.02), (6.03, 44.01), (5.02, 46.04), (3.01, 43.02)])

    async def look(store: PostgisStore) -> None:
        page = await store.page(Query(limit=1000, box=area.bounds, area=shapely.to_wkb(area)))
        wanted = {
            each["id"]
            for each in world[1]
            if each["geometry"] is None or shapely.intersects(each["geometry"], area)
        }
        assert set(page.batch.column("id").to_pylist()) == wanted

    using(world[0], look, "lieux")
    using(world[0], look, "lieux_93")


ORDERS = [
    ("n",),
    ("-v",),
    ("nom", "-n"),
    ("-ok", "jour"),
    ("-quand", "code", "-d"),
    ("petit", "-nom"),
    ("-naif",),
]


@pytest.mark.parametrize("order", ORDERS, ids=",".join)
def test_orders_put_nulls_last_and_texts_by_code_point(world: World, order: tuple[str, ...]) -> None:
    """Pages of an order join up, whatever the page size; equal values follow the identifier."""
    rows = sorted(world[1], key=lambda row: int(row["id"]))
    for name in reversed(order):
        key, down = name.lstrip("-"), name.startswith("-")
        known = sorted((row for row in rows if row[key] is not None), key=lambda row: row[key], reverse=down)
        if down:  # stable the other way round: equal values keep their order
            known = sorted(known, key=lambda row: [row[key]], reverse=False)
            known = _stable_down(known, key)
        rows = known + [row for row in rows if row[key] is None]
    wanted = [row["id"] for row in rows]
    sort = tuple(Sort(name.lstrip("-"), name.startswith("-")) for name in order)

    async def look(store: PostgisStore) -> None:
        for limit in (9, 150, 1000):
            assert await walk(store, Query(limit=limit, sort=sort)) == wanted
        stream = [
            each async for batch in store.stream(Query(sort=sort)) for each in batch.column("id").to_pylist()
        ]
        assert stream == wanted

    using(world[0], look, "lieux")


def _stable_down(rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return [row for value in sorted(groups, reverse=True) for row in groups[value]]


def test_intervals_keep_what_has_no_time(world: World) -> None:
    """`datetime` on a date column, open and closed."""
    rows = sql(world[0], "SELECT gid::text, jour FROM pages.points")

    def moment(day: date) -> int:
        return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)

    async def look(store: PostgisStore) -> None:
        start, end = moment(date(2020, 2, 1)), moment(date(2020, 2, 3))
        for interval in (
            Interval(start, end),
            Interval(None, end),
            Interval(start, None),
            Interval(start, start),
        ):
            wanted = {
                gid
                for gid, jour in rows
                if jour is None
                or (
                    (interval.end is None or moment(jour) <= interval.end)
                    and (interval.start is None or moment(jour) >= interval.start)
                )
            }
            assert set(await walk(store, Query(limit=5000, interval=interval))) == wanted
            boxed = await walk(store, Query(limit=5000, interval=interval, box=(-180, -90, 180, 90)))
            assert sorted(boxed) == sorted(wanted)

    using(world[0], look, "points")


def test_offsets_find_their_page(world: World) -> None:
    """With and without what is remembered of the table; beyond the end there is nothing."""

    async def look(store: PostgisStore) -> None:
        for _ in range(2):  # the second time, landmarks are known
            for offset in (0, 1, 1023, 1024, 5000, 19_999, 20_000, 10**15):
                page = await store.encoded_page(Query(limit=3, offset=offset))
                wanted = list(range(offset + 1, min(offset + 4, 20_001)))
                assert [each["id"] for each in features(page)] == wanted
                assert (page.matched, bool(page.next)) == (20_000, offset + 3 < 20_000)
            task = store._counts._task
            if task is not None:
                await task
        assert store._counts.landmark(5000) == ("4097", 904)

    using(world[0], look, "points")


def test_a_walk_goes_on_while_rows_come_and_go(world: World) -> None:
    """Rows deleted behind and added before the cursor neither repeat nor hide those that stay."""
    sql(
        world[0], "CREATE TABLE pages.mobile AS SELECT i AS gid, i % 7 AS rang FROM generate_series(1, 500) i"
    )
    sql(world[0], "ALTER TABLE pages.mobile ADD PRIMARY KEY (gid)")

    async def look(store: PostgisStore) -> None:
        for sort in ((), (Sort("rang"),)):
            ids: list[str] = []
            after = ""
            connection = await asyncpg.connect(world[0])
            for turn in range(200):
                page = await store.encoded_page(Query(limit=20, sort=sort, after=after))
                ids += [str(each["id"]) for each in features(page)]
                after = page.next
                if not after:
                    break
                await connection.execute(f"DELETE FROM pages.mobile WHERE gid = {ids[-1]}")
                await connection.execute(
                    f"INSERT INTO pages.mobile VALUES ({-1 - turn - 1000 * len(sort)}, -1)"
                )
            await connection.close()
            assert len(ids) == len(set(ids))
        assert len(ids) > 400

    using(world[0], look, "mobile")


@pytest.mark.parametrize("id_", ["", "0", "-1", "1e3", "01", " 3", "9" * 30, "x", "3;--", "é", "\0", "3\n"])
def test_an_id_that_none_can_be_is_not_found(world: World, id_: str) -> None:
    """Odd ids are no error, and no SQL."""

    async def look(store: PostgisStore) -> None:
        assert await store.encoded_item(id_, View()) is None
        assert await store.item(id_, View()) is None

    using(world[0], look, "lieux")


def test_ids_of_every_sort(world: World) -> None:
    """Text, uuid and short integers identify rows; a name needs quotes; `id` and `geometry` may be columns."""
    sql(
        world[0],
        'CREATE TABLE pages."Ta""ble é" ("clé ""x""" varchar(5) PRIMARY KEY, id int, geometry text, "a\'b" int)',
    )
    sql(
        world[0],
        """INSERT INTO pages."Ta""ble é" VALUES ('a/b', 1, 'x', 2), ('é', 3, null, null), ('abcde', 4, 'z', 5)""",
    )
    sql(
        world[0],
        "CREATE TABLE pages.uuids (u uuid PRIMARY KEY DEFAULT gen_random_uuid(), v real, b bytea, i interval)",
    )
    sql(
        world[0],
        "INSERT INTO pages.uuids (v, b, i) VALUES ('NaN', '\\x00', '1 day'), ('Infinity', null, null), (0.5, null, null)",
    )

    async def look(odd: PostgisStore, uuids: PostgisStore) -> None:
        page = await odd.encoded_page(Query(limit=2))
        assert features(page)[0] == {
            "type": "Feature",
            "id": "a/b",
            "geometry": None,
            "properties": {"id_": 1, "geometry_": "x", "a'b": 2},
        }
        assert features(await odd.encoded_page(Query(after=page.next)))[0]["id"] == "é"
        assert await odd.encoded_item("é", View()) is not None
        assert await odd.encoded_item("abcdefgh", View()) is None
        found = features(await uuids.encoded_page(Query()))
        assert sorted(str(each["properties"]["v"]) for each in found) == ["0.5", "None", "None"]
        assert {tuple(each["properties"]) for each in found} == {("v", "i")}
        assert await uuids.encoded_item(found[0]["id"], View()) is not None
        assert await uuids.encoded_item("not-a-uuid", View()) is None

    using(world[0], look, 'Ta"ble é', "uuids")


@pytest.mark.parametrize(
    "cursor", ["x", "WyJ4Il0", "W10", "bnVsbA", "é", "W251bGxd", "WyIxIiwiMiJd", "A" * 5000]
)
def test_a_cursor_that_is_not_ours_is_refused(world: World, cursor: str) -> None:
    """With its place, for a plain page, an order and a box."""

    async def look(store: PostgisStore) -> None:
        for query in (
            Query(after=cursor),
            Query(after=cursor, sort=(Sort("jour"), Sort("n"))),
            Query(after=cursor, box=(3, 43, 5, 45)),
        ):
            with pytest.raises(BadInput) as caught:
                await store.encoded_page(query)
            assert caught.value.at == "cursor"

    using(world[0], look, "lieux")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("CREATE TABLE pages.t (a int, geom geometry(Point, 4326))", "no column that identifies"),
        (
            "CREATE TABLE pages.t (a int, b int, geom geometry(Point, 4326), PRIMARY KEY (a, b))",
            "no column that identifies",
        ),
        ("CREATE VIEW pages.t AS SELECT * FROM pages.points", "no column that identifies"),
        ("CREATE TABLE pages.t (a int PRIMARY KEY, geom geometry)", "does not tell its coordinate"),
        ("CREATE TABLE pages.t (a int PRIMARY KEY, geom geometry(TIN, 4326))", "without equivalent"),
        ("CREATE SCHEMA IF NOT EXISTS rien", "no readable table"),
    ],
)
def test_a_table_that_cannot_be_served_says_why(world: World, statement: str, said: str) -> None:
    """With a remedy, and the table's name."""
    sql(
        world[0],
        "DROP TABLE IF EXISTS pages.t" if "VIEW" not in statement else "DROP TABLE IF EXISTS pages.t; ",
    )
    sql(world[0], statement)
    try:
        with pytest.raises(BadSource, match=said) as caught:
            using(world[0], lambda: asyncio.sleep(0), "t")
        assert caught.value.remedy
        assert "geo" in caught.value.at
    finally:
        sql(world[0], "DROP VIEW pages.t" if "VIEW" in statement else "DROP TABLE IF EXISTS pages.t")


def test_a_view_is_served_once_its_id_is_named(world: World) -> None:
    """`id_column` in the address; boxes work without an index."""
    sql(
        world[0],
        "CREATE OR REPLACE VIEW pages.vue AS SELECT gid, nom, geom FROM pages.points WHERE gid <= 100",
    )

    async def run() -> None:
        (store,) = await open_stores(
            Source(f"{world[0]}?table=pages.vue&id_column=gid", Path(), collection="nommée")
        )
        try:
            assert (store.collection.id, store.collection.count) == ("nommée", 100)
            assert len(await walk(store, Query(limit=30))) == 100
            assert len(await walk(store, Query(limit=30, box=(-180, -90, 180, 90)))) == 100
        finally:
            await store.close()

    asyncio.run(run())


_SHAPES = """
CREATE TABLE pages.geographie (gid int PRIMARY KEY, geom geography(Point, 4326));
INSERT INTO pages.geographie VALUES (1, 'POINT(4 45)'), (2, 'POINT(9 45)'), (3, NULL);
CREATE INDEX ON pages.geographie USING gist (geom);
CREATE TABLE pages.courbes (gid int PRIMARY KEY, geom geometry(CurvePolygon, 4326));
INSERT INTO pages.courbes VALUES (1, ST_GeomFromText('CURVEPOLYGON(CIRCULARSTRING(3 45, 4 46, 5 45, 4 44, 3 45))', 4326)), (2, NULL);
CREATE INDEX ON pages.courbes USING gist (geom);
CREATE TABLE pages.hauts (gid int PRIMARY KEY, quand timestamptz, jour date, geom geometry(PointZM, 2154));
INSERT INTO pages.hauts VALUES (1, 'infinity', '-infinity', ST_Transform(ST_GeomFromText('POINT ZM(4 45 100 7)', 4326), 2154)), (3, '0044-03-15 BC', '20000-01-01', NULL);
CREATE TABLE pages.parts (gid int PRIMARY KEY, geom geometry(Point, 4326)) PARTITION BY RANGE (gid);
CREATE TABLE pages.parts_a PARTITION OF pages.parts FOR VALUES FROM (0) TO (100);
CREATE TABLE pages.parts_b PARTITION OF pages.parts FOR VALUES FROM (100) TO (1000);
INSERT INTO pages.parts SELECT i, ST_SetSRID(ST_MakePoint(4, 45), 4326) FROM generate_series(1, 300) i;
CREATE INDEX ON pages.parts USING gist (geom);
CREATE MATERIALIZED VIEW pages.figee AS SELECT gid, geom FROM pages.parts;
CREATE VIEW pages.figee_vue AS SELECT * FROM pages.figee;
"""


def test_tables_of_other_shapes(world: World) -> None:
    """Geographies, curves, heights with measures, partitions, moments beyond what can be written."""
    sql_script(world[0], _SHAPES)
    box = (3.5, 44.5, 4.5, 45.5)

    async def look(geo: PostgisStore, curves: PostgisStore, high: PostgisStore, parts: PostgisStore) -> None:
        assert await walk(geo, Query(box=box)) == ["1", "3"]
        assert await walk(curves, Query(box=box)) == ["1", "2"]
        shape = features(await curves.encoded_page(Query()))[0]["geometry"]
        assert shape["type"] == "Polygon"
        assert shapely.from_geojson(json.dumps(shape)).area == pytest.approx(3.14159, abs=0.01)
        first, last = features(await high.encoded_page(Query()))
        assert first["geometry"]["coordinates"] == pytest.approx([4, 45, 100], abs=1e-6)
        assert [*first["properties"].values(), *last["properties"].values()] == [None] * 4
        assert (await high.page(Query())).batch.column("quand").null_count == 2
        assert high.collection.has_z
        assert await walk(parts, Query(limit=70)) == [str(number) for number in range(1, 301)]
        assert len(await walk(parts, Query(limit=70, box=box))) == 300

    using(world[0], look, "geographie", "courbes", "hauts", "parts")


def sql_script(url: str, script: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(script)
        finally:
            await connection.close()

    asyncio.run(run())


def test_a_schema_gives_all_of_its_spatial_tables(world: World) -> None:
    """Tables without geometry are left out unless they are named; addresses of ours are recognised."""

    async def run() -> list[str]:
        stores = await open_stores(Source(f"{world[0]}?schema=ensemble", Path()))
        for store in stores:
            await store.close()
        return [store.collection.id for store in stores]

    sql_script(
        world[0],
        "CREATE SCHEMA ensemble; CREATE TABLE ensemble.a (gid int PRIMARY KEY, geom geometry(Point, 4326));"
        "CREATE TABLE ensemble.b (gid int PRIMARY KEY, geom geometry(Point, 2154)); CREATE TABLE ensemble.c (gid int PRIMARY KEY)",
    )
    assert asyncio.run(run()) == ["a", "b"]
    opener = OPENERS["postgis"]
    assert opener.accepts("postgresql://x/y")
    assert not opener.accepts("/data/x.gpkg")


def test_a_stream_is_one_snapshot(world: World) -> None:
    """Everything, in batches, while another connection changes the table."""
    sql(
        world[0],
        "CREATE TABLE pages.flux AS SELECT i AS gid, 'n' || i AS nom FROM generate_series(1, 7000) i",
    )
    sql(world[0], "ALTER TABLE pages.flux ADD PRIMARY KEY (gid)")

    async def look(store: PostgisStore) -> None:
        ids: list[str] = []
        sizes = []
        async for batch in store.stream(Query()):
            if not ids:
                connection = await asyncpg.connect(world[0])
                await connection.execute("DELETE FROM pages.flux WHERE gid > 5000")
                await connection.close()
            sizes.append(batch.num_rows)
            ids += batch.column("id").to_pylist()
        assert ids == [str(number) for number in range(1, 7001)]
        assert max(sizes) <= 2000

    using(world[0], look, "flux")


def test_a_remembered_page_is_never_older_than_the_table(world: World) -> None:
    """Features encoded once are asked for by version: changes, additions and deletions show at once."""
    sql(
        world[0],
        "CREATE TABLE pages.souvenir AS SELECT i AS gid, 0 AS tour, 'n' || i AS nom FROM generate_series(1, 500) i",
    )
    sql(world[0], "ALTER TABLE pages.souvenir ADD PRIMARY KEY (gid)")

    async def look(store: PostgisStore) -> None:
        connection = await asyncpg.connect(world[0])
        for turn in range(1, 30):
            page = await store.encoded_page(Query(limit=200))
            rows = await connection.fetch("SELECT gid, tour, nom FROM pages.souvenir ORDER BY gid LIMIT 200")
            assert [(each["id"], *each["properties"].values()) for each in features(page)] == [
                tuple(row) for row in rows
            ]
            assert page.returned == 200
            await connection.execute(f"UPDATE pages.souvenir SET tour = {turn} WHERE gid % 29 = {turn}")
            await connection.execute(f"DELETE FROM pages.souvenir WHERE gid = {turn * 3}")
            await connection.execute(f"INSERT INTO pages.souvenir VALUES ({-turn}, 0, 'avant')")
            await connection.execute(
                "VACUUM FULL pages.souvenir" if turn % 10 == 0 else "VACUUM pages.souvenir"
            )
        await connection.close()
        assert store._remembered.likely

    using(world[0], look, "souvenir")


def test_memory_of_features_is_bounded() -> None:
    """The oldest features are forgotten; a lost connection makes forget them all."""
    memory = Remembered(most_bytes=100_000)
    for start in range(0, 5000, 100):
        ids = list(range(start, start + 100))
        memory.learn(ids, [7] * 100, [b"x" * 300] * 100)
    assert memory._bytes == sum(len(feature) + 200 for _, feature in memory._known.values()) <= 100_000
    found, missing = memory.find([1, 4999, 4998], [7, 7, 8])
    assert (found, missing) == ([None, b"x" * 300, None], [1, 4998])
    memory.since(1)
    assert memory.find([4999], [7])[1] == [4999]
    assert memory._bytes == 0
