"""An old WFS behind our façade gives the same features as its data published by us (real servers on loopback)."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pytest
import shapely
from tests.peers import Absent
from tests.peers.mapserver import mapserver
from tests.peers.qgis_server import qgis_server

from cicclo.features.actions import publish
from cicclo.features.errors import BadSource
from cicclo.features.model import Query, Sort, View
from cicclo.features.ports import Store
from cicclo.features.stores import OPENERS, Source, published
from cicclo.hub.demo.peers import DATA
from cicclo.ogc.cql2 import check, text

DEMO = DATA / "hauts-de-france"
LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/2154"
NATIVE = {"epci": "epci_hauts_de_france.geojson", "departements": "departements_hauts_de_france.geojson"}


@pytest.fixture(scope="module")
def native(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, dict]]:
    """The same data published by us, by their code: what a store of ours serves of the file behind the WFS."""
    folder = tmp_path_factory.mktemp("native")
    for name, file in NATIVE.items():
        publish(str(DEMO / file), folder, id_column="code", collection=name)
    return {name: asyncio.run(_served(folder / name)) for name in NATIVE}


async def _served(folder: Path) -> dict[str, dict]:
    store = published.open_store(folder)
    rows = await walked(store, Query(), 100)
    await store.close()
    return {row["id"]: row for row in rows}


@pytest.fixture(
    scope="module", params=[mapserver, qgis_server], ids=["MapServer, WFS 2.0", "QGIS Server, WFS 1.1"]
)
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a WFS, as its façade is given it."""
    try:
        with request.param(tmp_path_factory.mktemp("wfs")) as addresses:
            yield addresses["wfs"]
    except Absent as absent:
        pytest.skip(str(absent))


Facade = Callable[[int], list[Store]]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One loop for all, so that each façade is opened once."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def facade(service: str, runner: asyncio.Runner) -> Iterator[Facade]:
    """The stores of the service, by how many features they may hold whole."""
    kept: dict[int, list[Store]] = {}

    def stores(keep: int) -> list[Store]:
        if keep not in kept:
            kept[keep] = runner.run(opened(service, keep=keep))
        return kept[keep]

    yield stores
    for each in kept.values():
        runner.run(each[0].close())


async def opened(address: str, **options: object) -> list[Store]:
    source = Source(f"wfs+{address}", Path(), "", {"allow_private": True, **options})
    (opener,) = [each for each in OPENERS.values() if each.accepts(source.address)]
    return await opener.open(source)


def store_of(stores: list[Store], name: str) -> Store:
    return next(each for each in stores if each.collection.id == name)


async def walked(store: Store, query: Query, limit: int) -> list[dict]:
    """Every feature, through the pages, by their cursors."""
    rows: list[dict] = []
    after = ""
    while True:
        page = await store.page(Query(**{**_said(query), "limit": limit, "after": after}))
        assert page.batch.num_rows <= limit
        rows += page.batch.to_pylist()
        after = page.next
        if not after:
            return rows


def _said(query: Query) -> dict:
    return {name: getattr(query, name) for name in ("box", "interval", "filter", "sort", "view")}


WAYS = pytest.mark.parametrize("keep", [20_000, 0], ids=["whole", "page by page"])


@pytest.mark.peer
@WAYS
def test_the_facade_gives_the_features_of_the_source(facade, runner, native, keep):
    """Walking all pages gives each feature once, with the geometry and the values of the file behind the WFS."""
    for name, limit in (("epci", 40), ("departements", 2)):
        store = store_of(facade(keep), name)
        rows = runner.run(walked(store, Query(), limit))
        assert len({row["id"] for row in rows}) == len(rows)
        assert sorted(row["code"] for row in rows) == sorted(native[name])
        for row in rows:
            _same(row, native[name][row["code"]], store)


def _same(row: Mapping, expected: Mapping, store: Store) -> None:
    """Equal, but for types.

    MapServer describes every property as a string, writes TRUE as 1, and a polygon with two holes as a multiple one.
    """
    shape, wanted = (_single(shapely.from_wkb(each["geometry"])) for each in (row, expected))
    assert shape.normalize().equals_exact(wanted.normalize(), 1e-6)
    for each in store.collection.properties:
        value = expected[each.name]
        said = row[each.name]
        assert said == value or str(said) == str(int(value) if isinstance(value, bool) else value)


