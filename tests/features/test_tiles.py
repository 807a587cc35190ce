"""Tiles: decoded by another library and by GDAL, compared with the features that are there."""

import asyncio
import json
import math
import struct
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2
import mapbox_vector_tile
import numpy as np
import pyarrow as pa
import pyogrio
import pytest
import shapely
from tests.features.memory import MemoryStore

from cicclo.features.asgi import application
from cicclo.features.model import Collection, GeometryKind, Kind, Property
from cicclo.features.reprojection import reproject
from cicclo.features.service import Service
from cicclo.features.tiles import commands, mvt, rendering, thinning
from cicclo.features.tiles.grids import GRIDS, LAMBERT_93, WEB_MERCATOR
from cicclo.features.tiles.protobuf import varint, varints, zigzag
from cicclo.kernel.text import Text
from cicclo.ogc import crs as crss

TITLE = Text("Points", "Points")
PROPERTIES = (
    Property("nom", Kind.STRING),
    Property("entier", Kind.INTEGER),
    Property("mesure", Kind.NUMBER),
    Property("ouvert", Kind.BOOLEAN),
)
POINTS = Collection(
    "points",
    TITLE,
    properties=PROPERTIES,
    geometry=GeometryKind.POINT,
    crs=crss.offered(crss.CRS84, (-5, 42, 8, 51)),
    extent=(-5.0, 42.0, 8.0, 51.0),
)


def feature(number: int, geometry: Any) -> dict[str, Any]:
    properties = {
        "nom": f"é{number % 3}",
        "entier": number - 5,
        "mesure": number / 4,
        "ouvert": number % 2 == 0,
    }
    if number % 4 == 0:
        properties["nom"] = None
    return {"type": "Feature", "id": f"p{number}", "geometry": geometry, "properties": properties}


def scattered(count: int) -> list[dict[str, Any]]:
    random = np.random.default_rng(3)
    pairs = zip(random.uniform(-5, 8, count), random.uniform(42, 51, count), strict=True)
    found = [feature(n, {"type": "Point", "coordinates": [x, y]}) for n, (x, y) in enumerate(pairs)]
    return [*found, feature(count, None)]


def drawn(store: Any, grid: Any, z: int, row: int, column: int) -> bytes:
    return asyncio.run(rendering.tile(store, grid, grid.matrices[z], row, column))


def decoded(tile: bytes, name: str = "points") -> list[dict[str, Any]]:
    options = {"y_coord_down": True}
    layers = mapbox_vector_tile.decode(tile, default_options=options)
    assert list(layers) == [name]
    assert layers[name]["extent"] == 4096
    return layers[name]["features"]


def web_tile(longitude: float, latitude: float, z: int) -> tuple[int, int]:
    """Row and column by the formula of the web's maps."""
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return int(y * 2**z), int((longitude + 180) / 360 * 2**z)


