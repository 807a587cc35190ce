"""Every format, written from the same features and read back by GDAL, Arrow or a plain parser."""

import csv
import io
import json
import math
import re
import subprocess
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from lxml import etree

from cicclo.features.encoding import encode
from cicclo.features.formats import FORMATS
from cicclo.features.model import Collection, GeometryKind, Kind, Link, Property, View
from cicclo.features.ports import About
from cicclo.features.reprojection import reproject
from cicclo.features.resources import application_schema
from cicclo.kernel.text import Text
from cicclo.ogc import crs as crss

LAMBERT = crss.uri("EPSG:2154")
WGS84 = crss.uri("EPSG:4326")
TITLE = Text("Bornes d'essai", "Test points")
PROPERTIES = (
    Property("nom", Kind.STRING),
    Property("Nom", Kind.STRING),  # differs by case only
    Property('clé étrange, "x" <&>', Kind.STRING),
    Property("grand", Kind.INTEGER),
    Property("mesure", Kind.NUMBER),
    Property("ouvert", Kind.BOOLEAN),
    Property("jour", Kind.DATE),
    Property("instant", Kind.INSTANT),
    Property("liste", Kind.JSON),
)
COLLECTION = Collection(
    "bornes-é",
    TITLE,
    properties=PROPERTIES,
    geometry=GeometryKind.POINT,
    crs=(crss.CRS84, WGS84, LAMBERT),
    instants=("instant",),
)
MOMENT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
BASE = "https://example.org/api/collections/bornes"
LINKS = (
    Link(f"{BASE}/items?f=x&limit=10", "self", "application/geo+json"),
    Link(f"{BASE}?f=json", "collection", "application/json", Text("La collection", "The collection")),
)
ROWS: list[dict[str, Any]] = [
    {
        "id": "a/1",
        "nom": 'Hôtel « de "Ville" »\nà côté, 😀 \\ \x07',
        "Nom": "autre",
        PROPERTIES[2].name: "<b>&amp;</b>",
        "grand": 2**62 + 1,
        "mesure": 0.1,
        "ouvert": True,
        "jour": date(2026, 2, 28),
        "instant": datetime(2026, 3, 29, 1, 30, 0, 250_000, tzinfo=UTC),
        "liste": '[1,{"a":"é"}]',
        "geometry": "POINT (2.3522219 48.856614)",
    },
    {
        "id": "b 2",
        "nom": "=1+1",
        "Nom": "",
        PROPERTIES[2].name: None,
        "grand": -(2**53) - 1,
        "mesure": math.nan,
        "ouvert": False,
        "jour": date(1, 1, 1),
        "instant": datetime(1970, 1, 1, tzinfo=UTC),
        "liste": "{}",
        "geometry": "POINT (-61.55 16.25)",
    },
    {"id": "c", "geometry": None},
    {"id": "é", "nom": "+33 1 23 45 67 89", "mesure": -1e-7, "geometry": "POINT EMPTY"},
]
TYPES = {
    Kind.STRING: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("ms", "UTC"),
    Kind.JSON: pa.string(),
}


def batch(
    rows: list[dict[str, Any]], collection: Collection = COLLECTION, crs: str = crss.CRS84
) -> pa.RecordBatch:
    columns = {"id": pa.array([each["id"] for each in rows], pa.string())}
    for each in collection.properties:
        columns[each.name] = pa.array([row.get(each.name) for row in rows], TYPES[each.kind])
    texts = [row["geometry"] for row in rows]
    shapes = np.array([None if text is None else shapely.from_wkt(text) for text in texts], dtype=object)
    columns["geometry"] = pa.array(shapely.to_wkb(reproject(shapes, crss.CRS84, crs)), pa.binary())
    return pa.record_batch(columns)


def about(collection: Collection = COLLECTION, **more: Any) -> About:
    return About(collection, more.pop("view", View()), LINKS, MOMENT, title=TITLE, **more)


def written(name: str, rows: list[dict[str, Any]] = ROWS, **more: Any) -> bytes:
    told = about(**more)
    return b"".join(FORMATS[name].write(told, [batch(rows, told.collection, told.view.crs)]))