def _single(shape: shapely.Geometry) -> shapely.Geometry:
    return shape.geoms[0] if len(getattr(shape, "geoms", ())) == 1 else shape


@pytest.mark.peer
@WAYS
def test_boxes_filters_and_items(facade, runner, native, keep):
    """What is asked of the façade and what the same question gives on the file are the same features."""
    expected, store = native["epci"], store_of(facade(keep), "epci")
    box = (2.9, 50.5, 3.2, 50.8)
    shapes = {code: shapely.from_wkb(row["geometry"]) for code, row in expected.items()}
    within = {code for code, shape in shapes.items() if shape.intersects(shapely.box(*box))}
    assert 0 < len(within) < len(expected)
    assert {row["code"] for row in runner.run(walked(store, Query(box=box), 8))} == within
    of_kind = {code for code, row in expected.items() if row["type"] == "CA"}
    assert {
        row["code"] for row in runner.run(walked(store, Query(filter=_filter("type = 'CA'", store)), 15))
    } == of_kind
    both = _filter("type = 'CC' AND S_INTERSECTS(geometry, BBOX(2.9, 50.5, 3.2, 50.8))", store)
    rows = runner.run(walked(store, Query(filter=both), 8))
    assert {row["code"] for row in rows} == {code for code in within if expected[code]["type"] == "CC"}
    first = rows[0]
    item = json.loads(runner.run(store.encoded_item(first["id"], View())))
    assert (item["id"], item["properties"]["code"]) == (first["id"], first["code"])
    for absent in ("epci.nowhere", "é/..%2F", "' OR 1=1 --", "a,b", "x" * 2000):
        assert runner.run(store.item(absent, View())) is None


def _filter(written: str, store: Store):
    kinds = {each.name: each.kind.value for each in store.collection.properties} | {"geometry": "geometry"}
    return check.check(text.parse(written), kinds)


@pytest.mark.peer
def test_other_views_of_the_facade(facade, runner, native):
    """Another CRS, some properties, an order, an offset, a stream: like any store."""
    store = store_of(facade(20_000), "epci")
    assert store.collection.count == 92
    assert store.version
    order = (Sort("nom", descending=True),)
    page = runner.run(store.page(Query(limit=3, sort=order, view=View(LAMBERT, ("nom",)))))
    names = sorted((row["nom"] for row in native["epci"].values()), reverse=True)
    assert page.batch.schema.names == ["id", "nom", "geometry"]
    assert page.batch.column("nom").to_pylist() == names[:3]
    assert page.matched == 92
    east, north = shapely.from_wkb(page.batch.column("geometry")[0].as_py()).centroid.coords[0]
    assert 500_000 < east < 800_000
    assert 6_800_000 < north < 7_200_000
    far = runner.run(store.encoded_page(Query(limit=5, offset=90)))
    assert (far.returned, far.next) == (2, "")
    assert len(json.loads(b"[" + far.features + b"]")) == 2
    assert runner.run(_streamed(store)).num_rows == 92


async def _streamed(store: Store) -> pa.Table:
    return pa.Table.from_batches([batch async for batch in store.stream(Query())])


def test_private_addresses_need_the_operator():
    """A façade is a door into a network: loopback opens only when the operator says so."""
    with pytest.raises(Exception, match="private-address") as refused:
        asyncio.run(opened("http://127.0.0.1:9/wfs", allow_private=False))
    assert refused.value.status == 503


@pytest.mark.parametrize("options", [{"keep": -1}, {"page": "many"}, {"seconds": True}])
def test_bad_options_are_named(options):
    """A wrong figure in the configuration is refused, with its key."""
    with pytest.raises(BadSource) as refused:
        asyncio.run(opened("http://127.0.0.1:9/wfs", **options))
    assert next(iter(options)) in refused.value.at
