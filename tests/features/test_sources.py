"""Files are read whole: what is wrong in them is repaired or refused, and always told."""

import contextlib
import datetime as dt
import json
import random
import sqlite3
import struct
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio.raw
import pytest
import shapely

from cicclo.features.errors import BadSource
from cicclo.features.model import GeometryKind, Kind
from cicclo.features.sources import Account, Prepared, prepare
from cicclo.hub.demo.peers import DATA
from cicclo.ogc.crs import CRS84

DEMO = DATA / "hauts-de-france"
LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/2154"


def read(prepared: Prepared) -> pa.Table:
    """Every batch, after a look at the promise that nothing is lost silently."""
    batches = list(prepared.batches)
    account = prepared.account
    assert account.read == account.kept + account.refused
    table = pa.Table.from_batches(batches) if batches else pa.table({"id": pa.array([], pa.string())})
    assert account.kept == table.num_rows
    assert len(set(table["id"].to_pylist())) == table.num_rows, "identifiers are unique"
    return table


def only(path: Path, **options: str) -> tuple[pa.Table, Prepared]:
    (prepared,) = prepare(str(path), **options)
    return read(prepared), prepared


def everything(path: Path) -> list[pa.Table]:
    return [read(prepared) for prepared in prepare(str(path))]


def told(account: Account) -> dict[str, int]:
    return {remark.code: remark.count for remark in account.remarks}


def geojson(path: Path, *features: dict) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}), "utf-8")
    return path


def feature(geometry: object, **properties: object) -> dict:
    made = {"type": "Feature", "properties": properties, "geometry": geometry}
    return made | ({"id": properties.pop("_id")} if "_id" in properties else {})


def point(x: float, y: float, *more: float) -> dict:
    return {"type": "Point", "coordinates": [x, y, *more]}


def wkb(*shapes: object) -> np.ndarray:
    return np.array([None if each is None else shapely.to_wkb(each) for each in shapes], object)


def write(
    path: Path, shapes: np.ndarray, columns: dict[str, np.ndarray] | None = None, **more: object
) -> Path:
    columns = columns or {"n": np.arange(len(shapes))}
    options = {"crs": "EPSG:2154", "geometry_type": "Unknown", **more}
    pyogrio.raw.write(path, shapes, list(columns.values()), list(columns), **options)
    return path


SQUARE = shapely.box(650_000, 6_860_000, 650_100, 6_860_100)
BOW_TIE = shapely.Polygon(
    [(650_000, 6_860_000), (650_100, 6_860_100), (650_100, 6_860_000), (650_000, 6_860_100)]
)


@pytest.mark.parametrize("driver", ["GPKG", "FlatGeobuf", "ESRI Shapefile", "GeoJSON", "parquet", "zip"])
def test_the_same_data_reads_the_same_from_every_format(tmp_path, driver):
    """Real communes, written by GDAL in each format, come back with their values and coordinates."""
    source = json.loads((DEMO / "epci_hauts_de_france.geojson").read_text("utf-8"))["features"]
    shapes = [shapely.from_geojson(json.dumps(each["geometry"])) for each in source]
    rows = [each["properties"] for each in source]
    columns = {
        "code": np.array([row["code"] for row in rows], object),
        "nom": np.array([row["nom"] for row in rows], object),
        "population": np.array([row["population"] for row in rows]),
    }
    path = _written(tmp_path, driver, wkb(*shapes), columns)
    table, prepared = only(path, id_column="code")
    found = {row["id"]: row for row in table.to_pylist()}
    assert prepared.account.refused == 0
    assert prepared.collection.storage_crs == CRS84
    assert len(found) == len(rows)
    for row, shape in zip(rows, shapes, strict=True):
        mine = found[row["code"]]
        assert (mine["nom"], mine["population"]) == (row["nom"], row["population"])
        assert shapely.from_wkb(mine["geometry"]).normalize().equals_exact(shape.normalize(), 1e-9)


