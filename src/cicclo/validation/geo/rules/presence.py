"""A layer has features, a feature has a geometry, a geometry has positions."""

from collections.abc import Iterator

import numpy as np
import shapely

from cicclo.validation.geo.layers import Batch
from cicclo.validation.geo.rule import RULES, Rule, Watch, Work
from cicclo.validation.model import Fault, Severity

PRESENT = "geodata/geometry/present"
EMPTY = "geodata/geometry/not-empty"
READABLE = "geodata/geometry/readable"
FEATURES = "geodata/layer/not-empty"


class Presence(Watch):
    """Counts features on the way: a layer without any is told at its end."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.features = 0

    def see(self, batch: Batch) -> Iterator[Fault]:
        self.features += len(batch)
        if not self.work.layer.spatial:
            return
        missing = shapely.is_missing(batch.geometries)
        for index in np.flatnonzero(batch.unreadable):
            yield self.work.on(batch, int(index), "ATTRIBUTE_INVALID_FORMAT", READABLE)
        for index in np.flatnonzero(missing & ~batch.unreadable):
            yield self.work.on(batch, int(index), "ATTRIBUTE_UNEXPECTED_NULL", PRESENT)
        for index in np.flatnonzero(shapely.is_empty(batch.geometries) & ~missing):
            yield self.work.on(batch, int(index), "ATTRIBUTE_UNEXPECTED_NULL", EMPTY)

    def end(self) -> Iterator[Fault]:
        if not self.features:
            yield self.work.fault("FILE_EMPTY", FEATURES, severity=Severity.WARNING)


RULES.add(Rule("presence", (PRESENT, EMPTY, READABLE, FEATURES), Presence))
