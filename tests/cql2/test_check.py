"""Does a filter fit a collection."""

import pytest
import shapely
from pyproj import Transformer

from cicclo.kernel.errors import BadInput
from cicclo.ogc.cql2 import classes, text
from cicclo.ogc.cql2.check import check
from cicclo.ogc.cql2.evaluate import matches
from cicclo.ogc.cql2.model import Array, Call, Geometry, Name
from cicclo.ogc.crs import CRS84

KINDS = {
    "name": "string",
    "count": "integer",
    "area": "number",
    "open": "boolean",
    "day": "date",
    "moment": "instant",
    "tags": "json",
    "geometry": "geometry",
}
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"


def checked(written, crs=CRS84):
    return check(text.parse(written), KINDS, crs=crs)


def literal(expression):
    assert isinstance(expression, Call)
    found = expression.args[1]
    assert isinstance(found, Geometry)
    return shapely.from_wkb(found.wkb)


@pytest.mark.parametrize(
    "written",
    [
        "count = 1.5 AND area < count AND NOT open = TRUE",
        "day < moment AND moment >= DATE('2020-01-01') AND day = TIMESTAMP('2020-01-01T00:00:00Z')",
        "casei(accenti(name)) LIKE casei('%a\\_b\\\\c')",
        "count + 1 BETWEEN area AND 2 ^ 3",
        "open < TRUE AND day > '2020-01-01' AND moment IN ('2020-01-01T00:00:00Z', DATE('2020-01-01'))",
        "name IN ('a', casei(name)) AND day IN (DATE('2020-01-01')) AND open IN (TRUE)",
        "tags IS NULL OR geometry IS NULL OR (count = 1) IS NULL",
        "t_during(INTERVAL(day, moment), INTERVAL('..', '2020-01-01'))",
        "t_after(day, INTERVAL(day, '..'))",
        "a_contains(tags, ('a', 1, TRUE, DATE('2020-01-01'), name)) AND a_equals(tags, tags)",
        "s_touches(geometry, BBOX(0, 0, 1, 1)) AND s_equals(POINT(0 0), geometry)",
    ],
)
def test_what_fits(written):
    """Every family of operators accepts the kinds that the standard gives it."""
    checked(written)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("nope = 1", "unknown property: “nope”"),
        ("foo(count) = 1", "unknown function: “foo”"),
        ("name = 5", "an operand is a number; expected: a text"),
        ("count = 'a'", "an operand is a text; expected: a number"),
        ("day > 'yesterday'", "incorrect date “yesterday”"),
        ("day > 5", "expected: a date"),
        ("tags = 1", "“tags” is a list"),
        ("geometry = name", "“geometry” is a geometry"),
        ("name + 1 = 2", "“name” is a text; expected: a number"),
        ("name BETWEEN 1 AND 2", "“name” is a text"),
        ("count LIKE '1%'", "“count” is a number"),
        ("name LIKE name", "the pattern must be a text written"),
        ("count IN (1, 'a')", "an operand is a text"),
        ("casei(count) = 'a'", "“count” is a number"),
        ("s_within(name, POINT(0 0))", "“name” is a text; expected: a geometry"),
        ("s_within(geometry, 5)", "expected: a geometry"),
        ("t_after(name, day)", "“name” is a text"),
        ("t_during(day, INTERVAL('..', '..'))", "“day” is a date; expected: an interval"),
        ("t_after(INTERVAL(name, '..'), day)", "INTERVAL: “name” is a text"),
        ("t_after(day, INTERVAL('2021-01-01', '2020-01-01'))", "ends before it starts"),
        ("a_equals(name, ('a'))", "“name” is a text; expected: a list"),
        ("a_equals(tags, (POINT(0 0)))", "element of a list"),
        ("(count = 1) = TRUE", "is a condition"),
        ("s_within(geometry, POINT(181 0))", "outside the CRS"),
        ("s_within(geometry, BBOX(0, 1, 1, 0))", "box upside down"),
    ],
)
def test_what_does_not_fit(written, said):
    """A wrong name, kind, place or date is refused, and the refusal names it."""
    with pytest.raises(BadInput) as refused:
        checked(written)
    assert refused.value.at == "filter"
    assert said in refused.value.message.en


def test_a_pattern_that_ends_with_its_escape():
    """The backslash at the end of a pattern escapes nothing; two of them are one."""
    for backslashes, fits in ((1, False), (2, True), (3, False)):
        tree = Call("like", (Name("name"), "a" + "\\" * backslashes))
        if fits:
            assert check(tree, KINDS) == tree
        else:
            with pytest.raises(BadInput):
                check(tree, KINDS)