def read(tmp_path: Path, name: str, body: bytes, **options: Any) -> tuple[dict[str, Any], pa.Table]:
    """What GDAL reads; row by row from FlatGeobuf, whose columns GDAL 3.12 misreads where a geometry is missing."""
    path = tmp_path / f"features.{FORMATS[name].extension}"
    path.write_bytes(body)
    if name != "flatgeobuf":
        return pyogrio.read_arrow(path, **options)
    meta, fids, shapes, columns = pyogrio.raw.read(path, return_fids=True, **options)
    fields = dict(zip(meta["fields"], (pa.array(each.tolist()) for each in columns), strict=True))
    return meta, pa.table({"fid": fids, **fields, "wkb": pa.array([*shapes], pa.binary())})


def points(table: pa.Table) -> list[Any]:
    column = next(each for each in table.schema.names if pa.types.is_binary(table.schema.field(each).type))
    return [each and shapely.from_wkb(each) for each in table.column(column).to_pylist()]


# --- GeoJSON and its kin


def test_geojson_is_what_was_given() -> None:
    """Standard library's JSON reads the values back, what JSON lacks is null, members come in the agreed order."""
    document = json.loads(written("json", matched=4, returned=4))
    assert list(document) == ["type", "links", "numberMatched", "numberReturned", "timeStamp", "features"]
    assert document["timeStamp"] == "2026-11-24T02:00:00Z"
    assert document["links"][1] == {
        "href": f"{BASE}?f=json",
        "rel": "collection",
        "type": "application/json",
        "title": "La collection",
    }
    first, second, third, fourth = document["features"]
    assert list(first) == ["type", "id", "geometry", "properties"]
    assert first["id"] == "a/1"
    assert first["geometry"] == {"type": "Point", "coordinates": [2.3522219, 48.856614]}
    assert list(first["properties"]) == [each.name for each in PROPERTIES]
    assert first["properties"]["nom"] == ROWS[0]["nom"]
    assert first["properties"]["grand"] == 2**62 + 1
    assert first["properties"]["jour"] == "2026-02-28"
    assert first["properties"]["instant"] == "2026-03-29T01:30:00.250Z"
    assert first["properties"]["liste"] == [1, {"a": "é"}]
    assert second["properties"]["instant"] == "1970-01-01T00:00:00Z"
    assert second["properties"]["mesure"] is None
    assert second["properties"]["Nom"] == ""
    assert third["geometry"] is None
    assert set(third["properties"].values()) == {None}
    assert fourth["geometry"] is None  # RFC 7946, 3.1: empty coordinates may be read as null
    assert fourth["properties"]["mesure"] == -1e-7


def test_geojson_is_read_by_gdal(tmp_path: Path) -> None:
    """GDAL counts the same features, with their geometries."""
    _, table = read(tmp_path, "json", written("json"))
    assert table.num_rows == 4
    assert points(table)[:3] == [shapely.Point(2.3522219, 48.856614), shapely.Point(-61.55, 16.25), None]
    assert table.column("grand").to_pylist()[0] == 2**62 + 1


@pytest.mark.parametrize("name", ["json", "jsonfg", "csv", "ndjson", "geojsonseq", "gml"])
def test_pieces_are_small_whatever_the_number_of_features(name: str) -> None:
    """A text format keeps nothing back: what it holds at once does not grow with the collection."""
    one = batch(ROWS)
    given = 0

    def batches() -> Iterable[pa.RecordBatch]:
        nonlocal given
        for _ in range(50):
            given += 1
            yield one

    sizes = []
    for piece in FORMATS[name].write(about(), batches()):
        sizes.append(len(piece))
        assert len(sizes) >= given  # nothing was read ahead
    assert max(sizes) < 4 * len(written(name))


