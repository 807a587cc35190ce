"""Well-known text: the grammar of OGC 06-103r4, where every geometry has its text."""

import pytest

from cicclo.validation.types._wkt import is_wkt

GEOMETRIES = [
    "POINT (1 2)",
    "POINT EMPTY",
    "POINT ZM (1 2 3 4)",
    "POINT(-1.5 .5e3)",
    "LINESTRING (1 2, 3 4)",
    "POLYGON ((0 0, 1 0, 1 1, 0 0), (0 0, 1 0, 1 1, 0 0))",
    "TRIANGLE ((0 0, 1 0, 1 1, 0 0))",
    "MULTIPOINT ((1 2), (3 4), EMPTY)",
    "MULTILINESTRING M ((1 2 3, 4 5 6), EMPTY)",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",
    "CIRCULARSTRING (1 2, 3 4, 5 6)",
    "COMPOUNDCURVE ((1 2, 3 4), CIRCULARSTRING (3 4, 5 6, 7 8))",
    "CURVEPOLYGON (CIRCULARSTRING (0 0, 1 1, 0 0))",
    "MULTICURVE ((1 2, 3 4), COMPOUNDCURVE ((1 2, 3 4)))",
    "MULTISURFACE (((0 0, 1 0, 1 1, 0 0)), CURVEPOLYGON ((0 0, 1 0, 1 1, 0 0)))",
    "POLYHEDRALSURFACE (((0 0, 1 0, 1 1, 0 0)))",
    "TIN (((0 0, 1 0, 1 1, 0 0)))",
    "GEOMETRYCOLLECTION (POINT (1 2), GEOMETRYCOLLECTION EMPTY)",
]
OTHERS = [
    "",
    "POINT",
    "POINT (1)",
    "POINT (1, 2)",
    "point (1 2)",
    "MULTIPOINT (1 2, 3 4)",
    "POLYGON (0 0, 1 1)",
    "LINESTRING (1 2, 3 4",
    "CIRCLE (1 2)",
    "GEOMETRYCOLLECTION (" * 200 + "POINT (1 2)" + ")" * 200,
]


@pytest.mark.parametrize("text", GEOMETRIES)
def test_a_geometry_is_one(text: str) -> None:
    assert is_wkt(text)


@pytest.mark.parametrize("text", OTHERS)
def test_another_text_is_none(text: str) -> None:
    assert not is_wkt(text)
