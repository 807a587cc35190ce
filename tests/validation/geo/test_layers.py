"""The same features, whatever the format; attributes judged like those of a table."""

import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely
from pyogrio.raw import write as append

from cicclo.validation import schemas
from cicclo.validation.geo.actions import validate_geodata
from cicclo.validation.geo.layers import open_layers, table

from .layers import ALL, here, judge, square, write

SHAPES = [here(square(20.0 * i, 0)) for i in range(5)]
NAMES = ["un", "deux", "trois", "quatre", "cinq"]
COLUMNS = {"name": NAMES, "rank": [1, 2, 3, 4, 50]}
DRIVERS = {"gpkg": "GPKG", "shp": "ESRI Shapefile", "fgb": "FlatGeobuf", "gml": "GML", "geojson": "GeoJSON"}


def written(folder: Path, ending: str) -> Path:
    path = folder / f"places.{ending}"
    if ending == "geoparquet":
        return geoparquet(path)
    if ending == "geojson":
        degrees = [shapely.box(2.0 + i, 48.0, 2.5 + i, 48.5) for i in range(5)]
        return write(path, degrees, srs="EPSG:4326", columns=COLUMNS)
    return write(path, SHAPES, columns=COLUMNS, driver=DRIVERS[ending])


def geoparquet(path: Path) -> Path:
    crs = pyproj.CRS.from_epsg(2154).to_json_dict()
    column = {"encoding": "WKB", "geometry_types": ["Polygon"], "crs": crs}
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    data = pa.table({**COLUMNS, "geometry": [shapely.to_wkb(one) for one in SHAPES]})
    pq.write_table(data.replace_schema_metadata({"geo": json.dumps(geo)}), path)
    return path


@pytest.mark.parametrize("ending", [*DRIVERS, "geoparquet"])
def test_every_format_gives_the_same_features(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path, ending)
    (layer,) = open_layers(path)
    (batch,) = layer.batches()
    assert [shapely.area(one) > 0 for one in batch.geometries] == [True] * 5
    assert {"name", "rank"} <= set(layer.fields)
    report = judge(path)
    assert (report.valid, report.rows, report.rows_processed, len(report.faults)) == (True, 5, 5, 0)


SCHEMA = {
    "fields": [
        {"name": "name", "type": "string", "constraints": {"enum": ["un", "deux", "trois", "quatre"]}},
        {"name": "rank", "type": "integer", "constraints": {"maximum": 10}},
        {"name": "absent", "type": "string", "constraints": {"required": True}},
    ]
}


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "geoparquet"])
def test_attributes_are_judged_by_the_table_schema(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path, ending)
    report = validate_geodata(path, schemas.read(SCHEMA), ALL)
    found = [(fault.kind, fault.row, fault.field) for fault in report.faults]
    assert ("missing-label", 0, "absent") in found
    assert [one for one in found if one[1]] == [
        ("constraint-error", 6, "name"),
        ("constraint-error", 6, "rank"),
    ]
    assert [(one.name, one.known, one.filled) for one in report.columns][-2:] == [
        ("name", True, 5),
        ("rank", True, 5),
    ]
    (layer,) = open_layers(path)
    (batch,) = layer.batches()
    places = {fault.where for fault in report.faults if fault.row}
    assert places == {f"places/{batch.ids[4]}"}


def test_the_boxes_of_a_geoparquet_are_no_attribute(tmp_path: Path) -> None:
    boxes = [
        dict(zip(("xmin", "ymin", "xmax", "ymax"), shapely.bounds(one).tolist(), strict=True))
        for one in SHAPES
    ]
    covering = {"bbox": {side: ["bbox", side] for side in boxes[0]}}
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Polygon"], "covering": covering}},
    }
    data = pa.table({"x": [1] * 5, "geometry": [shapely.to_wkb(one) for one in SHAPES], "bbox": boxes})
    pq.write_table(data.replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / "boxes.parquet")
    (layer,) = open_layers(tmp_path / "boxes.parquet")
    assert (layer.fields, layer.srs) == (("x",), "OGC:CRS84")  # no “crs”: longitude and latitude


def test_a_layer_is_a_table_with_its_feature_ids(tmp_path: Path) -> None:
    (layer,) = open_layers(written(tmp_path, "gpkg"))
    rows = table(layer)
    for _ in range(2):  # it is read from the start each time
        assert [number for number, _ in rows.records()] == [2, 3, 4, 5, 6]
    assert list(rows.header) == ["name", "rank"]
    assert (rows.feature(2), rows.feature(6)) == (1, 5)
    with pytest.raises(IndexError):
        rows.feature(7)


def test_several_layers_of_one_file(tmp_path: Path) -> None:
    path = write(tmp_path / "two.gpkg", SHAPES, layer="first")
    append(
        path,
        geometry=np.array([shapely.to_wkb(here(shapely.Point(0, 0)))], dtype=object),
        field_data=[np.array([1])],
        fields=["n"],
        crs="EPSG:2154",
        geometry_type="Point",
        layer="second",
        append=False,
    )
    assert judge(path).rows == 6
    assert judge(path, layers=("second",)).rows == 1


def test_the_real_contours_of_the_demonstration_are_right() -> None:
    folder = Path(__file__).parents[3] / "src/cicclo/hub/demo/data/hauts-de-france"
    path = folder / "communes_hauts_de_france.geojson"
    report = judge(path, coverage=True, contours=path)
    kinds = {fault.kind for fault in report.faults}
    assert not kinds & {
        "COMMUNE_MISMATCH",
        "COMMUNE_UNKNOWN",
        "GEOMETRY_OVERLAP",
        "ATTRIBUTE_GEOMETRY_INVALID",
    }
    assert report.rows == 3788


def test_the_bench_keeps_its_one_invalid_geometry() -> None:
    path = Path(__file__).parents[3].parent / "shared/data/bench/communes_france.gpkg"
    if not path.is_file():
        pytest.skip("shared/data/bench/communes_france.gpkg is not beside the project")
    report = judge(path, rules=("validity", "presence"))
    # SOURCE.md of the bench: “1 géométrie invalide conservée volontairement”, 35,357 communes
    assert (report.rows, report.faults.errors) == (35_357, 1)
    assert os.access(path, os.R_OK)


@pytest.mark.parametrize(
    ("path", "layers", "rows", "kinds"),
    [
        # a PPR in Lambert-93, as CNIG publishes it: 38 features over five layers
        ("geo-pprt/pprt_69dreal20090005.gpkg", 5, 38, []),
        # a template: fifteen tables, all empty
        ("geo-accessibilite-gabarit/cnig_accessibilite_v2025.gpkg", 15, 0, ["FILE_EMPTY"] * 15),
    ],
)
def test_geopackages_of_the_cnig(path: str, layers: int, rows: int, kinds: list[str]) -> None:
    whole = Path(__file__).parents[3].parent / "shared/data/schemas" / path
    if not whole.is_file():
        pytest.skip(f"{path} is not beside the project (shared/data/schemas)")
    report = judge(whole)
    assert len(open_layers(whole)) == layers
    assert (report.valid, report.rows, [fault.kind for fault in report.faults]) == (True, rows, kinds)