def _written(folder: Path, driver: str, shapes: np.ndarray, columns: dict[str, np.ndarray]) -> Path:
    if driver == "parquet":
        geo = {
            "version": "1.1.0",
            "primary_column": "geom",
            "columns": {"geom": {"encoding": "WKB", "geometry_types": []}},
        }
        table = pa.table(
            {
                **{name: pa.array(values) for name, values in columns.items()},
                "geom": pa.array(shapes, pa.binary()),
            }
        )
        pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), folder / "epci.parquet")
        return folder / "epci.parquet"
    named = {"GPKG": "gpkg", "FlatGeobuf": "fgb", "GeoJSON": "geojson"}
    options = {"crs": "EPSG:4326", "driver": "ESRI Shapefile" if driver == "zip" else driver}
    path = write(folder / f"epci.{named.get(driver, 'shp')}", shapes, columns, **options)
    if driver != "zip":
        return path
    with zipfile.ZipFile(folder / "epci.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.glob("epci.*")):
            if part.suffix != ".zip":
                archive.write(part, f"dossier é/{part.name}")
    return folder / "epci.zip"


def test_kinds_follow_the_columns(tmp_path):
    """Each kind has the Arrow type that the model documents, whatever GDAL gave."""
    path = geojson(
        tmp_path / "kinds.geojson",
        feature(
            point(2, 48),
            t="é",
            i=1,
            n=1.5,
            b=True,
            d="2024-02-29",
            m="2024-02-29T10:00:00+02:00",
            o={"a": 1},
            a=[1],
        ),
    )
    table, prepared = only(path)
    kinds = {each.name: each.kind for each in prepared.collection.properties}
    assert kinds == {
        "t": Kind.STRING, "i": Kind.INTEGER, "n": Kind.NUMBER, "b": Kind.BOOLEAN,
        "d": Kind.DATE, "m": Kind.INSTANT, "o": Kind.JSON, "a": Kind.JSON,
    }  # fmt: skip
    assert table.schema.field("m").type == pa.timestamp("ms", "UTC")
    row = table.to_pylist()[0]
    assert row["d"] == dt.date(2024, 2, 29)
    assert row["m"].isoformat() == "2024-02-29T08:00:00+00:00"
    assert (row["o"], row["a"]) == ('{"a":1}', "[1]")


def test_invalid_geometries_are_repaired_or_refused(tmp_path):
    """A bow tie becomes two triangles; a collapsed polygon and an infinite point are refused by name."""
    flat = shapely.Polygon([(650_000, 6_860_000), (650_100, 6_860_000), (650_000, 6_860_000)])
    endless = shapely.LineString([(650_000, 6_860_000), (np.inf, 6_860_000)])
    path = write(tmp_path / "bad.gpkg", wkb(SQUARE, BOW_TIE, flat, endless, None), driver="GPKG")
    table, prepared = only(path)
    assert table["id"].to_pylist() == ["1", "2", "5"]
    assert told(prepared.account) == {
        "geometry-repaired": 1, "geometry-beyond-repair": 1, "coordinates-not-finite": 1, "geometry-mixed": 2
    }  # fmt: skip
    assert shapely.from_wkb(table["geometry"][1].as_py()).area == pytest.approx(5000)
    refusals = {remark.code: remark.examples for remark in prepared.account.remarks if remark.refused}
    assert refusals == {"geometry-beyond-repair": ("3",), "coordinates-not-finite": ("4",)}


def test_a_repaired_multiple_geometry_stays_multiple(tmp_path):
    """A repair does not make a layer of multipolygons a layer of mixed types."""
    twice = shapely.MultiPolygon([SQUARE, SQUARE])
    path = write(tmp_path / "m.gpkg", wkb(shapely.MultiPolygon([SQUARE]), twice), driver="GPKG")
    table, prepared = only(path)
    assert prepared.collection.geometry is GeometryKind.MULTIPOLYGON
    assert [shapely.from_wkb(each).geom_type for each in table["geometry"].to_pylist()] == [
        "MultiPolygon"
    ] * 2


def test_heights_are_kept_and_measures_dropped(tmp_path):
    """Z is served; M has no place in any encoding served, so it goes, and that is said."""
    path = tmp_path / "zm.gpkg"
    full = shapely.to_wkb(
        shapely.from_wkt(
            ["POINT ZM (650000 6860000 35 7)", "POINT M (650001 6860000 7)", "POINT (650002 6860000)"]
        ),
        output_dimension=4,
        flavor="iso",
    )
    write(path, full, driver="GPKG")
    table, prepared = only(path)
    found = shapely.from_wkb(table["geometry"].to_pylist())
    assert told(prepared.account)["measures-dropped"] == 2
    assert not shapely.has_m(found).any()
    assert shapely.has_z(found).tolist() == [True, False, False]
    assert found[0].z == 35
    assert prepared.collection.has_z


@pytest.mark.filterwarnings("ignore:Registering non-standard")
def test_curves_are_straightened_and_surfaces_of_triangles_refused(tmp_path):
    """GeoPackages of cadastre and roads hold arcs: they come as segments, told; a TIN has no equivalent."""
    arc = struct.pack("<BIIdddddd", 1, 8, 3, 650_000, 6_860_000, 650_050, 6_860_050, 650_100, 6_860_000)
    triangle = SQUARE.exterior.coords[:3]
    tin = struct.pack("<BII", 1, 16, 1) + struct.pack("<BIII", 1, 17, 1, 4)
    tin += b"".join(struct.pack("<dd", *each) for each in (*triangle, triangle[0]))
    line = shapely.to_wkb(shapely.LineString([(650_000, 6_860_000), (650_100, 6_860_000)]))
    path = write(tmp_path / "c.gpkg", np.array([line, arc, tin], object), driver="GPKG")
    table, prepared = only(path)
    assert table["id"].to_pylist() == ["1", "2"]
    assert told(prepared.account) == {"geometry-linearised": 1, "geometry-unreadable": 1}
    half = shapely.from_wkb(table["geometry"][1].as_py())
    assert half.length == pytest.approx(50 * np.pi, rel=1e-3)


def test_empty_geometries_become_null(tmp_path):
    """`POINT EMPTY` is no place: the feature stays, without geometry."""
    path = write(tmp_path / "e.gpkg", wkb(shapely.Point(), shapely.Point(650_000, 6_860_000)), driver="GPKG")
    table, prepared = only(path)
    assert table["geometry"].is_null().to_pylist() == [True, False]
    assert told(prepared.account)["geometry-empty"] == 1


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_file_without_crs_is_refused_with_the_remedy(tmp_path):
    """No system, no place on Earth: the person says which, and the file is then read."""
    path = write(tmp_path / "n.shp", wkb(SQUARE), crs=None, geometry_type="Polygon", driver="ESRI Shapefile")
    with pytest.raises(BadSource) as refused:
        prepare(str(path))
    assert "--crs" in refused.value.say("fr")
    _, prepared = only(path, crs="EPSG:2154")
    assert prepared.collection.storage_crs == LAMBERT
    with pytest.raises(BadSource, match="unknown system"):
        prepare(str(path), crs="EPSG:1")


def test_a_definition_without_code_is_recognised(tmp_path):
    """ESRI's .prj of Lambert-93 has no EPSG code; it is Lambert-93 all the same."""
    path = write(tmp_path / "l.shp", wkb(SQUARE), geometry_type="Polygon", driver="ESRI Shapefile")
    assert "EPSG" not in (tmp_path / "l.prj").read_text()
    assert only(path)[1].collection.storage_crs == LAMBERT


def test_coordinates_that_no_place_has(tmp_path):
    """Latitude 95 is refused; a French layer with a point near Greenwich and the equator is told to look again."""
    path = geojson(tmp_path / "far.geojson", feature(point(2, 95)), feature(point(2, 48)))
    table, prepared = only(path)
    assert told(prepared.account)["coordinates-impossible"] == 1
    assert table.num_rows == 1
    path = write(tmp_path / "swapped.gpkg", wkb(shapely.Point(2.3, 48.8), SQUARE.centroid), driver="GPKG")
    table, prepared = only(path)
    assert told(prepared.account)["coordinates-outside"] == 1
    assert table.num_rows == 2


def test_identifiers_named_by_the_person_stay_unique(tmp_path):
    """The later of two equal identifiers gets a suffix, never one that another feature has; a missing one is numbered."""
    codes = np.array(["A", "B", "A", None, "A-2", "", "A"], object)
    path = write(tmp_path / "d.gpkg", wkb(*[SQUARE] * 7), {"code": codes}, driver="GPKG")
    table, prepared = only(path, id_column="code")
    assert table["id"].to_pylist() == ["A", "B", "A-2'", "row-4", "A-2", "row-6", "A-3"]
    assert told(prepared.account) == {"id-duplicate": 2, "id-missing": 2}
    assert table["code"].to_pylist() == codes.tolist(), "the column itself is served as it is"


def test_a_usual_column_identifies_when_it_is_unique(tmp_path):
    """`id` is used when each feature has its own; else the file's numbers are, and the column keeps another name."""
    one = geojson(
        tmp_path / "one.geojson", feature(point(2, 48), _id="x"), feature(point(3, 48), _id="y/é 1")
    )
    table, prepared = only(one)
    assert table["id"].to_pylist() == ["x", "y/é 1"]
    assert [each.name for each in prepared.collection.properties] == []
    two = geojson(tmp_path / "two.geojson", feature(point(2, 48), _id="x"), feature(point(3, 48), _id="x"))
    table, prepared = only(two)
    assert table["id_2"].to_pylist() == ["x", "x"]
    assert told(prepared.account)["id-not-unique"] == 1
    with pytest.raises(BadSource, match="no column"):
        prepare(str(one), id_column="absent")


def test_row_numbers_are_announced_as_unstable(tmp_path):
    """A Shapefile has no identifiers of its own; whoever links to features is warned."""
    path = write(tmp_path / "r.shp", wkb(SQUARE, SQUARE), geometry_type="Polygon", driver="ESRI Shapefile")
    table, prepared = only(path)
    assert table["id"].to_pylist() == ["1", "2"]
    assert told(prepared.account)["id-row-number"] == 2


def test_dates_that_no_calendar_has_are_nulled_not_shifted(tmp_path):
    """GDAL reads 30 February as 2 March, in GeoJSON and in GeoPackage: we say it is none."""
    path = geojson(
        tmp_path / "d.geojson", feature(point(2, 48), d="2022-02-28"), feature(point(2, 48), d="2022-02-30")
    )
    table, prepared = only(path)
    assert table["d"].to_pylist() == [dt.date(2022, 2, 28), None]
    assert told(prepared.account)["date-impossible"] == 1
    path = write(
        tmp_path / "d.gpkg",
        wkb(SQUARE, SQUARE, SQUARE),
        {"d": np.array(["2022-02-28"] * 3, "datetime64[D]")},
        driver="GPKG",
    )
    _edited(
        path, "update d set d = '2022-02-30' where fid = 2", "update d set d = '10000-01-01' where fid = 3"
    )
    table, prepared = only(path)
    assert table["d"].to_pylist() == [dt.date(2022, 2, 28), None, None]
    assert told(prepared.account)["date-impossible"] == 2


def _edited(path: Path, *statements: str) -> None:
    database = sqlite3.connect(path)
    for (name,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
        database.execute(f'drop trigger "{name}"')
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def test_texts_that_are_not_utf8(tmp_path):
    """A GeoPackage must hold UTF-8; some hold Windows-1252, which is read as such and told."""
    path = write(
        tmp_path / "t.gpkg", wkb(SQUARE, SQUARE), {"nom": np.array(["Évry", "Paris"], object)}, driver="GPKG"
    )
    _edited(
        path,
        "update t set nom = cast(x'c976727900' as text) where fid = 1",
        "update t set nom = cast(x'c9767279' as text) where fid = 1",
    )
    table, prepared = only(path)
    assert table["nom"].to_pylist() == ["Évry", "Paris"]
    assert told(prepared.account)["text-not-utf8"] == 1


@pytest.mark.parametrize("name", ["id", "code"])
def test_identifiers_that_are_not_utf8(tmp_path, name):
    """An identifier goes into addresses: it is made readable like any text."""
    codes = {name: np.array(["a", "b"], object)}
    path = write(tmp_path / "i.gpkg", wkb(SQUARE, SQUARE), codes, driver="GPKG")
    _edited(path, f"update i set {name} = cast(x'e974e9' as text) where fid = 1")
    assert only(path, id_column=name)[0]["id"].to_pylist() == ["été", "b"]


def test_a_geojson_in_another_character_set(tmp_path):
    """GeoJSON must be UTF-8; one that is not is read all the same, and told."""
    path = tmp_path / "g.geojson"
    made = {"type": "FeatureCollection", "features": [feature(point(2, 48), nom="Évry")]}
    path.write_bytes(json.dumps(made, ensure_ascii=False).encode("cp1252"))
    table, prepared = only(path)
    assert table["nom"].to_pylist() == ["Évry"]
    assert told(prepared.account)["text-not-utf8"] == 1


def test_the_character_set_of_a_shapefile(tmp_path):
    """Without .cpg the bytes decide: UTF-8 is recognised, Windows-1252 is what the person says or GDAL's default."""
    names = {"nom": np.array(["Évreux", "Nœux"], object)}
    utf8 = write(
        tmp_path / "u.shp",
        wkb(SQUARE, SQUARE),
        names,
        geometry_type="Polygon",
        driver="ESRI Shapefile",
        encoding="UTF-8",
    )
    (tmp_path / "u.cpg").unlink()
    table, prepared = only(utf8)
    assert table["nom"].to_pylist() == ["Évreux", "Nœux"]
    assert told(prepared.account)["encoding-guessed"] == 0
    old = write(
        tmp_path / "w.shp",
        wkb(SQUARE, SQUARE),
        names,
        geometry_type="Polygon",
        driver="ESRI Shapefile",
        encoding="CP1252",
    )
    (tmp_path / "w.cpg").unlink()
    assert only(old, encoding="CP1252")[0]["nom"].to_pylist() == ["Évreux", "Nœux"]


def test_real_charging_points_in_csv():
    """The national schema of charging points puts longitude and latitude in one column; codes keep their zeros."""
    table, prepared = only(DEMO / "irve_statique_hauts_de_france.csv")
    kinds = {each.name: each.kind for each in prepared.collection.properties}
    assert (kinds["code_insee_commune"], kinds["nbre_pdc"], kinds["gratuit"], kinds["date_maj"]) == (
        Kind.STRING, Kind.INTEGER, Kind.BOOLEAN, Kind.DATE,
    )  # fmt: skip
    row = table.to_pylist()[0]
    assert row["code_insee_commune"] == "02018"
    assert shapely.from_wkb(row["geometry"]) == shapely.Point(3.44331, 49.504681)
    assert table.num_rows == 1008
    assert prepared.collection.geometry is GeometryKind.POINT


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Nom;X;Y;Hauteur\nÉglise;2,35;48,85;12,5\nPont;;;\n", "utf-8"),
        ("nom,latitude,longitude,hauteur\nÉglise,48.85,2.35,12.5\nPont,,,\n", "cp1252"),
        ("nom\tgeo_point_2d\thauteur\nÉglise\t48.85, 2.35\t12.5\nPont\t\t\n", "utf-16"),
        ("nom|wkt|hauteur\nÉglise|SRID=4326;POINT (2.35 48.85)|12.5\nPont||\n", "utf-8-sig"),
        ('nom;geo_shape;hauteur\nÉglise;"{""type"":""Point"",""coordinates"":[2.35,48.85]}";12,5\nPont;;\n', "utf-8"),
    ],
)  # fmt: skip
def test_coordinates_of_a_table(tmp_path, text, encoding):
    """Separators, decimal commas, character sets and names of coordinates as they are met in open data."""
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode(encoding))
    table, prepared = only(path)
    row, without = table.to_pylist()
    assert (row.get("nom", row.get("Nom")), row.get("hauteur", row.get("Hauteur"))) == ("Église", 12.5)
    assert shapely.from_wkb(row["geometry"]) == shapely.Point(2.35, 48.85)
    assert without["geometry"] is None
    assert prepared.collection.storage_crs == CRS84


