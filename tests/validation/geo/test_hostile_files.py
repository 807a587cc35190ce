"""Damaged, lying and hostile geographic files end in a clear word, never in a crash, a fetch or a full disk."""

import io
import json
import shutil
import socket
import sqlite3
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from cicclo.validation import archives
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.geo.actions import validate_geodata
from cicclo.validation.model import Options

from .layers import faults, here, judge, square, write


def refused(path: Path) -> SourceUnreadable:
    with pytest.raises(SourceUnreadable) as caught:
        judge(path)
    error = caught.value
    assert error.say("fr")
    assert error.remedy.en
    return error


@pytest.mark.parametrize("name", ["empty.gpkg", "empty.geojson", "empty.shp", "empty.parquet"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert refused(tmp_path / name).at == name


@pytest.mark.parametrize("name", ["noise.gpkg", "noise.geojson", "noise.fgb", "noise.gml", "noise.zip"])
def test_noise_under_a_good_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes(range(256)) * 40)
    assert refused(tmp_path / name).kind == "format-error"


@pytest.mark.parametrize("name", ["layer.gpkg", "layer.fgb", "layer.geojson", "layer.gml", "layer.parquet"])
def test_a_file_cut_in_its_middle(tmp_path: Path, name: str) -> None:
    shapes = [here(square(20.0 * i, 0)) for i in range(3000)]
    path = tmp_path / name
    if name.endswith("parquet"):
        path = parquet(path, shapes)
    else:
        write(path, shapes, srs="EPSG:4326" if name.endswith("geojson") else "EPSG:2154")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    for side in tmp_path.glob("*.xsd"):
        side.unlink()
    refused(path)


def parquet(path: Path, shapes: list[object]) -> Path:
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Polygon"]}},
    }
    table = pa.table({"geometry": [shapely.to_wkb(one) for one in shapes]})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    return path


@pytest.mark.parametrize("name", ["layer.gpkg", "layer.fgb", "layer.shp"])
def test_noise_in_the_middle_never_crashes(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, [here(square(20.0 * i, 0)) for i in range(3000)])
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 20_000] = bytes((i * 37) % 256 for i in range(20_000))
    path.write_bytes(whole)
    try:
        report = judge(path)
    except SourceUnreadable:
        return
    assert not report.valid or report.notices


def test_a_geometry_whose_bytes_are_damaged(tmp_path: Path) -> None:
    path = write(tmp_path / "bytes.gpkg", [here(square(0, 0)), here(square(20, 0))])
    with sqlite3.connect(path) as store:
        store.execute("pragma trusted_schema=off")
        for (name,) in store.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            store.execute(f'drop trigger "{name}"')
        (blob,) = store.execute("select geom from bytes where fid = 2").fetchone()
        store.execute("update bytes set geom = ? where fid = 2", (blob[:60],))
    found = faults(path)
    assert [(fault.where, fault.requirement.split("/")[1]) for fault in found] == [("bytes/2", "geometry")]


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_shapefile_without_one_of_its_parts(tmp_path: Path, part: str) -> None:
    path = write(tmp_path / "parts.shp", [here(square(0, 0))])
    path.with_suffix(part).unlink()
    if part == ".shx":
        assert ".shx" in refused(path).say("fr")
    else:
        assert [fault.kind for fault in faults(path)] == ["FILE_MISSING_MANDATORY"]
    assert not path.with_suffix(part).exists()  # nothing is written beside the user's file


def test_a_cpg_that_lies(tmp_path: Path) -> None:
    path = write(tmp_path / "cpg.shp", [here(square(0, 0))], columns={"name": ["Évreux"]})
    path.with_suffix(".cpg").write_text("ISO-8859-1")
    (fault,) = faults(path)
    assert (fault.requirement, fault.field) == ("geodata/attributes/encoding", "name")
    other = write(tmp_path / "other.shp", [here(square(0, 0))], columns={"name": ["Evreux"]})
    other.with_suffix(".dbf").write_bytes(
        other.with_suffix(".dbf").read_bytes().replace(b"Evreux", b"\xc9vreux")
    )
    assert [fault.kind for fault in faults(other)] == ["TABLE_UNEXPECTED_ENCODING"]


