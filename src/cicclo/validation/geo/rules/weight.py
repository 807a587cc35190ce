"""One geometry is not so heavy that maps and services cannot show it."""

from collections.abc import Iterator

import numpy as np
import shapely

from cicclo.validation.geo.layers import Batch
from cicclo.validation.geo.rule import RULES, Rule, Watch
from cicclo.validation.model import Fault, Severity

LIGHT = "geodata/geometry/light"


class Weight(Watch):
    def see(self, batch: Batch) -> Iterator[Fault]:
        most = self.work.expected.vertices
        counts = shapely.get_num_coordinates(batch.geometries)
        for index in np.flatnonzero(counts > most):
            facts = {"vertices": int(counts[index]), "most": most}
            yield self.work.on(
                batch, int(index), "GEOMETRY_HEAVY", LIGHT, severity=Severity.WARNING, facts=facts
            )


RULES.add(Rule("weight", (LIGHT,), Weight))