@pytest.mark.parametrize("name", list(FORMATS))
def test_nothing_is_written_as_nothing(name: str, tmp_path: Path) -> None:
    """An empty result is a valid file without features, with or without an empty batch."""
    for batches in ([], [batch([])]):
        body = b"".join(FORMATS[name].write(about(matched=0, returned=0), batches))
        match name:
            case "geojsonseq" | "ndjson":
                assert body == b""
            case "json" | "jsonfg":
                assert json.loads(body)["features"] == []
            case "csv":
                assert body.count(b"\r\n") == 1
            case "geoparquet":
                assert pq.read_table(pa.BufferReader(body)).num_rows == 0
            case "gml":
                assert b"featureMember" not in body
            case "xlsx":
                with zipfile.ZipFile(io.BytesIO(body)) as book:
                    assert book.read("xl/worksheets/sheet1.xml").count(b"<row") == 1
            case _:
                assert read(tmp_path, name, body)[1].num_rows == 0


def test_sequences_of_features() -> None:
    """RFC 8142: a record separator before, a line feed after; NDJSON: one line each."""
    sequence = written("geojsonseq")
    assert sequence.startswith(b"\x1e")
    assert sequence.endswith(b"\n")
    records = [json.loads(each) for each in sequence.split(b"\x1e")[1:]]
    lines = [json.loads(each) for each in written("ndjson").splitlines()]
    assert records == lines == json.loads(written("json"))["features"]


def test_one_feature() -> None:
    """An item is a Feature with its links, not a collection."""
    for name in ("json", "jsonfg"):
        document = json.loads(written(name, ROWS[:1], single=True, returned=1))
        assert document["type"] == "Feature"
        assert document["id"] == "a/1"
        assert [each["rel"] for each in document["links"]] == ["self", "collection"]


def test_ids_are_numbers_only_where_the_collection_says_so() -> None:
    """An integer key stays a number, a text of digits stays a text."""
    rows = [{"id": "12", "geometry": None}]
    assert json.loads(written("ndjson", rows))["id"] == "12"
    assert (
        json.loads(written("ndjson", rows, collection=replace(COLLECTION, id_kind=Kind.INTEGER)))["id"] == 12
    )


def test_axes_and_decimals_follow_the_crs() -> None:
    """EPSG:4326 is latitude first, EPSG:2154 easting first and rounded to the millimetre; IGN's formulas gave the values."""
    rows = ROWS[:1]
    shown = [encode(batch(rows, crs=crs), COLLECTION, View(crs=crs))[0] for crs in (WGS84, LAMBERT)]
    assert json.loads(shown[0])["geometry"]["coordinates"] == [48.856614, 2.3522219]
    # by IGN's formulas (NT/G 71, algorithm ALG0003), written out by hand; gdaltransform gives the same
    assert json.loads(shown[1])["geometry"]["coordinates"] == [652470.642, 6862036.803]


def test_a_property_may_be_called_id_or_geometry() -> None:
    """Roles of columns are told by their place and type."""
    collection = Collection(
        "x", TITLE, properties=(Property("geometry", Kind.STRING), Property("id", Kind.INTEGER))
    )
    given = pa.RecordBatch.from_arrays(
        [
            pa.array(["f1"]),
            pa.array(["texte"]),
            pa.array([7]),
            pa.array([shapely.to_wkb(shapely.Point(1, 2))]),
        ],
        names=["id", "geometry", "id", "geometry"],
    )
    told = replace(about(), collection=collection)
    for name in FORMATS:
        body = b"".join(FORMATS[name].write(told, [given]))
        assert body
        if name == "ndjson":
            feature = json.loads(body)
            assert feature["properties"] == {"geometry": "texte", "id": 7}
            assert feature["id"] == "f1"
            assert feature["geometry"]["coordinates"] == [1, 2]


def test_json_that_is_no_json_stays_a_text() -> None:
    """A store that does not check its JSON must not break the page."""
    rows = [{"id": "1", "geometry": None, "liste": '{"a":'}, {"id": "2", "geometry": None, "liste": "NaN"}]
    assert [json.loads(each)["properties"]["liste"] for each in written("ndjson", rows).splitlines()] == [
        '{"a":',
        "NaN",
    ]


