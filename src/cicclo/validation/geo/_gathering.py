"""Geometries of a whole layer kept together, up to a number of coordinates: beyond it the rule says that it gave up."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from cicclo.validation.geo.layers import Batch
from cicclo.validation.geo.rule import Watch, Work, present
from cicclo.validation.geo.threads import spread
from cicclo.validation.model import Fault, Notice

POLYGONS = (3, 6)


class Gathering(Watch):
    """Keeps the valid polygons; what is not valid is told by its own rule, and cannot be compared."""

    requirement = ""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.coordinates = 0
        self.full = False
        self._geometries: list[NDArray[np.object_]] = []
        self._ids: list[NDArray[np.int64]] = []
        self._rows: list[NDArray[np.int64]] = []

    def see(self, batch: Batch) -> Iterator[Fault]:
        if self.full:
            return iter(())
        polygons = present(batch.geometries) & np.isin(shapely.get_type_id(batch.geometries), POLYGONS)
        kept = np.flatnonzero(polygons & spread(shapely.is_valid, batch.geometries))
        self.coordinates += int(shapely.get_num_coordinates(batch.geometries[kept]).sum())
        if self.coordinates > self.work.expected.largest:
            self._give_up()
            return iter(())
        self._geometries.append(batch.geometries[kept])
        self._ids.append(batch.ids[kept])
        self._rows.append(batch.first + kept + 2)
        return iter(())

    def _give_up(self) -> None:
        self.full = True
        self._geometries.clear()
        self.work.notices.append(
            Notice(
                "rule-not-run",
                self.requirement,
                facts={"layer": self.work.layer.name, "most": self.work.expected.largest},
            )
        )

    def gathered(self) -> tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.int64]] | None:
        """Return geometries, feature ids and row numbers, None when there is nothing to compare."""
        if self.full or not self._geometries:
            return None
        geometries = np.concatenate(self._geometries)
        return (
            (geometries, np.concatenate(self._ids), np.concatenate(self._rows))
            if len(geometries) > 1
            else None
        )


def asked(work: Work, name: str) -> bool:
    """Return whether a layer is said to be a coverage, or this rule was named."""
    return work.layer.spatial and (work.expected.coverage or name in work.expected.rules)
