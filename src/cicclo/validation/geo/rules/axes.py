"""Coordinates are where their reference system is used, in its order of axes: longitude then latitude in a file."""

from collections.abc import Iterator

import numpy as np
import shapely

from cicclo.validation.geo import srs
from cicclo.validation.geo.layers import Batch
from cicclo.validation.geo.rule import RULES, Rule, Watch, Work, present
from cicclo.validation.model import Fault, Severity

ORDER = "geodata/srs/axis-order"
DOMAIN = "geodata/srs/domain"
EARTH = ((-180.0, -90.0, 180.0, 90.0),)


class Axes(Watch):
    """Swapped axes are told once a layer, with their number: they come from the writer, not from the feature."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.boxes = srs.domain(work.layer.srs)
        self.limits = EARTH if srs.is_geographic(work.layer.srs) else self.boxes
        self.swapped = 0
        self.seen = 0
        self.sample: Fault | None = None

    def see(self, batch: Batch) -> Iterator[Fault]:
        kept = np.flatnonzero(present(batch.geometries))
        bounds = shapely.bounds(batch.geometries[kept])
        xs, ys = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
        swapped = ~srs.within(self.boxes, xs, ys) & srs.within(self.boxes, ys, xs)
        self.seen += len(kept)
        self.swapped += int(swapped.sum())
        if self.sample is None and swapped.any():
            index = int(np.flatnonzero(swapped)[0])
            at = (float(ys[index]), float(xs[index]))
            self.sample = self.work.on(batch, int(kept[index]), "SRS_AXIS_ORDER", ORDER, at=at)
        for outside in np.flatnonzero(~swapped & ~srs.within(self.limits, xs, ys) & np.isfinite(xs + ys)):
            facts = {"x": float(xs[outside]), "y": float(ys[outside])}
            yield self.work.on(
                batch, int(kept[outside]), "ATTRIBUTE_GEOMETRY_INVALID_DATA_EXTENT", DOMAIN, facts=facts
            )

    def end(self) -> Iterator[Fault]:
        if self.sample is not None:
            yield self.work.fault(
                "SRS_AXIS_ORDER",
                ORDER,
                # a few points may happen to lie there: the more, the surer
                severity=Severity.ERROR if self.swapped * 2 > self.seen else Severity.WARNING,
                facts={"swapped": self.swapped, "seen": self.seen, "example": self.sample.key},
            )


def _watch(work: Work) -> Axes | None:
    return Axes(work) if work.layer.spatial and srs.domain(work.layer.srs) else None


RULES.add(Rule("axes", (ORDER, DOMAIN), _watch))
