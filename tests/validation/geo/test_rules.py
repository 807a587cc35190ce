"""Each rule finds the fault that arithmetic puts there, at its place, and nothing on the right layer."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import wkt

from cicclo.requirements import library
from cicclo.validation.geo.actions import validate_geodata
from cicclo.validation.geo.rule import RULES
from cicclo.validation.geo.wording import say, words
from cicclo.validation.model import Options, Severity

from .layers import PARIS, faults, here, judge, square, write

BOWTIE = here(wkt.loads("POLYGON ((0 0, 10 10, 10 0, 0 10, 0 0))"))


def kinds(path: Path, **expected: object) -> list[str]:
    return [fault.kind for fault in faults(path, **expected)]


def grid(size: int) -> list[object]:
    """A coverage: squares of ten metres side by side."""
    return [here(square(10.0 * (i % size), 10.0 * (i // size))) for i in range(size * size)]


def test_a_right_layer_has_no_fault(tmp_path: Path) -> None:
    report = judge(write(tmp_path / "right.gpkg", grid(4)), coverage=True)
    assert (report.valid, len(report.faults), report.rows, report.notices) == (True, 0, 16, ())


def test_a_bow_tie_crosses_itself_in_its_middle(tmp_path: Path) -> None:
    (fault,) = faults(write(tmp_path / "bowtie.gpkg", [here(square(50, 50)), BOWTIE]))
    assert fault.requirement == "geodata/geometry/valid"
    assert fault.facts["reason"] == "Self-intersection"
    assert (fault.facts["x"], fault.facts["y"]) == (PARIS[0] + 5, PARIS[1] + 5)
    assert fault.where == "bowtie/2"  # a GeoPackage numbers features from one
    assert fault.row == 3
    longitude, latitude = fault.point or (0, 0)
    assert (round(longitude, 2), round(latitude, 2)) == (2.35, 48.86)  # Paris
    assert say(fault).fr.startswith("La géométrie n'est pas valide : elle se croise elle-même")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (20 20, 21 20, 21 21, 20 20))", "Hole lies outside shell"),
        (
            "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1), (2 2, 3 2, 3 3, 2 2))",
            "Holes are nested",
        ),
        ("MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0)), ((2 2, 3 2, 3 3, 2 2)))", "Nested shells"),
        ("POLYGON ((0 0, 4 0, 4 4, 2 0, 0 4, 0 0))", "Ring Self-intersection"),
    ],
)
def test_reasons_are_those_of_jts(tmp_path: Path, text: str, reason: str) -> None:
    (fault,) = faults(write(tmp_path / "wrong.gpkg", [here(wkt.loads(text))], kind="Unknown"))
    assert fault.facts["reason"] == reason


def test_a_coordinate_that_is_not_a_number_is_told(tmp_path: Path) -> None:
    with np.errstate(invalid="ignore"):
        line = shapely.linestrings([[PARIS[0], PARIS[1]], [np.nan, PARIS[1]], [PARIS[0] + 1, PARIS[1] + 1]])
    (fault,) = faults(write(tmp_path / "nan.gpkg", [line], kind="LineString"))
    assert fault.requirement == "geodata/geometry/finite"
    assert fault.point is not None


def test_null_and_empty_geometries_are_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "holes.gpkg", [here(square(0, 0)), None, shapely.from_wkt("POLYGON EMPTY")])
    found = [(fault.requirement, fault.row) for fault in faults(path)]
    assert found == [("geodata/geometry/present", 3), ("geodata/geometry/not-empty", 4)]


def test_a_layer_without_feature_is_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path / "one.gpkg", [here(square(0, 0))])
    empty = tmp_path / "none.geojson"
    empty.write_text('{"type": "FeatureCollection", "features": []}')
    assert kinds(path) == []
    assert [fault.severity for fault in faults(empty) if fault.kind == "FILE_EMPTY"] == [Severity.WARNING]


def test_another_type_than_the_declared_one(tmp_path: Path) -> None:
    mixed = [here(square(0, 0)), here(shapely.Point(1, 1))]
    (fault,) = faults(write(tmp_path / "mixed.gpkg", mixed, kind="Unknown"), geometry_type="MultiPolygon")
    assert (fault.requirement, dict(fault.facts)["found"]) == ("geodata/geometry/type", "Point")
    assert kinds(tmp_path / "mixed.gpkg") == []  # the layer itself promises nothing


def test_another_dimension_than_the_declared_one(tmp_path: Path) -> None:
    path = write(tmp_path / "flat.gpkg", [here(square(0, 0))])
    assert kinds(path, dimension=2) == []
    assert [fault.requirement for fault in faults(path, dimension=3)] == ["geodata/geometry/dimension"]


def test_a_heavy_geometry_is_told(tmp_path: Path) -> None:
    circle = here(shapely.Point(0, 0).buffer(10, quad_segs=50))  # 4 × 50 + 1 points
    (fault,) = faults(write(tmp_path / "circle.gpkg", [circle]), vertices=200)
    assert (fault.requirement, fault.facts["vertices"]) == ("geodata/geometry/light", 201)


def test_duplicates_are_found_whatever_the_order_of_points(tmp_path: Path) -> None:
    turned = wkt.loads("POLYGON ((10 10, 10 0, 0 0, 0 10, 10 10))")  # the first square, from another corner
    path = write(tmp_path / "twice.gpkg", [here(square(0, 0)), here(square(30, 0)), here(turned)])
    (fault,) = faults(path)
    assert (fault.kind, fault.where, fault.facts["other"]) == ("GEOMETRY_DUPLICATE", "twice/3", 1)


def test_overlaps_are_told_with_their_area(tmp_path: Path) -> None:
    path = write(tmp_path / "over.gpkg", [here(square(0, 0)), here(square(8, 0)), here(square(18, 0))])
    assert "GEOMETRY_OVERLAP" not in kinds(path)  # only where a coverage is expected
    (fault,) = [fault for fault in faults(path, coverage=True) if fault.kind == "GEOMETRY_OVERLAP"]
    assert (fault.where, fault.facts["other"]) == ("over/2", 1)
    assert fault.facts["area"] == pytest.approx(20.0)  # two by ten


def test_a_polygon_inside_another_overlaps_it(tmp_path: Path) -> None:
    path = write(tmp_path / "inside.gpkg", [here(square(0, 0)), here(square(2, 2, 3))])
    (fault,) = faults(path, rules=("overlaps",))
    assert fault.facts["area"] == pytest.approx(9.0)


def test_a_thin_gap_is_told_on_both_sides(tmp_path: Path) -> None:
    path = write(tmp_path / "gap.gpkg", [here(square(0, 0)), here(square(10.5, 0))])
    found = faults(path, coverage=True, gap=0.6)
    assert [(fault.kind, fault.where) for fault in found] == [
        ("GEOMETRY_GAP", "gap/1"),
        ("GEOMETRY_GAP", "gap/2"),
    ]
    assert kinds(path, coverage=True, gap=0.4) == []


def test_a_boundary_with_a_missing_point_does_not_match(tmp_path: Path) -> None:
    left = wkt.loads("POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0))")
    right = wkt.loads("POLYGON ((10 0, 20 0, 20 10, 10 10, 10 5, 10 0))")
    path = write(tmp_path / "edge.gpkg", [here(left), here(right)])
    assert {fault.requirement for fault in faults(path, coverage=True)} == {"geodata/coverage/edges-match"}


def test_a_layer_too_large_to_compare_says_so(tmp_path: Path) -> None:
    report = judge(write(tmp_path / "large.gpkg", grid(4)), coverage=True, largest=20)
    assert report.valid
    assert [notice.kind for notice in report.notices] == ["rule-not-run", "rule-not-run"]


def test_a_layer_without_reference_system(tmp_path: Path) -> None:
    path = write(tmp_path / "lost.shp", [here(square(0, 0))])
    path.with_suffix(".prj").unlink()
    assert [fault.requirement for fault in faults(path)] == ["geodata/srs/declared"]


def test_a_reference_system_that_is_not_french(tmp_path: Path) -> None:
    path = write(tmp_path / "swiss.gpkg", [square(2_600_000, 1_200_000)], srs="EPSG:2056")
    (fault,) = faults(path)
    assert (fault.requirement, fault.facts["found"]) == ("geodata/srs/allowed", 2056)
    assert fault.severity is Severity.WARNING
    (asked,) = faults(path, srs=frozenset({2154}))
    assert asked.severity is Severity.ERROR


def test_what_is_wrong_with_the_whole_layer_comes_before_the_limit(tmp_path: Path) -> None:
    path = write(tmp_path / "many.shp", [BOWTIE] * 20)
    path.with_suffix(".prj").unlink()
    report = validate_geodata(path, None, Options(limit=5))
    assert next(iter(report.faults)).kind == "SRS_MISSING"
    assert (len(report.faults), report.complete) == (5, False)


def test_the_prj_of_a_shapefile_is_recognised(tmp_path: Path) -> None:
    assert kinds(write(tmp_path / "lambert.shp", [here(square(0, 0))])) == []


@pytest.mark.parametrize(("srs", "x", "y"), [("EPSG:4326", 48.85, 2.35), ("EPSG:2154", 6_862_000, 652_000)])
def test_swapped_axes_are_told_once(tmp_path: Path, srs: str, x: float, y: float) -> None:
    points = [shapely.Point(x + i * 1e-3, y) for i in range(5)]
    found = faults(write(tmp_path / "swapped.gpkg", points, srs=srs, kind="Point"))
    assert [(fault.requirement, fault.facts["swapped"]) for fault in found] == [("geodata/srs/axis-order", 5)]


def test_degrees_called_lambert_are_outside_its_domain(tmp_path: Path) -> None:
    (fault,) = faults(write(tmp_path / "degrees.gpkg", [shapely.Point(2.35, 48.85)], kind="Point"))
    assert fault.requirement == "geodata/srs/domain"


def test_a_feature_out_of_its_departement(tmp_path: Path) -> None:
    points = [shapely.Point(3.06, 50.63), shapely.Point(2.35, 48.85)]  # Lille, Paris
    path = write(tmp_path / "north.gpkg", points, srs="EPSG:4326", kind="Point")
    (fault,) = faults(path, territory="59")
    assert (fault.requirement, fault.where, fault.severity) == (
        "geodata/extent/territory",
        "north/2",
        Severity.ERROR,
    )
    assert kinds(path, extent=(2.0, 48.0, 3.5, 51.0)) == []


def test_a_feature_that_crosses_the_extent_is_a_warning(tmp_path: Path) -> None:
    path = write(tmp_path / "cross.gpkg", [shapely.box(2.9, 50.0, 3.5, 50.5)], srs="EPSG:4326")
    (fault,) = faults(path, extent=(2.0, 49.0, 3.0, 51.0))
    assert fault.severity is Severity.WARNING


def communes(tmp_path: Path) -> Path:
    """Two communes of a tenth of a degree, side by side."""
    squares = [shapely.box(3.0, 50.0, 3.1, 50.1), shapely.box(3.1, 50.0, 3.2, 50.1)]
    return write(tmp_path / "communes.gpkg", squares, srs="EPSG:4326", columns={"code": ["59001", "59002"]})


def test_a_commune_that_is_not_the_one_of_the_place(tmp_path: Path) -> None:
    points = [shapely.Point(3.05, 50.05), shapely.Point(3.15, 50.05), shapely.Point(3.05, 50.02)]
    columns = {"code_insee": ["59001", "59001", "59999"]}
    path = write(tmp_path / "places.gpkg", points, srs="EPSG:4326", kind="Point", columns=columns)
    wrong, unknown = faults(path, contours=communes(tmp_path))
    assert (wrong.requirement, wrong.where, wrong.field) == (
        "geodata/commune/location",
        "places/2",
        "code_insee",
    )
    assert wrong.facts["found"] == ["59002"]
    assert wrong.facts["distance"] == pytest.approx(5566, abs=1)  # 0.05 degree of 111,320 m
    assert (unknown.requirement, unknown.severity) == ("geodata/commune/known", Severity.WARNING)


def test_a_point_just_across_the_boundary_is_forgiven(tmp_path: Path) -> None:
    points = [shapely.Point(3.1001, 50.05)]  # eleven metres
    path = write(tmp_path / "near.gpkg", points, srs="EPSG:4326", kind="Point", columns={"insee": ["59001"]})
    assert kinds(path, contours=communes(tmp_path)) == []
    assert kinds(path, contours=communes(tmp_path), margin=5.0) == ["COMMUNE_MISMATCH"]


def test_without_a_column_of_communes_the_rule_says_that_it_did_not_run(tmp_path: Path) -> None:
    path = write(tmp_path / "none.gpkg", [shapely.Point(3.05, 50.05)], srs="EPSG:4326", kind="Point")
    assert [notice.kind for notice in judge(path, contours=communes(tmp_path)).notices] == ["rule-not-run"]


def test_every_rule_serves_known_requirements() -> None:
    served = {requirement for rule in RULES.values() for requirement in rule.serves}
    assert served <= set(library())
    assert {name for name in library() if name.startswith("geodata/")} == served


def test_every_sentence_is_made_in_both_languages(tmp_path: Path) -> None:
    layers = [
        here(square(0, 0)),
        here(square(8, 0)),
        here(square(0, 0)),
        BOWTIE,
        None,
        here(square(30.5, 0, 7)),
    ]
    path = write(tmp_path / "all.gpkg", layers)
    found = faults(path, coverage=True, dimension=3, vertices=3, extent=(5.0, 45.0, 6.0, 46.0))
    assert len({fault.kind for fault in found}) >= 6
    for fault in found:
        assert words(fault)
        assert say(fault).fr != say(fault).en