def test_a_tile_holds_the_points_that_are_in_its_box() -> None:
    """Those found by arithmetic on longitudes and latitudes, with their properties, each once."""
    features = scattered(2000)
    store = MemoryStore(POINTS, features)
    z = 7
    row, column = web_tile(2.35, 46.5, z)
    found = {each["properties"]["id"]: each for each in decoded(drawn(store, WEB_MERCATOR, z, row, column))}
    inside = {
        each["id"]
        for each in features
        if each["geometry"] and web_tile(*each["geometry"]["coordinates"], z) == (row, column)
    }
    within = {
        name
        for name, each in found.items()
        if all(0 <= value < 4096 for value in each["geometry"]["coordinates"])
    }
    edge = within ^ inside  # rounding may put a point on the other side of the edge
    assert len(inside) > 20
    assert len(edge) <= 2
    for name in inside & within:
        number = int(name[1:])
        expected = {key: value for key, value in features[number]["properties"].items() if value is not None}
        assert found[name]["properties"] == {"id": name, **expected}
        longitude, latitude = features[number]["geometry"]["coordinates"]
        x = ((longitude + 180) / 360 * 2**z - column) * 4096
        y = ((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * 2**z - row) * 4096
        assert found[name]["geometry"]["coordinates"] == pytest.approx([x, y], abs=0.51)


def test_all_tiles_of_a_scale_hold_all_points() -> None:
    """In both grids: no point is lost between two tiles."""
    features = scattered(300)
    store = MemoryStore(POINTS, features)
    for grid, z in ((WEB_MERCATOR, 6), (LAMBERT_93, 8)):
        first, last, left, right = grid.limits(grid.matrices[z], POINTS.extent)
        names = set()
        for row in range(first, last + 1):
            for column in range(left, right + 1):
                tile = drawn(store, grid, z, row, column)
                names |= {each["properties"]["id"] for each in decoded(tile)} if tile else set()
        assert names == {each["id"] for each in features if each["geometry"]}


SHAPES = [
    "POLYGON ((2 46, 3 46, 3 47, 2 47, 2 46), (2.2 46.2, 2.2 46.8, 2.8 46.8, 2.8 46.2, 2.2 46.2))",
    "MULTIPOLYGON (((-1 44, 0 44, 0 45, -1 45, -1 44)), ((1 44, 1.5 44, 1.5 44.5, 1 44.5, 1 44)))",
    "LINESTRING (-4 48, 0 47, 4 48)",
    "MULTILINESTRING ((0 43, 1 43), (2 43, 3 44))",
    "MULTIPOINT (5 45, 6 46)",
    "GEOMETRYCOLLECTION (POINT (7 47), LINESTRING (6 44, 7 45))",
    "POINT Z (4 43 100)",
]


def mixed() -> MemoryStore:
    collection = replace(POINTS, id="formes", geometry=GeometryKind.ANY)
    shapes = [json.loads(shapely.to_geojson(shapely.from_wkt(text))) for text in SHAPES]
    return MemoryStore(collection, [feature(number, shape) for number, shape in enumerate(shapes)])


@pytest.mark.parametrize("grid", [WEB_MERCATOR, LAMBERT_93])
def test_every_kind_of_geometry_is_drawn_where_it_is(grid: Any) -> None:
    """Decoded shapes, put back in degrees, cover the given ones to within a thousandth of the tile."""
    store = mixed()
    z = 4 if grid is WEB_MERCATOR else 5
    bounds = None
    first, last, left, right = grid.limits(grid.matrices[z], POINTS.extent)
    found: dict[str, list[Any]] = {}
    for row in range(first, last + 1):
        for column in range(left, right + 1):
            tile = drawn(store, grid, z, row, column)
            bounds = grid.bounds(grid.matrices[z], row, column)
            for each in decoded(tile, "formes") if tile else []:
                found.setdefault(each["properties"]["id"], []).append(_back(each["geometry"], grid, bounds))
    assert sorted(found) == [f"p{number}" for number in range(len(SHAPES))]
    for number, text in enumerate(SHAPES):
        whole = shapely.union_all(found[f"p{number}"])
        wanted = shapely.force_2d(shapely.from_wkt(text))
        assert whole.hausdorff_distance(wanted) < 0.05
        assert whole.area == pytest.approx(wanted.area, rel=0.01)


def _back(geometry: dict[str, Any], grid: Any, bounds: tuple[float, ...]) -> Any:
    shape = shapely.from_geojson(json.dumps(geometry))
    scale = (bounds[2] - bounds[0]) / 4096
    placed = shapely.transform(
        shape, lambda c: np.column_stack((bounds[0] + c[:, 0] * scale, bounds[3] - c[:, 1] * scale))
    )
    shape = reproject(np.array([placed], dtype=object), grid.crs, crss.CRS84)[0]
    return shapely.intersection(shapely.make_valid(shape), _tile_area(grid, bounds)) if shape.area else shape


def _tile_area(grid: Any, bounds: tuple[float, ...]) -> Any:
    outline = shapely.segmentize(shapely.box(*bounds), (bounds[2] - bounds[0]) / 20)
    return reproject(np.array([outline], dtype=object), grid.crs, crss.CRS84)[0]


def test_gdal_reads_the_tiles(tmp_path: Path) -> None:
    """GDAL's own driver finds layer, attributes and places: the folder's names tell it the tile."""
    store = mixed()
    row, column = web_tile(2.5, 46.5, 5)
    path = tmp_path / "5" / str(column) / f"{row}.pbf"
    path.parent.mkdir(parents=True)
    path.write_bytes(drawn(store, WEB_MERCATOR, 5, row, column))
    meta, table = pyogrio.read_arrow(path)
    assert meta["crs"] == "EPSG:3857"
    rows = {each["id"]: each for each in table.to_pylist()}
    assert rows["p0"]["entier"] == -5
    assert rows["p0"]["ouvert"] is True
    assert rows["p1"]["nom"] == "é1"
    shape = shapely.from_wkb(rows["p0"][next(name for name in table.schema.names if "geom" in name)])
    west, south, east, north = shape.bounds
    assert 222_638 - 2000 < west < 222_638 + 2000  # 2° of longitude times 111,319.49
    assert shape.area / ((east - west) * (north - south)) == pytest.approx(
        1 - 0.36, abs=0.05
    )  # the hole is one


def test_polygons_turn_as_the_standard_wants() -> None:
    """MVT 2.1, 4.3.4.4: the area of an exterior ring is positive in tile coordinates, of an interior one negative."""
    tile = mvt.layer(
        "x",
        np.array(
            [
                shapely.Polygon(
                    [(0, 0), (0, 900), (900, 900), (900, 0)], [[(100, 100), (300, 100), (300, 300)]]
                )
            ],
            dtype=object,
        ),
        [],
    )
    raw = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True, "geojson": False})
    rings = raw["x"]["features"][0]["geometry"]
    rings = rings["coordinates"] if isinstance(rings, dict) else rings
    areas = [shapely.Polygon(ring).area * (1 if shapely.LinearRing(ring).is_ccw else -1) for ring in rings]
    assert areas[0] > 0 > areas[1]


