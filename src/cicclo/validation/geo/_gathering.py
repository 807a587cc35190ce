"""Polygons of a whole layer kept together, up to a number of coordinates: beyond it a rule says that it gave up.

The rules that compare features share one collection a layer, and one proof of what is surely apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from cicclo.validation.geo._apart import BLOCK, Proof, prove
from cicclo.validation.geo.layers import Batch
from cicclo.validation.geo.rule import Watch, Work, present
from cicclo.validation.geo.threads import spread
from cicclo.validation.model import Fault, Notice

POLYGONS = (3, 6)
LEAST = 2 * BLOCK
"""Polygons below which comparing them all is as fast."""


@dataclass
class Gathered:
    """Valid polygons of a layer, with their feature ids and record numbers."""

    geometries: NDArray[np.object_]
    ids: NDArray[np.int64]
    rows: NDArray[np.int64]

    @cached_property
    def proof(self) -> Proof | None:
        return prove(self.geometries) if len(self.geometries) >= LEAST else None


class Collection:
    """Keeps the valid polygons of each batch, once; what is not valid is told by its own rule, and cannot be compared."""

    def __init__(self, most: int) -> None:
        self.full = False
        self._most = most
        self._coordinates = 0
        self._next = 0
        self._pieces: list[tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.int64]]] = []
        self._gathered: Gathered | None = None

    def take(self, batch: Batch) -> None:
        if self.full or batch.first < self._next:
            return
        self._next = batch.first + len(batch)
        polygons = present(batch.geometries) & np.isin(shapely.get_type_id(batch.geometries), POLYGONS)
        kept = np.flatnonzero(polygons)
        kept = kept[spread(shapely.is_valid, batch.geometries[kept])] if len(kept) else kept
        self._coordinates += int(shapely.get_num_coordinates(batch.geometries[kept]).sum())
        if self._coordinates > self._most:
            self.full = True
            self._pieces.clear()
            return
        self._pieces.append((batch.geometries[kept], batch.ids[kept], batch.first + kept + 2))

    def gathered(self) -> Gathered | None:
        """Return what was kept, None when there is nothing to compare."""
        if self._gathered is None and self._pieces:
            geometries, ids, rows = (np.concatenate(parts) for parts in zip(*self._pieces, strict=True))
            self._gathered = Gathered(geometries, ids, rows)
            self._pieces.clear()
        found = self._gathered
        return found if found is not None and len(found.geometries) > 1 else None


class Gathering(Watch):
    """A rule that looks at the polygons of the whole layer, at its end."""

    requirement = ""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        if work.collection is None:
            work.collection = Collection(work.expected.largest)
        self._collection: Collection = work.collection

    def see(self, batch: Batch) -> Iterator[Fault]:
        self._collection.take(batch)
        return iter(())

    def gathered(self) -> Gathered | None:
        if self._collection.full:
            facts = {"layer": self.work.layer.name, "most": self.work.expected.largest}
            self.work.notices.append(Notice("rule-not-run", self.requirement, facts=facts))
            return None
        return self._collection.gathered()


def asked(work: Work, name: str) -> bool:
    """Return whether a layer is said to be a coverage, or this rule was named."""
    return work.layer.spatial and (work.expected.coverage or name in work.expected.rules)
