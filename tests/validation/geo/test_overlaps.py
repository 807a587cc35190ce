"""“Surely apart, else compared”: the proof by unions never hides an overlap that comparing every pair finds."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cicclo.validation.geo._apart import prove
from cicclo.validation.geo.rules import edges
from cicclo.validation.geo.rules.overlaps import compared, pairs

SIDE = 64
"""Squares of a side of the coverage: 4,096 polygons, four blocks."""


def coverage(side: int = SIDE) -> NDArray[np.object_]:
    """Squares of ten metres, side by side."""
    places = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2) * 10.0
    return np.asarray(shapely.box(places[:, 0], places[:, 1], places[:, 0] + 10, places[:, 1] + 10))


def test_a_coverage_is_proven_whole_without_comparing() -> None:
    assert prove(coverage()).whole
    assert list(pairs(coverage(), prove(coverage()))) == []


def test_squares_apart_are_proven_too() -> None:
    assert prove(coverage()[::2]).whole


@pytest.mark.parametrize(
    "added",
    [
        shapely.box(3, 3, 4, 4),  # inside one square, touching nothing
        shapely.box(0, 0, 10, 10),  # a square met twice: its edges cancel those of the first
        shapely.box(5, 0, 15, 10),  # across two squares
        shapely.box(635, 635, 645, 645),  # at the corner of the whole
        shapely.box(-5, -5, 645, 645),  # over everything
        shapely.box(319.9, 0, 320.1, 640),  # a long sliver between blocks
        shapely.Polygon([(0, 0), (10, 0), (10, 10)]),  # with edges of the coverage
        shapely.box(0, 0, 640, 640).difference(
            shapely.box(10, 10, 630, 630)
        ),  # a ring on the edges of squares
    ],
)
def test_one_polygon_too_many_is_found(added: object) -> None:
    layer = np.append(coverage(), [added])
    assert sorted(pairs(layer, prove(layer))) == sorted(compared(layer))
    assert list(pairs(layer, prove(layer)))


def test_a_layer_of_buffers_is_compared() -> None:
    layer = shapely.buffer(shapely.points(np.random.default_rng(3).random((1500, 2)) * 300), 4)
    assert not prove(layer).apart.any()
    assert sorted(pairs(layer, prove(layer))) == sorted(compared(layer))


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, SIDE * SIDE - 1),
            st.sampled_from(["grow", "shift", "copy", "shrink", "turn", "drop", "vertex"]),
            st.floats(0.001, 15, allow_nan=False),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_damage_to_a_coverage_is_judged_as_by_pairs(changes: list[tuple[int, str, float]]) -> None:
    layer = coverage()
    for index, kind, size in changes:
        layer = _damage(layer, index, kind, size)
    valid = layer[shapely.is_valid(layer) & ~shapely.is_empty(layer)]
    assert sorted(pairs(valid, prove(valid))) == sorted(compared(valid))
    for width in (0.5, 2.0):
        assert told(valid, width, proven=True) == told(valid, width, proven=False)


def told(layer: NDArray[np.object_], width: float, *, proven: bool) -> list[tuple[int, bool]]:
    """Polygons with a wrong edge, and whether it is a gap's."""
    return [(index, gap) for index, _, gap in edges.wrong(layer, width, prove(layer) if proven else None)]


@pytest.mark.parametrize("depth", [0.3, 5.0])
def test_a_gap_in_a_proven_coverage_is_found(depth: float) -> None:
    layer = coverage()
    middle = SIDE * SIDE // 2 + 20
    x, y = layer[middle].bounds[:2]
    # its right side is bent inwards: a triangle is left empty, and no edge lies on another
    bent = [(x, y), (x + 10, y), (x + 10 - depth, y + 5), (x + 10, y + 10), (x, y + 10)]
    layer[middle] = shapely.Polygon(bent)
    assert prove(layer).whole
    found = told(layer, 1.0, proven=True)
    assert found == told(layer, 1.0, proven=False)
    assert (middle, True) in found or depth > 1


def _damage(layer: NDArray[np.object_], index: int, kind: str, size: float) -> NDArray[np.object_]:
    changed = layer.copy()
    one = layer[index]
    if kind == "copy":
        return np.append(changed, [one])
    if kind == "drop":
        changed[index] = shapely.box(-1000 - index, 0, -999.5 - index, 1)
    elif kind == "grow":
        changed[index] = one.buffer(size, join_style="mitre")
    elif kind == "shrink":
        changed[index] = one.buffer(-min(size, 4.9), join_style="mitre")
    elif kind == "shift":
        changed[index] = shapely.transform(one, lambda xy: xy + size)
    elif kind == "turn":
        centre = np.array([one.centroid.x, one.centroid.y])
        angle = size / 5
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        changed[index] = shapely.transform(one, lambda xy: (xy - centre) @ turn + centre)
    else:
        changed[index] = one.segmentize(min(size, 4.0))
    return changed