MIXED = [
    "POINT Z (1 2 3)",
    "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 1 2, 2 2, 2 1, 1 1))",
    "MULTIPOLYGON Z (((0 0 1, 1 0 1, 1 1 1, 0 0 1)), ((5 5 5, 6 5 5, 6 6 5, 5 5 5), (5.2 5.1 5, 5.3 5.1 5, 5.3 5.2 5, 5.2 5.1 5)))",
    "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3, 4 5))",
    "LINESTRING (0 0, 1 1)",
    "MULTIPOINT (1 2, 3 4)",
    "GEOMETRYCOLLECTION (POINT (1 2), POLYGON ((0 0, 1 0, 1 1, 0 0)))",
    "MULTIPOINT (EMPTY, (1 2))",
    "LINESTRING ZM (0 0 1 9, 1 1 3 9)",
    None,
]
EXPECTED = [*MIXED[:7], "MULTIPOINT ((1 2))", "LINESTRING Z (0 0 1, 1 1 3)", None]
ANY = Collection("melange", TITLE, geometry=GeometryKind.ANY, has_z=True, crs=(crss.CRS84H,))


@pytest.mark.parametrize("name", [*(set(FORMATS) - {"csv", "xlsx", "geoparquet", "jsonfg"}), "jsonfg"])
def test_mixed_geometries_in_two_and_three_dimensions(name: str, tmp_path: Path) -> None:
    """Every kind of geometry comes back the same from GDAL; measures are dropped, heights are kept."""
    rows = [{"id": str(number), "geometry": text} for number, text in enumerate(MIXED)]
    found = converted(tmp_path, name, written(name, rows, collection=ANY))
    assert len(found) == len(EXPECTED)
    for read_back, text in zip(found, EXPECTED, strict=True):
        if text is None or read_back is None:
            assert read_back is text
            continue
        wanted = shapely.from_wkt(text).normalize()  # GDAL turns rings as RFC 7946 wants
        same = read_back.geom_type == wanted.geom_type
        shape = (read_back if same else _same(read_back, wanted)).normalize()
        assert shapely.equals_exact(shapely.force_2d(shape), shapely.force_2d(wanted))
        if name != "flatgeobuf":  # holds no heights of mixed kinds
            heights = [shapely.get_coordinates(each, include_z=True)[:, 2] for each in (shape, wanted)]
            assert np.nan_to_num(heights[0]).tolist() == np.nan_to_num(heights[1]).tolist()


def converted(tmp_path: Path, name: str, body: bytes) -> list[Any]:
    """Geometries as `ogr2ogr` gives them: pyogrio refuses layers of any kind with heights."""
    path = tmp_path / f"features.{FORMATS[name].extension}"
    path.write_bytes(body)
    if name == "jsonfg":
        return points(pyogrio.read_arrow(path)[1])
    command = ["ogr2ogr", "-f", "GeoJSONSeq", "/vsistdout/", str(path)]
    lines = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
    shapes = [json.loads(each)["geometry"] for each in lines]
    return [each and shapely.from_geojson(json.dumps(each)) for each in shapes]


def _same(shape: Any, wanted: Any) -> Any:
    """FlatGeobuf and GML read-back may promote a single part."""
    return type(wanted)([shape]) if wanted.geom_type.startswith("Multi") else shape.geoms[0]


# --- files


@pytest.mark.parametrize("name", ["geopackage", "flatgeobuf"])
def test_files_of_gdal(name: str, tmp_path: Path) -> None:
    """Values, types, CRS, nulls, odd names; the temporary file is gone."""
    meta, table = read(tmp_path, name, written(name))
    assert meta["crs"] == "EPSG:4326"
    assert meta["geometry_type"] == "Point"
    assert table.column("id").to_pylist() == ["a/1", "b 2", "c", "é"]
    assert points(table) == [shapely.Point(2.3522219, 48.856614), shapely.Point(-61.55, 16.25), None, None]
    path = tmp_path / f"whole.{FORMATS[name].extension}"
    path.write_bytes(written(name, ROWS[:2]))
    table = pyogrio.read_arrow(path)[1]
    rows = sorted(table.to_pylist(), key=lambda row: row["id"])  # the index has its own order
    first, second = rows[:2]
    assert first["nom"] == ROWS[0]["nom"]
    assert first["Nom_2"] == "autre"
    assert first[PROPERTIES[2].name] == "<b>&amp;</b>"
    assert first["grand"] == 2**62 + 1
    assert first["ouvert"] is True
    assert str(first["jour"])[:10] == "2026-02-28"  # FlatGeobuf has moments only
    assert first["instant"].replace(tzinfo=UTC) == ROWS[0]["instant"]
    assert second["mesure"] is None or math.isnan(second["mesure"])


