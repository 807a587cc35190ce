"""Simple features are valid as OGC 06-103r4 defines it; told with the reason and the place, as JTS and GEOS say them."""

import re
from collections.abc import Iterator

import numpy as np
import shapely

from cicclo.validation.geo.layers import Batch
from cicclo.validation.geo.rule import RULES, Rule, Watch, present
from cicclo.validation.geo.threads import spread
from cicclo.validation.model import Fault

VALID = "geodata/geometry/valid"
FINITE = "geodata/geometry/finite"
_REASON = re.compile(r"^(?P<reason>[^\[]+)\[(?P<x>\S+) (?P<y>\S+)[^\]]*\]")


class Validity(Watch):
    def see(self, batch: Batch) -> Iterator[Fault]:
        wrong = np.flatnonzero(~spread(shapely.is_valid, batch.geometries) & present(batch.geometries))
        for index, said in zip(wrong, shapely.is_valid_reason(batch.geometries[wrong]), strict=True):
            yield self._fault(batch, int(index), str(said))

    def _fault(self, batch: Batch, index: int, said: str) -> Fault:
        found = _REASON.match(said)
        reason = found["reason"].strip() if found else said.partition("[")[0].strip()
        if reason == "Invalid Coordinate":
            return self.work.on(
                batch,
                index,
                "ATTRIBUTE_GEOMETRY_INVALID",
                FINITE,
                facts={"reason": reason},
                at=_finite(batch, index),
            )
        at = (float(found["x"]), float(found["y"])) if found else None
        facts = {"reason": reason, **({"x": at[0], "y": at[1]} if at else {})}
        more = {"at": at} if at else {}
        return self.work.on(batch, index, "ATTRIBUTE_GEOMETRY_INVALID", VALID, facts=facts, **more)


def _finite(batch: Batch, index: int) -> tuple[float, float] | None:
    """Return a position that is a number, if the geometry has one."""
    positions = shapely.get_coordinates(batch.geometries[index])
    good = positions[np.isfinite(positions).all(axis=1)]
    return (float(good[0][0]), float(good[0][1])) if len(good) else None


RULES.add(Rule("validity", (VALID, FINITE), Validity))
