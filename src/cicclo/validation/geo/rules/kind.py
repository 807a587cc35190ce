"""Geometries are of the type and the dimension that were declared: by the user, else by the layer itself."""

from collections.abc import Iterator

import numpy as np
import shapely

from cicclo.validation.geo.layers import Batch
from cicclo.validation.geo.rule import RULES, Rule, Watch, Work, present
from cicclo.validation.model import Fault

TYPE = "geodata/geometry/type"
DIMENSION = "geodata/geometry/dimension"
NAMES = {
    0: "Point",
    1: "LineString",
    2: "LineString",  # a LinearRing is a line
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
}
ANY = {"", "Unknown", "Geometry"}


def declared(work: Work) -> str:
    """Return the type expected of each geometry, empty when any will do."""
    said = work.expected.geometry_type or work.layer.type.removeprefix("2.5D ").removeprefix(
        "3D "
    ).removeprefix("Measured ")
    base = said.split(" ")[0]
    # a shapefile says “Polygon” and holds multi-polygons: its format has one word for both (ESRI, July 1998)
    if (
        work.layer.kind == "shapefile"
        and not work.expected.geometry_type
        and base in {"Polygon", "LineString"}
    ):
        base = f"Multi{base}"
    return "" if base in ANY else base


class Kind(Watch):
    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.type = declared(work)
        allowed = {self.type} | ({self.type.removeprefix("Multi")} if work.expected.promote else set())
        self.allowed = [code for code, name in NAMES.items() if not self.type or name in allowed]

    def see(self, batch: Batch) -> Iterator[Fault]:
        seen = present(batch.geometries)
        if self.type:
            types = shapely.get_type_id(batch.geometries)
            for index in np.flatnonzero(seen & ~np.isin(types, self.allowed)):
                facts = {"expected": self.type, "found": NAMES.get(int(types[index]), "?")}
                yield self.work.on(batch, int(index), "ATTRIBUTE_INVALID_FORMAT", TYPE, facts=facts)
        if self.work.expected.dimension:
            sizes = np.where(shapely.has_z(batch.geometries), 3, 2)
            for index in np.flatnonzero(seen & (sizes != self.work.expected.dimension)):
                told = {"expected": self.work.expected.dimension, "found": int(sizes[index])}
                yield self.work.on(batch, int(index), "GEOMETRY_DIMENSION", DIMENSION, facts=told)


RULES.add(Rule("kind", (TYPE, DIMENSION), lambda work: Kind(work) if work.layer.spatial else None))