def test_flatgeobuf_has_an_index_when_every_feature_has_a_geometry(tmp_path: Path) -> None:
    """A box is answered through the index, whose node size stands in the header."""
    body = written("flatgeobuf", ROWS[:2])
    _, table = read(tmp_path, "flatgeobuf", body, bbox=(-62, 16, -61, 17))
    assert table.column("id").to_pylist() == ["b 2"]
    assert len(body) > len(
        written("flatgeobuf", ROWS[:2], collection=replace(COLLECTION, geometry=GeometryKind.NONE))
    )


@pytest.mark.parametrize("name", ["geopackage", "flatgeobuf", "xlsx"])
def test_temporary_files_are_removed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when the client leaves before the end, or the store fails."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    pieces = FORMATS[name].write(about(), [batch(ROWS)])
    next(pieces)
    assert list(tmp_path.iterdir())
    pieces.close()
    assert not list(tmp_path.iterdir())

    def failing() -> Iterable[pa.RecordBatch]:
        yield batch(ROWS)
        raise RuntimeError("the store went away")

    with pytest.raises(Exception, match="the store went away"):
        b"".join(FORMATS[name].write(about(), failing()))
    assert not list(tmp_path.iterdir())


def test_geoparquet_says_what_it_holds() -> None:
    """The metadata of GeoParquet 1.1: encoding, kinds met, box, CRS as PROJJSON, the column of boxes."""
    table = pq.read_table(pa.BufferReader(written("geoparquet")))
    geo = json.loads(table.schema.metadata[b"geo"])
    column = geo["columns"]["geometry"]
    assert geo["version"] == "1.1.0"
    assert geo["primary_column"] == "geometry"
    assert column["encoding"] == "WKB"
    assert column["geometry_types"] == ["Point"]
    assert column["bbox"] == [-61.55, 16.25, 2.3522219, 48.856614]
    assert column["crs"]["id"] == {"authority": "OGC", "code": "CRS84"}
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    rows = table.to_pylist()
    assert rows[0]["grand"] == 2**62 + 1
    assert rows[0]["instant"] == ROWS[0]["instant"]
    assert rows[1]["jour"] == date(1, 1, 1)
    assert rows[0]["bbox"] == {"xmin": 2.3522219, "ymin": 48.856614, "xmax": 2.3522219, "ymax": 48.856614}
    assert rows[2]["geometry"] is None
    assert rows[2]["bbox"] is None


def test_geoparquet_keeps_easting_first_in_iso_wkb() -> None:
    """EPSG:4326 is longitude first in GeoParquet; heights are told the ISO way (type 1001, not a flag)."""
    rows = [{"id": "1", "geometry": "POINT Z (2 48 35)"}]
    collection = replace(ANY, storage_crs=WGS84)
    body = written("geoparquet", rows, collection=collection, view=View(crs=WGS84))
    table = pq.read_table(pa.BufferReader(body))
    wkb = table.column("geometry")[0].as_py()
    assert int.from_bytes(wkb[1:5], "little") == 1001
    assert shapely.from_wkb(wkb).coords[0] == (2, 48, 35)
    assert json.loads(table.schema.metadata[b"geo"])["columns"]["geometry"]["geometry_types"] == ["Point Z"]


def test_geoparquet_goes_out_row_group_by_row_group() -> None:
    """Bytes leave before the last batch is read."""
    one = batch(ROWS[:2] * 15_000)
    taken = []

    def batches() -> Iterable[pa.RecordBatch]:
        for number in range(4):
            taken.append(number)
            yield one

    pieces = FORMATS["geoparquet"].write(about(), batches())
    head = next(pieces)
    assert head.startswith(b"PAR1")
    assert len(taken) < 4
    assert pq.ParquetFile(pa.BufferReader(head + b"".join(pieces))).metadata.num_rows == 120_000


# --- tables