def test_commands_are_those_of_the_specification() -> None:
    """The worked example of MVT 2.1, 4.3.5: a polygon of three points, byte for byte."""
    triangle = commands.drawn(
        np.array([shapely.Polygon([(3, 6), (8, 12), (20, 34)])], dtype=object), np.array([0])
    )
    assert list(triangle[0].content) in _rotations()
    assert bytes([9, 50, 34]) in mvt.layer("x", np.array([shapely.Point(25, 17)], dtype=object), [])
    line = mvt.layer("x", np.array([shapely.LineString([(2, 2), (2, 10), (10, 10)])], dtype=object), [])
    assert bytes([9, 4, 4, 18, 0, 16, 16, 0]) in line
    many = mvt.layer("x", np.array([shapely.MultiPoint([(5, 7), (3, 2)])], dtype=object), [])
    assert bytes([17, 10, 14, 3, 9]) in many


def _rotations() -> list[list[int]]:
    """The same ring, from its other points or turned: GEOS may start elsewhere."""
    points = [(3, 6), (8, 12), (20, 34)]
    found = []
    for order in (points, points[::-1]):
        for start in range(3):
            ring = order[start:] + order[:start]
            steps = [ring[0], *((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ring))]
            codes = [each * 2 if each >= 0 else -each * 2 - 1 for pair in steps for each in pair]
            found.append([9, *codes[:2], 18, *codes[2:], 15])
    return found


