"""Polygons of a coverage do not overlap: the interiors of two of them have nothing in common."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from cicclo.validation.geo._gathering import Gathering, asked
from cicclo.validation.geo.rule import RULES, Rule
from cicclo.validation.geo.threads import spread
from cicclo.validation.model import Fault

NO_OVERLAP = "geodata/coverage/no-overlap"
INTERIORS_MEET = "T********"
MOST = 20_000_000
"""Candidate pairs held at once."""
WIDEST = 20_000
TOGETHER = 50_000
"""Candidate pairs compared at once, on every core."""


class Overlaps(Gathering):
    requirement = NO_OVERLAP

    def end(self) -> Iterator[Fault]:
        found = self.gathered()
        if found is None:
            return
        geometries, ids, rows = found
        for one, other in pairs(geometries):
            shared = shapely.intersection(geometries[one], geometries[other])
            position = shapely.point_on_surface(shared)
            yield self.work.fault(
                "GEOMETRY_OVERLAP",
                NO_OVERLAP,
                feature=int(ids[other]),
                row=int(rows[other]),
                at=(position.x, position.y) if not position.is_empty else None,
                facts={"other": int(ids[one]), "area": float(shapely.area(shared))},
            )


def pairs(geometries: NDArray[np.object_]) -> Iterator[tuple[int, int]]:
    """Yield pairs of positions whose interiors meet, smaller first.

    Candidates are asked for by strips of features, so small that even if every box met every other they would be MOST.
    """
    tree = shapely.STRtree(geometries)
    strip = max(1, min(WIDEST, MOST // len(geometries)))
    lefts: list[NDArray[np.intp]] = []
    rights: list[NDArray[np.intp]] = []
    for start in range(0, len(geometries), strip):
        asked = np.arange(start, min(start + strip, len(geometries)))
        left, right = tree.query(geometries[asked])
        once = asked[left] < right
        lefts.append(asked[left][once])
        rights.append(right[once])
        if sum(map(len, lefts)) >= TOGETHER or start + strip >= len(geometries):
            yield from _meeting(geometries, np.concatenate(lefts), np.concatenate(rights))
            lefts, rights = [], []


def _meeting(
    geometries: NDArray[np.object_], left: NDArray[np.intp], right: NDArray[np.intp]
) -> Iterator[tuple[int, int]]:
    meets = spread(_meet, geometries[left], geometries[right])
    for one, other in zip(left[meets], right[meets], strict=True):
        yield int(one), int(other)


def _meet(left: NDArray[Any], right: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray(shapely.relate_pattern(left, right, INTERIORS_MEET))


RULES.add(Rule("overlaps", (NO_OVERLAP,), lambda work: Overlaps(work) if asked(work, "overlaps") else None))