def test_csv_is_read_back() -> None:
    """Python's reader finds the values; formulas are defused, telephone numbers and negative numbers left alone."""
    body = written("csv")
    assert not body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
    names = ["id", "nom", "Nom_2", *(each.name for each in PROPERTIES[2:]), "longitude", "latitude"]
    assert list(rows[0]) == names
    first, second, third, fourth = rows
    assert first["nom"] == ROWS[0]["nom"]
    assert first["grand"] == str(2**62 + 1)
    assert (first["longitude"], first["latitude"]) == ("2.3522219", "48.856614")
    assert first["liste"] == '[1,{"a":"é"}]'
    assert second["nom"] == "'=1+1"
    assert second["ouvert"] == "false"
    assert second["jour"] == "0001-01-01"
    assert second["mesure"] == ""
    assert set(third.values()) == {"c", ""}
    assert fourth["nom"] == "+33 1 23 45 67 89"
    assert float(fourth["mesure"]) == -1e-7


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("+cmd", "'+cmd"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("\t=1", "'\t=1"),
        ("-", "'-"),
        ("-12.5", "-12.5"),
        ("+33 (0)1-23", "+33 (0)1-23"),
        ("'=déjà", "'=déjà"),
        ("a=b", "a=b"),
    ],
)
def test_csv_cells_that_a_spreadsheet_would_run(text: str, cell: str) -> None:
    """OWASP, CSV injection."""
    body = written("csv", [{"id": "1", "nom": text, "geometry": None}])
    assert list(csv.reader(io.StringIO(body.decode(), newline="")))[1][1] == cell


def test_csv_of_other_geometries_is_wkt_that_gdal_reads(tmp_path: Path) -> None:
    """GDAL finds polygons in the column of WKT."""
    collection = replace(COLLECTION, geometry=GeometryKind.POLYGON)
    rows = [{"id": "1", "geometry": "POLYGON ((0.1 0, 1 0, 1 1, 0.1 0))"}]
    body = written("csv", rows, collection=collection)
    path = tmp_path / "x.csv"
    path.write_bytes(body)
    _, table = pyogrio.read_arrow(path, GEOM_POSSIBLE_NAMES="geometry", KEEP_GEOM_COLUMNS="NO")
    assert points(table) == [shapely.from_wkt("POLYGON ((0.1 0, 1 0, 1 1, 0.1 0))")]


def test_xlsx_is_typed_and_without_formulas(tmp_path: Path) -> None:
    """GDAL reads numbers, days, moments and texts from the cells."""
    body = written("xlsx")
    assert b"<f>" not in body
    _, table = read(tmp_path, "xlsx", body)
    rows = table.to_pylist()
    assert [each["id"] for each in rows] == ["a/1", "b 2", "c", "é"]
    assert rows[1]["nom"] == "=1+1"
    assert rows[0]["mesure"] == 0.1
    assert rows[1]["mesure"] is None
    assert rows[0]["longitude"] == 2.3522219
    assert str(rows[0]["grand"]) == str(2**62 + 1)
    assert str(rows[0]["jour"]).startswith("2026-02-28") or str(rows[0]["jour"]).startswith("2026/02/28")


def test_xlsx_says_that_it_cut_a_cell(tmp_path: Path) -> None:
    """A cell holds 32,767 characters."""
    body = written("xlsx", [{"id": "1", "nom": "x" * 40_000, "geometry": None}])
    path = tmp_path / "x.xlsx"
    path.write_bytes(body)
    assert len(pyogrio.list_layers(path)) == 2
    assert "32 767" in str(pyogrio.read_arrow(path, layer="!", HEADERS="DISABLE")[1].to_pylist())


# --- GML and JSON-FG


def test_gml_is_read_by_gdal_with_its_axes(tmp_path: Path) -> None:
    """Latitude stands first in the text of EPSG:4326, and GDAL gives longitude first back."""
    body = written("gml", view=View(crs=WGS84), collection=replace(COLLECTION, storage_crs=WGS84))
    assert b"<gml:pos>48.856614 2.3522219</gml:pos>" in body
    _, table = read(tmp_path, "gml", body)
    assert points(table)[:2] == [shapely.Point(2.3522219, 48.856614), shapely.Point(-61.55, 16.25)]
    rows = table.to_pylist()
    assert [each["gml_id"] for each in rows] == [
        "bornes-é.a_2F_1",
        "bornes-é.b_20_2",
        "bornes-é.c",
        "bornes-é._E9_",
    ]
    assert rows[0]["nom"] == ROWS[0]["nom"].replace("\x07", "\ufffd")
    assert int(rows[0]["grand"]) == 2**62 + 1