def test_axis_order_of_the_filter_crs():
    """EPSG:4326 is latitude first, in points and in boxes; CRS84 and projected French CRS are not."""
    assert literal(checked("s_within(geometry, POINT(48 2))", EPSG.format(4326))).coords[0] == (2, 48)
    assert literal(checked("s_within(geometry, BBOX(48, 2, 49, 3))", EPSG.format(4326))).bounds == (
        2,
        48,
        3,
        49,
    )
    easting, northing = Transformer.from_crs("OGC:CRS84", "EPSG:2154", always_xy=True).transform(2, 48)
    placed = literal(checked(f"s_within(geometry, POINT({easting!r} {northing!r}))", EPSG.format(2154)))
    assert placed.distance(shapely.Point(2, 48)) < 1e-9


def test_a_box_in_lambert_93_keeps_its_curved_sides():
    """The middle of a long side is as far from the box in degrees as the projection says, not as a chord would."""
    crs = "EPSG:2154"
    west, south, east, north = 200_000, 6_200_000, 1_100_000, 7_000_000
    outline = literal(
        checked(f"s_within(geometry, BBOX({west}, {south}, {east}, {north}))", EPSG.format(2154))
    )
    to_degrees = Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)
    inside = shapely.Point(*to_degrees.transform((west + east) / 2, north - 20))
    beyond = shapely.Point(*to_degrees.transform((west + east) / 2, north + 20))
    assert outline.contains(inside)
    assert not outline.contains(beyond)


def test_a_box_across_the_antimeridian():
    """West is greater than east: the box is on both sides of 180 degrees."""
    tree = checked("s_intersects(geometry, BBOX(170, -10, -170, 10))")
    assert matches(tree, {"geometry": shapely.Point(175, 0)})
    assert matches(tree, {"geometry": shapely.Point(-175, 0)})
    assert not matches(tree, {"geometry": shapely.Point(0, 0)})


def test_a_box_without_width():
    """It is a line or a point, and still meets what lies on it."""
    assert matches(checked("s_intersects(geometry, BBOX(1, 1, 1, 2))"), {"geometry": shapely.Point(1, 1.5)})
    assert matches(checked("s_intersects(geometry, BBOX(1, 1, 1, 1))"), {"geometry": shapely.Point(1, 1)})


def test_a_polygon_that_crosses_itself():
    """Engines would disagree about it, or fail: it is read by the even-odd rule."""
    tree = checked("s_intersects(geometry, POLYGON((0 0, 2 2, 2 0, 0 2, 0 0)))")
    assert literal(tree).is_valid
    assert matches(tree, {"geometry": shapely.Point(0.1, 1)})
    assert not matches(tree, {"geometry": shapely.Point(1, 0.1)})


def test_collections():
    """What a collection covers is what counts; a mixture of points and surfaces touches, crosses or holds nothing."""
    joined = checked(
        "s_within(geometry, GEOMETRYCOLLECTION(POLYGON((0 0, 1 0, 1 1, 0 0)), POLYGON((1 0, 1 1, 0 1, 1 0))))"
    )
    assert literal(joined).geom_type == "Polygon"
    mixture = "GEOMETRYCOLLECTION(POINT(5 5), POLYGON((0 0, 1 0, 1 1, 0 0)))"
    assert matches(checked(f"s_intersects(geometry, {mixture})"), {"geometry": shapely.Point(5, 5)})
    with pytest.raises(BadInput, match="mixes points"):
        checked(f"s_within(geometry, {mixture})")


def test_multipoints_without_inner_brackets():
    """As the standard's abstract tests write them."""
    assert text.parse("s_within(geometry, MULTIPOINT(7 50,10 51))") == text.parse(
        "s_within(geometry, MULTIPOINT((7 50),(10 51)))"
    )


def test_cost_is_limited():
    """Each term is cheap, together they are not."""
    term = "s_within(geometry, MULTIPOINT(" + ", ".join(f"({at / 100} 0)" for at in range(1000)) + "))"
    checked(" OR ".join([term] * 5))
    with pytest.raises(BadInput, match="too costly"):
        check(Call("or", tuple(Call("like", (Name("name"), "%a" * 30)) for _ in range(90))), KINDS)


def test_names_and_classes():
    """An expression's properties, and the classes of the standard that are served."""
    assert classes.names(text.parse("b = 1 AND t_after(INTERVAL(a, '..'), c) AND b IN (d)")) == (
        "a",
        "b",
        "c",
        "d",
    )
    assert "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2" in classes.conformance()
    assert not [uri for uri in classes.conformance() if uri.endswith("/functions")]


def test_functions_when_some_are_offered():
    """A function has the kind that its owner declares."""
    tree = text.parse("avg(count) > 1 AND a_equals(tags, (1, 2.0))")
    assert check(tree, KINDS, functions={"avg": "number"}) == tree
    with pytest.raises(BadInput):
        check(text.parse("avg(count) > 'a'"), KINDS, functions={"avg": "number"})
    assert Array((1, 2.0)) in classes.limits.children(tree.args[1])
