"""How what clients read is compared with the source, and what the page says of it."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from conformance.clients import CLIENTS
from conformance.equality import differences, same, same_shape
from conformance.features import clients
from conformance.features_page import Cell, Outcome, page
from conformance.layers import Layer, build

from cicclo.kernel.text import Text

POINTS = np.array([shapely.Point(3, 50), None, shapely.Point(2, 49)], object)
LAYER = Layer("places", "code", pa.table({"code": ["a", "b", "c"], "n": [1, None, 3]}), POINTS, 4326, POINTS)


def test_what_was_read_whole_has_no_difference() -> None:
    """The same rows in another order, whole numbers as decimals."""
    read = [
        (key, {"code": key, "n": n and float(n)}, shape)
        for key, n, shape in zip("cba", (3, None, 1), POINTS[::-1], strict=True)
    ]
    assert differences(LAYER, read) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[1:], "1 missing: a"),
        (lambda rows: [*rows, rows[0]], "1 twice: a"),
        (lambda rows: [*rows, ("d", {}, None)], "4 features instead of 3"),
        (lambda rows: [(rows[0][0], {"code": "a", "n": 2}, rows[0][2]), *rows[1:]], "a.n: 2 instead of 1"),
        (lambda rows: [(*rows[0][:2], shapely.Point(3.001, 50)), *rows[1:]], "a: geometry"),
        (lambda rows: [rows[0], (*rows[1][:2], shapely.Point(0, 0)), rows[2]], "b: geometry"),
    ],
)
def test_every_kind_of_difference_is_told(change: object, said: str) -> None:
    """Missing, twice, too many, another value, another place, a place for none."""
    assert callable(change)
    rows = [(key, row, shape) for key, row, shape in LAYER.rows()]
    assert any(said in each for each in differences(LAYER, change(rows)))


def test_values_are_compared_as_files_write_them() -> None:
    """A date is the same as its text, an instant in any time zone; text is not a number."""
    assert same("2016-01-01T01:00:00+01:00", "2016-01-01T00:00:00Z")
    assert same("2016-01-01", "2016-01-01")
    assert same(True, 1)  # noqa: FBT003
    assert not same("1", 1)
    assert not same("2016-01-01", "2016-01-02")


def test_a_collection_of_one_part_is_the_part() -> None:
    """Formats that have one kind of geometry make collections of one part."""
    square = shapely.box(0, 0, 1, 1)
    assert same_shape(square, shapely.MultiPolygon([square]))
    assert not same_shape(square, shapely.box(0, 0, 1, 1.001))
    assert not same_shape(square, None)


def test_layers_are_written_as_they_are_compared(tmp_path: Path) -> None:
    """Charging points without geometry, except for the official suite."""
    whole = {layer.id: layer for layer in build(tmp_path / "a.gpkg")}
    everywhere = {layer.id: layer for layer in build(tmp_path / "b.gpkg", everywhere=True)}
    assert sum(shape is None for shape in whole["bornes"].geometries) == 11
    assert all(shape is not None for shape in everywhere["bornes"].geometries)
    assert sorted(whole["bornes"].keys) == sorted(everywhere["bornes"].keys)
    assert whole["epci"].srid == 2154


def test_the_page_tells_what_was_served_and_what_was_not() -> None:
    """One row per client, one column per store, in both languages."""
    first = clients()[0]
    cells = [
        Cell(first.name, "published", Outcome.SERVED, Text("tout", "all")),
        Cell(first.name, "wfs", Outcome.FAILED, Text("raté | ici", "missed | here")),
    ]
    assert f"| {first.name} | yes: all | **no**: missed \\| here |" in page([first], cells, "en")
    assert "| oui : tout | **non** : raté" in page([first], cells, "fr")
    assert len(CLIENTS) >= 9