def test_a_table_in_lambert_says_so_or_is_refused(tmp_path):
    """Metres without a system are refused; a name that tells Lambert-93, or the person, is enough."""
    path = tmp_path / "m.csv"
    path.write_text("x;y\n650000;6860000\n", "utf-8")
    with pytest.raises(BadSource):
        prepare(str(path))
    assert only(path, crs="EPSG:2154")[1].collection.storage_crs == LAMBERT
    path.write_text("x_l93;y_l93\n650000;6860000\n", "utf-8")
    assert only(path)[1].collection.storage_crs == LAMBERT


def test_unreadable_values_of_a_table(tmp_path):
    """A wrong coordinate leaves the feature without place; a row with too many values is refused; both are told."""
    path = tmp_path / "u.csv"
    path.write_text("lon,lat,d\n2,48,2022-02-30\nabc,48,2022-02-28\n1,2,3,4\n2,,2022-01-01\n", "utf-8")
    table, prepared = only(path)
    assert table.num_rows == 3
    assert prepared.account.refused == 1
    assert told(prepared.account) | {"id-row-number": 0} == {
        "row-malformed": 1, "coordinates-unreadable": 2, "date-impossible": 1, "id-row-number": 0
    }  # fmt: skip
    assert table["geometry"].is_null().to_pylist() == [False, True, True]


