"""Where a collection is, drawn without any script: its extent on the outlines of France's regions."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, radians

import shapely
from shapely.geometry import shape

from cicclo.features.model import Box

OUTLINES = "features/regions.geojson"
MAINLAND: Box = (-5.6, 41.2, 9.9, 51.3)
COARSE = 0.06  # degrees: about a pixel of a small figure
LEAST = 0.12  # degrees: a smaller extent is drawn as large as this, to be seen


@dataclass(frozen=True, slots=True)
class Figure:
    """A window on the outlines, in degrees, with what to draw in it; north is up, so y is minus latitude."""

    view: Box
    extent: Box

    @property
    def stretch(self) -> float:
        """How much narrower a degree of longitude is, at this latitude."""
        return max(0.2, cos(radians((self.view[1] + self.view[3]) / 2)))

    @property
    def view_box(self) -> str:
        west, south, east, north = self.view
        return (
            f"{west * self.stretch:.3f} {-north:.3f} {(east - west) * self.stretch:.3f} {north - south:.3f}"
        )

    @property
    def transform(self) -> str:
        return f"scale({self.stretch:.4f} -1)"

    @property
    def rectangle(self) -> dict[str, str]:
        """Attributes of the extent's rectangle."""
        west, south, east, north = self.extent
        width, height = max(east - west, LEAST), max(north - south, LEAST)
        return {
            "x": f"{(west + east - width) / 2:.3f}",
            "y": f"{(south + north - height) / 2:.3f}",
            "width": f"{width:.3f}",
            "height": f"{height:.3f}",
        }


def figure(extent: Box | None) -> Figure | None:
    """The figure of an extent: in mainland France when it lies there, else with some room around it."""
    if extent is None:
        return None
    west, south, east, north = extent
    if west > east:  # across the antimeridian: the whole belt
        west, east = -180.0, 180.0
    inside = west >= MAINLAND[0] and south >= MAINLAND[1] and east <= MAINLAND[2] and north <= MAINLAND[3]
    if inside:
        return Figure(MAINLAND, (west, south, east, north))
    room = max(0.5, 0.12 * (east - west), 0.12 * (north - south))
    view = (west - room, max(-90.0, south - room), east + room, min(90.0, north + room))
    return Figure(view, (west, south, east, north))


@cache
def path() -> str:
    """The outlines as an SVG path, in degrees."""
    source = json.loads((files("cicclo.web") / "static" / OUTLINES).read_bytes())
    shapes = [shape(feature["geometry"]).simplify(COARSE) for feature in source["features"]]
    return "".join(_ring(ring) for ring in shapely.get_rings(shapely.get_parts(shapes)))


def _ring(ring: shapely.LinearRing) -> str:
    points = [f"{x:.2f} {y:.2f}" for x, y in ring.coords]
    return "M" + "L".join(points[:-1]) + "Z" if len(points) > 3 else ""