def test_gml_has_no_two_equal_ids() -> None:
    """Every GML object has a gml:id of its own, geometries and their parts included."""
    rows = [{"id": str(number), "geometry": text} for number, text in enumerate(MIXED)]
    ids = re.findall(rb'gml:id="([^"]*)"', written("gml", rows, collection=ANY))
    assert len(ids) == len(set(ids)) > len(MIXED)


def test_json_fg_tells_time_and_crs() -> None:
    """In another CRS than CRS84 coordinates stand in `place`; the time is the primary instant, or the interval."""
    document = json.loads(written("jsonfg", view=View(crs=LAMBERT)))
    assert document["conformsTo"][0] == "http://www.opengis.net/spec/json-fg-1/1.0/conf/core"
    assert document["featureType"] == "bornes-é"
    assert document["geometryDimension"] == 0
    assert document["featureSchema"] == f"{BASE}/schema"
    assert document["coordRefSys"] == LAMBERT
    first, _, third, _ = document["features"]
    assert first["geometry"] is None
    assert first["place"]["coordinates"] == [652470.642, 6862036.803]
    assert first["time"] == {"timestamp": "2026-03-29T01:30:00.250Z"}
    assert third["time"] is None
    timed = replace(COLLECTION, instants=("jour", "instant"))
    times = [each["time"] for each in json.loads(written("jsonfg", collection=timed))["features"]]
    assert times[0] == {"interval": ["2026-02-28", "2026-03-29T01:30:00.250Z"]}
    assert times[2] is None


@pytest.mark.parametrize("crs", [crss.CRS84, WGS84, LAMBERT])
@pytest.mark.parametrize("instants", [(), ("jour",), ("instant",), ("jour", "instant")])
def test_json_fg_is_valid(crs: str, instants: tuple[str, ...]) -> None:
    """By the schemas of JSON-FG 1.0, for a page and for one feature."""
    collection = replace(COLLECTION, instants=instants)
    folder = Path(__file__).parent / "json_fg"
    for name, single in (("featurecollection", False), ("feature", True)):
        schema = json.loads((folder / f"{name}.min.json").read_text())
        rows = ROWS[:1] if single else ROWS
        document = json.loads(
            written("jsonfg", rows, collection=collection, view=View(crs=crs), single=single)
        )
        errors = list(jsonschema.Draft202012Validator(schema).iter_errors(document))
        assert not errors, errors[0]


def test_json_fg_of_every_kind_of_geometry_is_valid() -> None:
    """Mixed kinds with heights, in CRS84h."""
    rows = [{"id": str(number), "geometry": text} for number, text in enumerate(MIXED)]
    document = json.loads(written("jsonfg", rows, collection=ANY))
    schema = json.loads((Path(__file__).parent / "json_fg" / "featurecollection.min.json").read_text())
    assert not list(jsonschema.Draft202012Validator(schema).iter_errors(document))
    assert document["coordRefSys"] == crss.CRS84H


def test_the_application_schema_names_the_elements_of_the_gml() -> None:
    """Every element that is written is declared, once, in the order in which it is written."""
    space = BASE
    schema = etree.fromstring(application_schema.written(COLLECTION, space))
    declared = [
        each.get("name") for each in schema.iter("{*}element") if each.getparent().tag.endswith("sequence")
    ]
    feature = etree.fromstring(written("gml", ROWS[:1])).find(".//{*}featureMember")[0]
    assert feature.tag == f"{{{space}}}{schema.find('{*}element').get('name')}"
    elements = [etree.QName(each) for each in feature]
    assert [each.localname for each in elements] == declared
    assert {each.namespace for each in elements} == {schema.get("targetNamespace")}
    assert len(set(declared)) == len(declared)
