"""Grids of tiles: the one of the web, and a legal French one (OGC 17-083r4, Two Dimensional Tile Matrix Set 2.0)."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from cicclo.features.model import Box
from cicclo.features.reprojection import transformer
from cicclo.kernel.text import Text
from cicclo.ogc import crs as crss

PIXEL = 0.00028  # metres: the pixel of scale denominators
SIDE = 256  # pixels of a tile
_ALONG = np.linspace(0, 1, 21)  # of a side, when its outline is projected


@dataclass(frozen=True, slots=True)
class Matrix:
    """One scale: `cell` is the size of a pixel in metres."""

    id: str
    cell: float
    width: int
    height: int


@dataclass(frozen=True)
class Grid:
    """`origin` is the top left corner. `uri` is empty for a grid that no register names."""

    id: str
    title: Text
    crs: str
    origin: tuple[float, float]
    matrices: tuple[Matrix, ...]
    uri: str = ""
    scale_set: str = ""

    def bounds(self, matrix: Matrix, row: int, column: int) -> Box:
        """West, south, east, north of a tile, in the CRS of the grid."""
        side = matrix.cell * SIDE
        west, north = self.origin[0] + column * side, self.origin[1] - row * side
        return west, north - side, west + side, north

    def in_degrees(self, bounds: Box) -> Box | None:
        """The box in CRS84 around a box of the grid; None when it is out of where the CRS makes sense."""
        west, south, east, north = (
            max(bounds[0], self.domain[0]),
            max(bounds[1], self.domain[1]),
            min(bounds[2], self.domain[2]),
            min(bounds[3], self.domain[3]),
        )
        if west >= east or south >= north:
            return None
        return _around((west, south, east, north), self.crs, crss.CRS84)

    @cached_property
    def domain(self) -> Box:
        """The area of use of the CRS, in the CRS."""
        return _around(_area_of_use(self.crs), crss.CRS84, self.crs)

    def limits(self, matrix: Matrix, extent: Box) -> tuple[int, int, int, int]:
        """First and last row, first and last column that an extent in degrees meets."""
        west, south, east, north = _around(_cut(extent, self.crs), crss.CRS84, self.crs)
        side = matrix.cell * SIDE
        rows = [math.floor((self.origin[1] - each) / side) for each in (north, south)]
        columns = [math.floor((each - self.origin[0]) / side) for each in (west, east)]
        first, last = (min(max(each, 0), matrix.height - 1) for each in rows)
        left, right = (min(max(each, 0), matrix.width - 1) for each in columns)
        return first, last, left, right

    def document(self) -> dict[str, Any]:
        """The definition of the grid as JSON."""
        document: dict[str, Any] = {"id": self.id, "title": self.title.en, "crs": self.crs}
        if self.uri:
            document["uri"] = self.uri
        if self.scale_set:
            document["wellKnownScaleSet"] = self.scale_set
        return {
            **document,
            "orderedAxes": ["X", "Y"],
            "tileMatrices": [self._described(m) for m in self.matrices],
        }

    def _described(self, matrix: Matrix) -> dict[str, Any]:
        return {
            "id": matrix.id,
            "scaleDenominator": matrix.cell / PIXEL,
            "cellSize": matrix.cell,
            "cornerOfOrigin": "topLeft",
            "pointOfOrigin": list(self.origin),
            "tileWidth": SIDE,
            "tileHeight": SIDE,
            "matrixWidth": matrix.width,
            "matrixHeight": matrix.height,
        }


def _around(box: Box, source: str, target: str) -> Box:
    """The box around the projected outline of a box."""
    west, south, east, north = box
    x, y = west + (east - west) * _ALONG, south + (north - south) * _ALONG
    xs = np.concatenate((x, x, np.full(21, west), np.full(21, east)))
    ys = np.concatenate((np.full(21, south), np.full(21, north), y, y))
    change = transformer(source, target)
    if change is not None:
        xs, ys = change.transform(xs, ys)
    return float(np.min(xs)), float(np.min(ys)), float(np.max(xs)), float(np.max(ys))


def _cut(extent: Box, crs: str) -> Box:
    """An extent within the area of use; all of it when they do not meet, or when it crosses the antimeridian."""
    west, south, east, north = _area_of_use(crs)
    cut = (max(extent[0], west), max(extent[1], south), min(extent[2], east), min(extent[3], north))
    return cut if cut[0] <= cut[2] and cut[1] <= cut[3] else (west, south, east, north)


def _area_of_use(crs: str) -> Box:
    read = crss.read(crs)
    area = read.area_of_use if read else None
    return area.bounds if area else (-180.0, -90.0, 180.0, 90.0)


_HALF = 20037508.3427892
_OGC = "http://www.opengis.net/def"

WEB_MERCATOR = Grid(
    id="WebMercatorQuad",
    title=Text("Mercator du Web", "Google Maps Compatible for the World"),
    crs=f"{_OGC}/crs/EPSG/0/3857",
    origin=(-_HALF, _HALF),
    matrices=tuple(Matrix(str(z), 2 * _HALF / SIDE / 2**z, 2**z, 2**z) for z in range(25)),
    uri=f"{_OGC}/tilematrixset/OGC/1.0/WebMercatorQuad",
    scale_set=f"{_OGC}/wkss/OGC/1.0/GoogleMapsCompatible",
)
# LAMB93_5cm of the Géoplateforme (github.com/rok4/tilematrixsets, LAMB93_5cm.json): halved from 209,715.2 m to 5 cm
_WIDTHS = (
    1,
    1,
    1,
    1,
    1,
    1,
    2,
    4,
    7,
    13,
    25,
    50,
    99,
    197,
    394,
    788,
    1575,
    3150,
    6300,
    12600,
    25200,
    50400,
    100800,
)
_HEIGHTS = (
    *(1, 1, 1, 2, 4, 7, 13, 26, 52, 103, 206, 411, 822, 1643, 3285, 6569, 13138, 26276, 52552, 105102),
    *(210205, 420409, 840818),
)
LAMBERT_93 = Grid(
    id="LAMB93_5cm",
    title=Text(
        "Lambert-93 de la Géoplateforme, jusqu'à 5 cm", "Lambert-93 of the Géoplateforme, down to 5 cm"
    ),
    crs=f"{_OGC}/crs/EPSG/0/2154",
    origin=(0.0, 12_000_000.0),
    matrices=tuple(
        Matrix(str(z), 209_715.2 / 2**z, width, height)
        for z, (width, height) in enumerate(zip(_WIDTHS, _HEIGHTS, strict=True))
    ),
)
GRIDS = {each.id: each for each in (WEB_MERCATOR, LAMBERT_93)}
