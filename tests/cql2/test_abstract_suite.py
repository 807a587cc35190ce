"""Expected counts of the standard's abstract test suite (OGC 21-065r2, annex A) on its own test data.

Of that data (Natural Earth, 1:110m), pyogrio brings the countries' geometries for its own tests.
"""

from pathlib import Path

import pytest
import shapely

from cicclo.kernel.errors import BadInput
from cicclo.ogc.cql2 import check, evaluate, text

LUXEMBOURG = "POLYGON((6.043073357781111 50.128051662794235,6.242751092156993 49.90222565367873,6.186320428094177 49.463802802114515,5.897759230176348 49.44266714130711,5.674051954784829 49.529483547557504,5.782417433300907 50.09032786722122,6.043073357781111 50.128051662794235))"
COUNTS = [
    ("S_INTERSECTS(geom,POLYGON((0 40,10 40,10 50,0 50,0 40)))", 8),
    ("S_INTERSECTS(geom,LINESTRING(0 40,10 50))", 4),
    ("S_DISJOINT(geom,BBOX(0,40,10,50))", 169),
    ("S_DISJOINT(geom,POLYGON((0 40,10 40,10 50,0 50,0 40)))", 169),
    ("S_DISJOINT(geom,LINESTRING(0 40,10 50))", 173),
    ("S_DISJOINT(geom,POINT(7.02 49.92))", 176),
    (f"S_TOUCHES(geom,{LUXEMBOURG})", 3),
    ("S_TOUCHES(geom,POINT(6.043073357781111 50.128051662794235))", 3),
    ("S_TOUCHES(geom,POINT(6.242751092156993 49.90222565367873))", 2),
    (
        "S_TOUCHES(geom,LINESTRING(6.043073357781111 50.128051662794235,6.242751092156993 49.90222565367873))",
        3,
    ),
    ("S_WITHIN(geom,BBOX(-180,-90,0,90))", 44),
    ("S_CONTAINS(geom,BBOX(7,50,8,51))", 1),
    ("S_CONTAINS(geom,LINESTRING(7 50,8 51))", 1),
    ("S_CONTAINS(geom,POINT(7.02 49.92))", 1),
    ("S_OVERLAPS(geom,BBOX(-180,-90,0,90))", 11),
]


@pytest.fixture(scope="module")
def countries():
    pyogrio = pytest.importorskip("pyogrio")
    source = Path(pyogrio.__file__).parent / "tests/fixtures/naturalearth_lowres/naturalearth_lowres.shp"
    if not source.exists():
        pytest.skip("this build of pyogrio comes without its test data (naturalearth_lowres)")
    geometries = shapely.from_wkb(pyogrio.raw.read(source)[2])
    assert len(geometries) == 177
    return geometries


@pytest.mark.parametrize(("written", "expected"), COUNTS, ids=lambda value: str(value)[:40])
def test_counts_of_the_spatial_functions(countries, written, expected):
    """/conf/spatial-functions/test-data on ne_110m_admin_0_countries."""
    checked = check.check(text.parse(written), {"geom": "geometry"})
    assert sum(evaluate.matches(checked, {"geom": geometry}) for geometry in countries) == expected


def test_a_coordinate_that_cannot_be():
    """/conf/spatial-functions/s_intersects: the fifth expression is an error."""
    with pytest.raises(BadInput):
        check.check(text.parse("S_INTERSECTS(geom,POINT(90 180))"), {"geom": "geometry"})


@pytest.mark.parametrize("kind", ["string", "boolean", "number", "integer", "instant", "date"])
@pytest.mark.parametrize("op", ["=", "<>", ">", "<", ">=", "<="])
def test_every_kind_takes_every_comparison(kind, op):
    """/conf/basic-cql2/comparison: the operators that order are applied to booleans too."""
    value = {
        "string": "'foo'",
        "boolean": "true",
        "number": "3.14",
        "integer": "1",
        "instant": "TIMESTAMP('2022-04-14T14:48:46Z')",
        "date": "DATE('2022-04-14')",
    }[kind]
    check.check(text.parse(f"q {op} {value}"), {"q": kind})


def test_dates_as_texts_in_a_list():
    """/conf/advanced-comparison-operators/in gives dates and time stamps as texts."""
    stamps = "q in ('2022-04-14T14:52:56Z', '2022-04-14T15:52:56Z')"
    assert check.check(text.parse(stamps), {"q": "instant"}) == text.parse(
        "q in (TIMESTAMP('2022-04-14T14:52:56Z'), TIMESTAMP('2022-04-14T15:52:56Z'))"
    )
    check.check(text.parse("q in ('2022-04-14', '2022-04-15')"), {"q": "date"})