def test_numbers_are_written_as_protocol_buffers_want() -> None:
    """Whole arrays and single numbers agree, up to 64 bits."""
    values = np.array([0, 1, 127, 128, 300, 16383, 16384, 2**31, 2**62], np.int64)
    content, starts = varints(values)
    assert content == b"".join(varint(int(each)) for each in values)
    assert varint(300) == b"\xac\x02"  # the documentation's example
    assert starts.tolist()[:4] == [0, 1, 2, 3]
    assert zigzag(np.array([0, -1, 1, -2, 2147483647])).tolist() == [0, 1, 2, 3, 4294967294]
    assert varints(np.array([], np.int64))[0] == b""


def test_values_of_every_kind() -> None:
    """Large and negative integers, numbers, truth values, texts; what is missing has no tag."""
    shapes = np.array([shapely.Point(1, 1), shapely.Point(2, 2)], dtype=object)
    columns = [
        ("grand", Kind.INTEGER, pa.array([2**62 + 1, -(2**40)])),
        ("mesure", Kind.NUMBER, pa.array([math.nan, -1e-300])),
        ("vrai", Kind.BOOLEAN, pa.array([True, None])),
        ("jour", Kind.DATE, pa.array([0, 1], pa.int32()).cast(pa.date32())),
    ]
    layer = mapbox_vector_tile.decode(mvt.layer("x", shapes, columns, pa.array([7, 8])))["x"]
    first, second = layer["features"]
    assert first["id"] == 7
    assert first["properties"] == {"grand": 2**62 + 1, "vrai": True, "jour": "1970-01-01"}
    assert second["properties"] == {"grand": -(2**40), "mesure": -1e-300, "jour": "1970-01-02"}
    assert struct.pack("<d", -1e-300) in mvt.layer("x", shapes, columns)


def test_what_is_out_of_the_tile_or_too_small_is_left_out() -> None:
    """An outline far around a tile is cut at its margin; a line of no length is nothing."""
    square = shapely.box(-50_000, -50_000, 50_000, 50_000)
    tile = mapbox_vector_tile.decode(mvt.layer("x", np.array([square], dtype=object), []))
    ring = tile["x"]["features"][0]["geometry"]["coordinates"][0]
    assert {abs(value) for point in ring for value in point} <= {64, 4096 + 64}
    nothing = [
        shapely.LineString([(5.1, 5.1), (5.2, 5.2)]),
        shapely.box(9000, 9000, 9999, 9999),
        shapely.Point(),
    ]
    assert mvt.layer("x", np.array(nothing, dtype=object), []) == b""


def test_a_crowded_tile_is_thinned_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most as many as allowed, from all over the tile, without properties but the id."""
    monkeypatch.setattr(thinning, "MOST", 500)
    monkeypatch.setattr(rendering, "MOST", 500)
    store = MemoryStore(POINTS, scattered(4000))
    found = decoded(drawn(store, WEB_MERCATOR, 4, *web_tile(2, 46, 4)))
    assert 300 < len(found) <= 500
    assert {tuple(each["properties"]) for each in found} == {("id",)}
    places = np.array([each["geometry"]["coordinates"] for each in found])
    inside = [
        each["geometry"]["coordinates"]
        for each in decoded(drawn(store, WEB_MERCATOR, 4, *web_tile(2, 46, 4)))
    ]
    assert np.ptp(places, axis=0).min() > 0.9 * np.ptp(np.array(inside), axis=0).min()


def test_the_largest_areas_stay_and_the_smallest_become_dots(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large polygon among many tiny ones is kept; the tiny ones are thinned, and drawn as half a pixel."""
    monkeypatch.setattr(thinning, "MOST", 50)
    monkeypatch.setattr(rendering, "MOST", 50)
    random = np.random.default_rng(5)
    tiny = [shapely.box(x, y, x + 1e-4, y + 1e-4) for x, y in random.uniform((0, 44), (4, 48), (300, 2))]
    shapes = [*tiny, shapely.box(1, 45, 3, 47)]
    features = [feature(n, json.loads(shapely.to_geojson(each))) for n, each in enumerate(shapes)]
    store = MemoryStore(replace(POINTS, geometry=GeometryKind.POLYGON), features)
    found = {each["properties"]["id"] for each in decoded(drawn(store, WEB_MERCATOR, 5, *web_tile(2, 46, 5)))}
    assert "p300" in found
    assert len(found) > 1
    assert len(found) <= 50