VRT = '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>http://127.0.0.1:9/x.geojson</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
PIPELINE = '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read http://127.0.0.1:9/x ! write"}'


@pytest.mark.parametrize(
    "text", [VRT, PIPELINE, "<html><body>404</body></html>", '{"type": "Topology"}', "[]"]
)
@pytest.mark.parametrize("name", ["x.geojson", "x.gml", "x.gpkg"])
def test_what_gdal_would_follow_is_refused_by_its_content(tmp_path: Path, text: str, name: str) -> None:
    (tmp_path / name).write_text(text)
    assert refused(tmp_path / name).kind == "format-error"


GML = """<?xml version="1.0"?>{doctype}
<ogr:FeatureCollection xmlns:gml="http://www.opengis.net/gml" xmlns:ogr="http://ogr.maptools.org/"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://ogr.maptools.org/ http://127.0.0.1:9/wfs?SERVICE=WFS&amp;REQUEST=DescribeFeatureType">
<gml:featureMember><ogr:place gml:id="p1"><ogr:geom><gml:Point srsName="EPSG:2154"><gml:pos>652000 6862000</gml:pos>
</gml:Point></ogr:geom><ogr:name{link}>{name}</ogr:name></ogr:place></gml:featureMember></ogr:FeatureCollection>"""


def test_a_gml_fetches_neither_schema_nor_link_and_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "places.gml"
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        text = GML.format(doctype="", link=f' xlink:href="{address}/x.gml#a"', name="x")
        path.write_text(text.replace("http://127.0.0.1:9", address))
        assert judge(path).rows == 1
        with pytest.raises(TimeoutError):  # nobody came
            server.accept()
    assert [one.name for one in tmp_path.iterdir()] == ["places.gml"]


def test_a_gml_with_entities_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    path = tmp_path / "bomb.gml"
    path.write_text(GML.format(doctype=bomb, link="", name="&a;&b;"))
    assert "DOCTYPE" in refused(path).say("fr")


def test_a_zipped_shapefile_is_read(tmp_path: Path) -> None:
    write(tmp_path / "layer.shp", [here(square(0, 0))])
    archive = shutil.make_archive(str(tmp_path.parent / "layer"), "zip", tmp_path)
    report = judge(Path(archive))
    assert (report.valid, report.rows) == (True, 1)


@pytest.mark.parametrize(
    "name", ["../out.geojson", "/abs/out.geojson", "a/../../out.geojson", "C:/out.geojson", "..\\out.geojson"]
)
def test_a_zip_that_writes_outside_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "slip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "{}")
    refused(path)
    assert not (tmp_path / "out.geojson").exists()


def test_a_zip_with_a_link_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "link.zip"
    member = zipfile.ZipInfo("link.geojson")
    member.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "/etc/passwd")
    refused(path)


def test_a_zip_bomb_is_stopped_on_its_way(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.geojson", bytes(64 << 20))
    assert path.stat().st_size < 100_000
    refused(path)


def test_a_zip_of_too_many_members_is_refused(tmp_path: Path) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number in range(20):
            archive.writestr(f"{number}.txt", "")
    path = tmp_path / "many.zip"
    path.write_bytes(held.getvalue())
    with pytest.raises(SourceUnreadable), archives.unpacked(path, archives.Limits(entries=10)):
        pytest.fail("it was unpacked")


def test_a_zip_without_layer_says_so(tmp_path: Path) -> None:
    path = tmp_path / "text.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    assert "aucun fichier géographique" in refused(path).say("fr")


def test_an_unknown_layer_and_an_unknown_rule_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "one.gpkg", [here(square(0, 0))])
    for expected in ({"layers": ("two",)}, {"rules": ("magic",)}):
        with pytest.raises(SourceUnreadable):
            judge(path, **expected)


def test_the_walk_stops_at_the_limit(tmp_path: Path) -> None:
    path = write(tmp_path / "nulls.gpkg", [None] * 50 + [here(square(0, 0))])
    report = validate_geodata(path, None, Options(limit=10))
    assert (len(report.faults), report.complete) == (10, False)