def test_a_column_that_changes_its_kind_late_stays_text(tmp_path):
    """All values are looked at before a kind is chosen: the last row counts as much as the first."""
    path = tmp_path / "late.csv"
    path.write_text("lon,lat,v\n" + "2,48,1\n" * 20_000 + "2,48,1 bis\n", "utf-8")
    table, _ = only(path)
    assert table["v"].to_pylist()[-1] == "1 bis"


def test_names_that_we_use_ourselves(tmp_path):
    """A column named `geometry` or `id` that is neither keeps its values under another name."""
    path = tmp_path / "n.csv"
    path.write_text("id,geometry,x,y,x,\n1,POINT (2 48),a,b,c,d\n1,POINT (3 48),a,b,c,e\n", "utf-8")
    table, prepared = only(path)
    assert [each.name for each in prepared.collection.properties] == ["id_2", "x", "y", "x_2", "column_6"]
    assert table["id_2"].to_pylist() == [1, 1]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.gpkg", b""),
        ("text.gpkg", b"hello"),
        ("x.geojson", b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry"'),
        ("x.json", b'{"a": 1}'),
        ("x.parquet", b"PAR1 not really"),
        ("x.csv", b""),
        ("x.fgb", b"fgb\x03fgb\x00" + b"\xff" * 64),
        ("x.zip", b"PK\x03\x04 not an archive"),
        ("x.shp", b"\x00\x00\x27\x0a" + bytes(96)),
        ("x.vrt", b"<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"),
        ("x.gml", b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>"),
    ],
)  # fmt: skip
def test_files_that_are_not_what_they_seem(tmp_path, name, content):
    """Nothing but BadSource comes out of a broken or foreign file, with the name of the file."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadSource) as refused:
        everything(path)
    assert name.partition(".")[0] in refused.value.at


def test_a_truncated_geopackage_is_refused(tmp_path):
    """Half a file never becomes half a layer."""
    rng = np.random.default_rng(1)
    shapes = shapely.to_wkb(shapely.points(rng.uniform(100_000, 900_000, 20_000), 6_500_000))
    path = write(tmp_path / "t.gpkg", shapes, driver="GPKG")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BadSource):
        everything(path)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("driver", ["GPKG", "FlatGeobuf", "GeoJSON", "parquet", "zip", "csv"])
def test_damaged_files_are_read_or_refused(tmp_path, driver):
    """Bytes changed at random and files cut short: a layer with a true account, or BadSource; nothing else, ever."""
    codes = {
        "code": np.array([f"é{n}" for n in range(40)], object),
        "nom": np.array(["x" * n for n in range(40)], object),
    }
    if driver == "csv":
        path = tmp_path / "epci.csv"
        path.write_text("nom;lon;lat;d\n" + "é;2,5;48,1;2020-01-01\n" * 40, "utf-8")
    else:
        path = _written(tmp_path, driver, wkb(*[SQUARE] * 40), codes)
    good, rng = path.read_bytes(), random.Random(driver)
    damaged = tmp_path / f"damaged{path.suffix}"
    for _ in range(60):
        content = bytearray(good[: rng.randrange(len(good))] if rng.random() < 0.3 else good)
        for _ in range(rng.choice((1, 3, 20)) if content else 0):
            content[rng.randrange(len(content))] = rng.randrange(256)
        damaged.write_bytes(content)
        with contextlib.suppress(BadSource):
            everything(damaged)


def test_a_header_on_several_lines(tmp_path):
    """A name of a column may hold a line break; it is one header all the same."""
    path = tmp_path / "h.csv"
    path.write_text('"nom\ncomplet",lon,lat\n"Église\nde Lens",2.5,50.4\n', "utf-8")
    table, _ = only(path)
    assert table["nom\ncomplet"].to_pylist() == ["Église\nde Lens"]


def test_a_zip_bomb_is_refused_before_it_swells(tmp_path):
    """A member of 80 MB in 80 KB is no data."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("b.csv", "w") as member:
        for _ in range(80):
            member.write(bytes(1024 * 1024))
    with pytest.raises(BadSource, match="swell"):
        prepare(str(path))


def test_layers_of_one_file(tmp_path):
    """Each layer is a collection; one can be asked for; tables of styles are no data."""
    path = tmp_path / "two.gpkg"
    for name in ("Voies ferrées", "communes"):
        write(path, wkb(SQUARE), driver="GPKG", layer=name, append=path.exists())
    write(
        path,
        wkb(None),
        {"styleName": np.array(["s"], object)},
        driver="GPKG",
        layer="layer_styles",
        append=True,
    )
    assert [each.collection.id for each in prepare(str(path))] == ["Voies_ferrees", "communes"]
    assert [each.collection.id for each in prepare(str(path), layer="communes")] == ["communes"]
    with pytest.raises(BadSource):
        prepare(str(path), layer="absent")


def test_a_table_without_geometry(tmp_path):
    """Attributes alone are a collection too, without geometry."""
    path = tmp_path / "a.csv"
    path.write_text("nom,valeur\na,1\nb,\n", "utf-8")
    table, prepared = only(path)
    assert prepared.collection.geometry is GeometryKind.NONE
    assert table["geometry"].null_count == 2
    assert table["valeur"].to_pylist() == [1, None]