def test_tiles_are_kept_until_the_data_change() -> None:
    """The store is not asked again for the same version; the cache keeps to its size."""
    store = MemoryStore(POINTS, scattered(50))
    row, column = web_tile(2, 46, 5)
    first = drawn(store, WEB_MERCATOR, 5, row, column)
    asked = len(store.queries)
    assert drawn(store, WEB_MERCATOR, 5, row, column) == first
    assert len(store.queries) == asked
    store.version = "2"
    drawn(store, WEB_MERCATOR, 5, row, column)
    assert len(store.queries) > asked
    cache = rendering.Cache(1000)
    for number in range(10):
        cache.put((number,), b"x" * 300)
    assert cache.get((9,))
    assert not cache.get((0,))


async def until(condition: Callable[[], bool]) -> None:
    """Let the loop turn until the store has seen what it must."""
    while not condition():  # noqa: ASYNC110 - the store knows no event
        await asyncio.sleep(0)


def test_a_tile_that_many_want_is_drawn_once() -> None:
    """Eight maps ask at once: one question to the store; when all leave, the store's work is cancelled."""
    store = MemoryStore(POINTS, scattered(50), delay=0.05)
    place = (WEB_MERCATOR, WEB_MERCATOR.matrices[5], *web_tile(2, 46, 5))

    async def together() -> None:
        tiles = await asyncio.gather(*(rendering.tile(store, *place) for _ in range(8)))
        assert len(set(tiles)) == 1
        assert len(store.queries) == 2  # how many there are, then those
        store.version = "2"
        waiting = [asyncio.create_task(rendering.tile(store, *place)) for _ in range(2)]
        await until(lambda: not len(store.queries) < 3)
        waiting[0].cancel()
        assert (await asyncio.gather(*waiting, return_exceptions=True))[1] == tiles[0]
        assert not store.cancelled
        store.version = "3"
        alone = asyncio.create_task(rendering.tile(store, *place))
        await until(lambda: not len(store.queries) < 5)
        alone.cancel()
        await asyncio.gather(alone, return_exceptions=True)
        await until(lambda: store.cancelled > 0)

    asyncio.run(together())


def test_grids_are_those_of_their_registers() -> None:
    """WebMercatorQuad: OGC 17-083r4, annex D.1; LAMB93_5cm: rok4/tilematrixsets."""
    web = WEB_MERCATOR.document()
    assert web["tileMatrices"][0]["scaleDenominator"] == pytest.approx(559082264.028717, rel=1e-9)
    assert web["tileMatrices"][0]["cellSize"] == pytest.approx(156543.033928041, rel=1e-12)
    assert web["tileMatrices"][24]["scaleDenominator"] == pytest.approx(33.3238997477, rel=1e-9)
    assert web["tileMatrices"][18]["matrixWidth"] == 262144
    lambert = LAMBERT_93.document()["tileMatrices"]
    assert len(lambert) == 23
    assert lambert[22]["cellSize"] == pytest.approx(0.05)
    assert lambert[10]["scaleDenominator"] == pytest.approx(731428.571428571)
    assert (lambert[10]["matrixWidth"], lambert[10]["matrixHeight"]) == (25, 206)


def test_a_grid_answers_nothing_where_its_crs_makes_no_sense() -> None:
    """Lambert-93 far from France, and the world in one tile."""
    assert LAMBERT_93.in_degrees((0, 0, 1000, 1000)) is None
    west, south, east, north = LAMBERT_93.in_degrees(LAMBERT_93.bounds(LAMBERT_93.matrices[0], 0, 0))
    assert west < -5
    assert south < 42
    assert east > 9
    assert north > 51
    assert WEB_MERCATOR.in_degrees(WEB_MERCATOR.bounds(WEB_MERCATOR.matrices[0], 0, 0)) == pytest.approx(
        (-180, -85.06, 180, 85.06), abs=0.01
    )


