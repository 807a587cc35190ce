"""Polygons proven apart without comparing them, by the unions of blocks of them.

Most polygons of a real coverage share their edges exactly, so the union of a block is had by cancelling the edges met
twice. If what is left is a valid geometry and its area is the sum of theirs, no point is in two of them: where polygons
overlap, an even number covers the place, and the area is less. Unions of blocks are then held against one another in
the same way.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from cicclo.validation.geo.threads import each

BLOCK = 500
"""Polygons whose union is tried at once."""
EXACT = 1e-12
"""What rounding may take from the area of a block; an overlap smaller than that goes unseen."""
TRIED = 8
"""Blocks that may all fail before the layer is taken for no coverage at all."""

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Proof:
    """`block` is the block of each polygon, `apart` says which blocks have no overlap inside.

    `together` says that no two polygons of such blocks overlap, even of different ones. `union` is what they make, when
    it holds every polygon.
    """

    block: Index
    apart: NDArray[np.bool_]
    together: bool
    union: Any = None

    def wanted(self, left: Index, right: Index) -> NDArray[np.bool_]:
        """Return which pairs are not proven apart."""
        ours, theirs = self.block[left], self.block[right]
        both = self.apart[ours] & self.apart[theirs]
        return np.asarray(~(both & ((ours == theirs) | self.together)))

    @property
    def whole(self) -> bool:
        return self.together and bool(self.apart.all())


def prove(geometries: NDArray[np.object_]) -> Proof:
    """Return what the unions prove of these valid polygons."""
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
    union = _union(proven) if len(proven) else None
    return Proof(block, apart, union is not None, union if apart.all() else None)


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
