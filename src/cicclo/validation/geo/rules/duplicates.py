"""No geometry is there twice, whatever the order of its points and parts (compared normalised)."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from cicclo.validation.geo.layers import Batch
from cicclo.validation.geo.rule import RULES, Rule, Watch, Work, present
from cicclo.validation.geo.threads import spread
from cicclo.validation.model import Fault, Severity

UNIQUE = "geodata/layer/unique-geometries"
SEED = 0x9E3779B97F4A7C15


class Duplicates(Watch):
    """Keeps 40 bytes a feature: two 64-bit digests, the id, a position; 128 bits do not collide by chance."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.digests: list[NDArray[np.int64]] = []
        self.ids: list[NDArray[np.int64]] = []
        self.rows: list[NDArray[np.int64]] = []
        self.places: list[NDArray[np.float64]] = []

    def see(self, batch: Batch) -> Iterator[Fault]:
        seen = np.flatnonzero(present(batch.geometries))
        geometries = batch.geometries[seen]
        encoded = spread(lambda piece: shapely.to_wkb(shapely.normalize(piece), byte_order=1), geometries)
        self.digests.append(_digests(encoded))
        self.ids.append(batch.ids[seen])
        self.rows.append(batch.first + seen + 2)
        self.places.append(shapely.bounds(geometries)[:, :2] if len(seen) else np.empty((0, 2)))
        return iter(())

    def end(self) -> Iterator[Fault]:
        if not self.digests:
            return
        digests, ids = np.concatenate(self.digests), np.concatenate(self.ids)
        rows, places = np.concatenate(self.rows), np.concatenate(self.places)
        _, first, inverse, counts = np.unique(
            digests, axis=0, return_index=True, return_inverse=True, return_counts=True
        )
        again = np.flatnonzero(counts[inverse] > 1)
        for index in again:
            original = first[inverse[index]]
            if index == original:
                continue
            yield self.work.fault(
                "GEOMETRY_DUPLICATE",
                UNIQUE,
                feature=int(ids[index]),
                row=int(rows[index]),
                at=(float(places[index][0]), float(places[index][1])),
                severity=Severity.WARNING,
                facts={"other": int(ids[original])},
            )


def _digests(encoded: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return two independent digests of each text of bytes (Python's hash is keyed: nobody can aim at it)."""
    found = np.empty((len(encoded), 2), dtype=np.int64)
    for index, text in enumerate(encoded):
        found[index, 0] = hash(text)
        found[index, 1] = hash(text[::-1])
    return found


RULES.add(Rule("duplicates", (UNIQUE,), lambda work: Duplicates(work) if work.layer.spatial else None))
