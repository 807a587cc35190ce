"""Polygons of a coverage share their edges point for point, and leave no thin gap between them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from cicclo.validation.geo import srs
from cicclo.validation.geo._apart import Index, Proof
from cicclo.validation.geo._gathering import Gathering, asked
from cicclo.validation.geo.rule import RULES, Rule, first_position
from cicclo.validation.model import Fault

MATCH = "geodata/coverage/edges-match"
NO_GAP = "geodata/coverage/no-gap"
PIECE = 32
METRE = 1e-5
"""About one metre, in degrees."""


class Edges(Gathering):
    """Edges that no neighbour matches are faults by themselves; those found only with a width border a gap."""

    requirement = MATCH

    def end(self) -> Iterator[Fault]:
        found = self.gathered()
        if found is None:
            return
        width = self.work.expected.gap or (METRE if srs.is_geographic(self.work.layer.srs) else 1.0)
        for index, edge, gap in wrong(found.geometries, width, found.proof):
            yield self.work.fault(
                "GEOMETRY_GAP" if gap else "GEOMETRY_EDGE_MISMATCH",
                NO_GAP if gap else MATCH,
                feature=int(found.ids[index]),
                row=int(found.rows[index]),
                at=first_position(edge),
                facts={"length": float(shapely.length(edge)), "width": width},
            )


def wrong(
    geometries: NDArray[np.object_], width: float, proof: Proof | None
) -> Iterator[tuple[int, Any, bool]]:
    """Yield polygons with a wrong edge: their position, that edge, and whether it only borders a gap.

    Each says one thing: what is mismatched is not told again as a gap.
    """
    suspects = _suspects(geometries, proof)
    near = _invalid(geometries, suspects, width)
    suspects, near = suspects[_told(near)], near[_told(near)]
    mismatched = _invalid(geometries, suspects, 0.0)
    gaps = ~_told(mismatched)
    for index, edge, only, gap in zip(suspects, near, mismatched, gaps, strict=True):
        yield int(index), (edge if gap else only), bool(gap)


def _suspects(geometries: NDArray[np.object_], proof: Proof | None) -> Index:
    """Return polygons that may have a wrong edge: in a coverage proven whole, those with an edge that is not shared."""
    if proof is None or proof.union is None:
        return np.arange(len(geometries))
    lines = shapely.get_parts(shapely.boundary(proof.union))
    pieces = np.concatenate([_pieces(line) for line in lines])
    return np.unique(shapely.STRtree(geometries).query(pieces, predicate="intersects")[1])


def _pieces(line: Any) -> NDArray[np.object_]:
    """Cut a line into short ones: the box of a coast is the whole country."""
    positions = shapely.get_coordinates(line)
    starts = range(0, len(positions) - 1, PIECE)
    return np.array(
        [shapely.LineString(positions[start : start + PIECE + 1]) for start in starts], dtype=object
    )


def _invalid(geometries: NDArray[np.object_], suspects: Index, width: float) -> NDArray[np.object_]:
    """Return the wrong edges of some polygons; their neighbours, as far as the width, are looked at with them."""
    if not len(suspects):
        return np.empty(0, dtype=object)
    if len(suspects) == len(geometries):
        return np.asarray(shapely.coverage_invalid_edges(geometries, gap_width=width))
    bounds = shapely.bounds(geometries[suspects]) + np.array([-width, -width, width, width]) * 2
    with_neighbours = np.unique(shapely.STRtree(geometries).query(shapely.box(*bounds.T))[1])
    found = shapely.coverage_invalid_edges(geometries[with_neighbours], gap_width=width)
    return np.asarray(found[np.searchsorted(with_neighbours, suspects)])


def _told(edges: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.asarray(~(shapely.is_missing(edges) | shapely.is_empty(edges)))


RULES.add(Rule("edges", (MATCH, NO_GAP), lambda work: Edges(work) if asked(work, "edges") else None))
