"""Polygons of a coverage share their edges point for point, and leave no thin gap between them."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from cicclo.validation.geo import srs
from cicclo.validation.geo._gathering import Gathering, asked
from cicclo.validation.geo.rule import RULES, Rule, first_position
from cicclo.validation.model import Fault

MATCH = "geodata/coverage/edges-match"
NO_GAP = "geodata/coverage/no-gap"
METRE = 1e-5
"""About one metre, in degrees."""


class Edges(Gathering):
    """Edges that no neighbour matches are faults by themselves; those found only with a width border a gap."""

    requirement = MATCH

    def end(self) -> Iterator[Fault]:
        found = self.gathered()
        if found is None:
            return
        geometries, ids, rows = found
        width = self.work.expected.gap or (METRE if srs.is_geographic(self.work.layer.srs) else 1.0)
        mismatched = shapely.coverage_invalid_edges(geometries)
        near = shapely.coverage_invalid_edges(geometries, gap_width=width)
        # each feature says one thing: what is mismatched is not told again as a gap
        gaps = _told(near) & ~_told(mismatched)
        for index in np.flatnonzero(_told(mismatched) | gaps):
            gap = bool(gaps[index])
            edge = (near if gap else mismatched)[index]
            yield self.work.fault(
                "GEOMETRY_GAP" if gap else "GEOMETRY_EDGE_MISMATCH",
                NO_GAP if gap else MATCH,
                feature=int(ids[index]),
                row=int(rows[index]),
                at=first_position(edge),
                facts={"length": float(shapely.length(edge)), "width": width},
            )


def _told(edges: NDArray[np.object_]) -> NDArray[np.bool_]:
    return np.asarray(~(shapely.is_missing(edges) | shapely.is_empty(edges)))


RULES.add(Rule("edges", (MATCH, NO_GAP), lambda work: Edges(work) if asked(work, "edges") else None))
