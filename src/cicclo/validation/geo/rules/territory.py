"""Features are in the territory that the data set declares: an extent, or a French département."""

from collections.abc import Iterator

import numpy as np
import shapely

from cicclo.validation.geo import srs, territories
from cicclo.validation.geo.layers import Batch
from cicclo.validation.geo.rule import RULES, Rule, Watch, Work, present
from cicclo.validation.model import Fault, Severity

TERRITORY = "geodata/extent/territory"
SLACK = 0.02
"""Degrees: the extents of départements come from simplified boundaries."""


class Territory(Watch):
    def __init__(self, work: Work, box: tuple[float, float, float, float]) -> None:
        super().__init__(work)
        west, south, east, north = box
        self.box = (west - SLACK, south - SLACK, east + SLACK, north + SLACK)

    def see(self, batch: Batch) -> Iterator[Fault]:
        kept = np.flatnonzero(present(batch.geometries))
        bounds = shapely.bounds(batch.geometries[kept])
        corners = srs.degrees(
            self.work.layer.srs, bounds[:, [0, 2, 0, 2]].ravel(), bounds[:, [1, 1, 3, 3]].ravel()
        )
        if corners is None:
            return
        inside = srs.within((self.box,), *corners).reshape(-1, 4)
        for index in np.flatnonzero(~inside.all(axis=1)):
            touches = self._touches(corners, int(index))
            yield self.work.on(
                batch,
                int(kept[index]),
                "ATTRIBUTE_GEOMETRY_INVALID_DATA_EXTENT",
                TERRITORY,
                severity=Severity.WARNING if touches else Severity.ERROR,
                facts={"territory": self.work.expected.territory, "crosses": touches},
            )

    def _touches(self, corners: tuple[srs.Floats, srs.Floats], index: int) -> bool:
        """Return whether the feature's own extent meets the territory's: it leaves it, rather than being elsewhere."""
        xs, ys = corners[0][index * 4 : index * 4 + 4], corners[1][index * 4 : index * 4 + 4]
        west, south, east, north = self.box
        return bool(xs.min() <= east and xs.max() >= west and ys.min() <= north and ys.max() >= south)


def _watch(work: Work) -> Territory | None:
    box = work.expected.extent or territories.extent(work.expected.territory)
    return Territory(work, box) if box and work.layer.spatial and srs.read(work.layer.srs) else None


RULES.add(Rule("territory", (TERRITORY,), _watch))