# --- over HTTP


def ask(path: str, store: Any = None, **headers: str) -> httpx2.Response:
    service = Service(TITLE, {"points": store or MemoryStore(POINTS, scattered(100))})

    async def once() -> httpx2.Response:
        transport = httpx2.ASGITransport(application(service))
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(once())


def test_from_the_landing_page_to_a_tile() -> None:
    """Every address is found by links, as OGC API Tiles wants."""

    def linked(document: dict[str, Any], rel: str, media_type: str) -> str:
        return next(
            each["href"] for each in document["links"] if each["rel"] == rel and each["type"] == media_type
        )

    store = MemoryStore(POINTS, scattered(100))
    rel = "http://www.opengis.net/def/rel/ogc/1.0/"
    landing = ask("/?f=json", store).json()
    schemes = ask(linked(landing, f"{rel}tiling-schemes", "application/json"), store).json()
    assert {each["id"] for each in schemes["tileMatrixSets"]} == set(GRIDS)
    collection = ask("/collections/points?f=json", store).json()
    listed = ask(linked(collection, f"{rel}tilesets-vector", "application/json"), store).json()
    assert [each["tileMatrixSetId"] for each in listed["tilesets"]] == ["WebMercatorQuad", "LAMB93_5cm"]
    tileset = ask(linked(listed["tilesets"][0], "self", "application/json"), store).json()
    assert tileset["layers"][0]["id"] == "points"
    assert tileset["dataType"] == "vector"
    scheme = ask(linked(tileset, f"{rel}tiling-scheme", "application/json"), store).json()
    assert scheme["id"] == "WebMercatorQuad"
    limits = tileset["tileMatrixSetLimits"][5]
    template = linked(tileset, "item", "application/vnd.mapbox-vector-tile")
    for name, value in (
        ("tileMatrix", "5"),
        ("tileRow", limits["minTileRow"]),
        ("tileCol", limits["minTileCol"]),
    ):
        template = template.replace(f"{{{name}}}", str(value))
    tile = ask(template, store)
    assert tile.status_code == 200
    assert tile.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert decoded(tile.content)
    again = ask(template, store, **{"if-none-match": tile.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("WebMercatorQuad/5/0/0", 204),
        ("WebMercatorQuad/5/32/0", 404),
        ("WebMercatorQuad/5/0/32", 404),
        ("WebMercatorQuad/25/0/0", 404),
        ("WebMercatorQuad/-1/0/0", 404),
        ("WebMercatorQuad/5/x/0", 404),
        ("WebMercatorQuad/5/٣/0", 404),
        ("WebMercatorQuad/5/99999999999999999999/0", 404),
        ("Nulle/5/0/0", 404),
        ("WebMercatorQuad/5/0/0?x=1", 400),
        ("WebMercatorQuad?f=tilejson", 200),
        ("LAMB93_5cm?f=tilejson", 404),
    ],
)
def test_addresses_that_are_no_tiles(path: str, status: int) -> None:
    """What the grid does not have is not found; an empty tile is no content."""
    assert ask(f"/collections/points/tiles/{path}").status_code == status


def test_a_collection_without_geometry_has_no_tiles() -> None:
    """Nor far from France a tileset in Lambert-93."""
    plain = MemoryStore(replace(POINTS, geometry=GeometryKind.NONE), [])
    assert ask("/collections/points/tiles/WebMercatorQuad/0/0/0", plain).status_code == 404
    far = MemoryStore(replace(POINTS, crs=crss.offered(crss.CRS84, (55, -21.5, 56, -20.8))), [])
    assert [
        each["tileMatrixSetId"] for each in ask("/collections/points/tiles?f=json", far).json()["tilesets"]
    ] == ["WebMercatorQuad"]
