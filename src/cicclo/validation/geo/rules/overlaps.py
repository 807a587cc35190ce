"""Polygons of a coverage do not overlap: the interiors of two of them have nothing in common.

Surely apart (see `_apart`), else compared one by one.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from cicclo.validation.geo._apart import Index, Proof
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
        geometries = found.geometries
        for one, other in pairs(geometries, found.proof):
            shared = shapely.intersection(geometries[one], geometries[other])
            position = shapely.point_on_surface(shared)
            yield self.work.fault(
                "GEOMETRY_OVERLAP",
                NO_OVERLAP,
                feature=int(found.ids[other]),
                row=int(found.rows[other]),
                at=(position.x, position.y) if not position.is_empty else None,
                facts={"other": int(found.ids[one]), "area": float(shapely.area(shared))},
            )


def pairs(geometries: NDArray[np.object_], proof: Proof | None) -> Iterator[tuple[int, int]]:
    """Yield pairs of positions whose interiors meet, smaller first."""
    if proof is None or not proof.whole:
        yield from compared(geometries, proof)


def compared(geometries: NDArray[np.object_], proof: Proof | None = None) -> Iterator[tuple[int, int]]:
    """Yield overlapping pairs by comparison.

    Candidates are asked for by strips of features, so small that even if every box met every other they would be MOST.
    """
    tree = shapely.STRtree(geometries)
    strip = max(1, min(WIDEST, MOST // len(geometries)))
    lefts: list[Index] = []
    rights: list[Index] = []
    for start in range(0, len(geometries), strip):
        looked = np.arange(start, min(start + strip, len(geometries)))
        left, right = tree.query(geometries[looked])
        left = looked[left]
        kept = left < right
        if proof is not None:
            kept &= proof.wanted(left, right)
        lefts.append(left[kept])
        rights.append(right[kept])
        if sum(map(len, lefts)) >= TOGETHER or start + strip >= len(geometries):
            yield from _meeting(geometries, np.concatenate(lefts), np.concatenate(rights))
            lefts, rights = [], []


def _meeting(geometries: NDArray[np.object_], left: Index, right: Index) -> Iterator[tuple[int, int]]:
    meets = spread(_meet, geometries[left], geometries[right])
    for one, other in zip(left[meets], right[meets], strict=True):
        yield int(one), int(other)


def _meet(left: NDArray[Any], right: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray(shapely.relate_pattern(left, right, INTERIORS_MEET))


RULES.add(Rule("overlaps", (NO_OVERLAP,), lambda work: Overlaps(work) if asked(work, "overlaps") else None))
