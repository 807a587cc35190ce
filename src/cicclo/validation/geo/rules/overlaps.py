"""Polygons of a coverage do not overlap: the interiors of two of them have nothing in common.

Surely apart, else compared one by one. Most polygons of a real coverage share their edges exactly, so the union of a
block of them is had by cancelling the edges met twice. If what is left is a valid geometry and its area is the sum of
theirs, no point is in two of them: where polygons overlap, an even number covers the place, and the area is less.
Unions of blocks are then held against one another in the same way. Only what is not proven so is compared by pairs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from cicclo.validation.geo._gathering import Gathering, asked
from cicclo.validation.geo.rule import RULES, Rule
from cicclo.validation.geo.threads import each, spread
from cicclo.validation.model import Fault

NO_OVERLAP = "geodata/coverage/no-overlap"
INTERIORS_MEET = "T********"
MOST = 20_000_000
"""Candidate pairs held at once."""
WIDEST = 20_000
TOGETHER = 50_000
"""Candidate pairs compared at once, on every core."""
BLOCK = 500
"""Polygons whose union is tried at once."""
LEAST = 2 * BLOCK
EXACT = 1e-12
"""What rounding may take from the area of a block; an overlap smaller than that goes unseen."""
TRIED = 8
"""Blocks that may all fail before the layer is taken for no coverage at all."""

Index = NDArray[np.intp]


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


@dataclass(frozen=True, slots=True)
class Proof:
    """`block` is the block of each polygon, `apart` says which blocks have no overlap inside.

    `together` says that no two polygons of such blocks overlap, even of different ones.
    """

    block: Index
    apart: NDArray[np.bool_]
    together: bool

    def wanted(self, left: Index, right: Index) -> NDArray[np.bool_]:
        """Return which pairs are not proven apart."""
        ours, theirs = self.block[left], self.block[right]
        both = self.apart[ours] & self.apart[theirs]
        return np.asarray(~(both & ((ours == theirs) | self.together)))

    @property
    def whole(self) -> bool:
        return self.together and bool(self.apart.all())


def pairs(geometries: NDArray[np.object_]) -> Iterator[tuple[int, int]]:
    """Yield pairs of positions whose interiors meet, smaller first."""
    proof = prove(geometries) if len(geometries) >= LEAST else None
    if proof is None or not proof.whole:
        yield from compared(geometries, proof)


def prove(geometries: NDArray[np.object_]) -> Proof:
    blocks = _blocks(shapely.bounds(geometries))
    block = np.empty(len(geometries), dtype=np.intp)
    for number, members in enumerate(blocks):
        block[members] = number
    first = each(lambda members: _union(geometries[members]), blocks[:TRIED])
    tried = blocks[TRIED:] if any(one is not None for one in first) else []
    unions = first + each(lambda members: _union(geometries[members]), tried)
    unions += [None] * (len(blocks) - len(unions))
    proven = np.array([one for one in unions if one is not None], dtype=object)
    apart = np.array([one is not None for one in unions], dtype=np.bool_)
    return Proof(block, apart, together=len(proven) > 0 and _union(proven) is not None)


def _blocks(bounds: NDArray[np.float64]) -> list[Index]:
    """Return polygons by place: columns of the same number of them, cut across."""
    xs, ys = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    side = max(1, int(np.sqrt(len(bounds) / BLOCK)))
    blocks: list[Index] = []
    for column in np.array_split(np.argsort(xs, kind="stable"), side):
        blocks += np.array_split(column[np.argsort(ys[column], kind="stable")], side)
    return [members for members in blocks if len(members)]


def _union(geometries: NDArray[np.object_]) -> Any:
    """Return the union of polygons proven apart, None when it proves nothing."""
    try:
        union = shapely.coverage_union_all(geometries)
    except shapely.GEOSException:
        return None
    whole = float(shapely.area(geometries).sum())
    exact = abs(float(shapely.area(union)) - whole) <= EXACT * whole
    return union if exact and shapely.is_valid(union) else None


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
