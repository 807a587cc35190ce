"""Which features a tile shows: all of them when they are few enough, else one small one per pixel, and the largest.

A store gives its features in an order that keeps neighbours together, so that every n-th point is a fair picture.
"""

import numpy as np
import pyarrow as pa
import shapely
from pyproj import Transformer

from cicclo.features import batches as roles
from cicclo.features.model import Box
from cicclo.features.tiles.mvt import BUFFER, EXTENT
from cicclo.ogc import crs as crss

MOST = 10_000  # features of a tile
_PIXEL = 8  # units: a tile is shown on 512 pixels or so
_DOT = 2.0  # half the side of what is drawn for an area smaller than a pixel
_CELLS = (EXTENT + 2 * BUFFER) // _PIXEL
_AREAS = (3, 6)


class Chosen:
    """Features of one tile, gathered batch by batch; `bounds` in `crs`. Thinned when `thin`."""

    def __init__(self, bounds: Box, crs: str, *, thin: bool) -> None:
        self._bounds, self._thin = bounds, thin
        self._change = Transformer.from_crs("OGC:CRS84", crss.code(crs), always_xy=True)
        self._taken = np.zeros(_CELLS * _CELLS, bool)
        self._shapes: list[np.ndarray] = []
        self._sizes: list[np.ndarray] = []
        self._batches: list[pa.RecordBatch] = []

    def add(self, batch: pa.RecordBatch) -> None:
        """Only what the tile shows is projected whole; the others by the corners of their boxes."""
        shapes = roles.shapes(batch)
        bounds = self._corners(shapes)
        sizes = (bounds[:, 2:] - bounds[:, :2]).max(axis=1)
        low, high = -BUFFER, EXTENT + BUFFER
        seen = np.asarray(
            (bounds[:, :2] <= high).all(axis=1) & (bounds[:, 2:] >= low).all(axis=1)
        )  # no NaN is
        if self._thin:
            seen[seen] = self._kept(bounds[seen], sizes[seen])
        rows = np.flatnonzero(seen)
        self._shapes.append(self._drawn(shapes[rows], bounds[rows], sizes[rows]))
        self._sizes.append(sizes[rows])
        self._batches.append(batch.take(pa.array(rows)))

    def _corners(self, shapes: np.ndarray) -> np.ndarray:
        """Boxes of shapes in the units of the tile, y downwards."""
        bounds = shapely.bounds(shapes)
        low, high = self._units(bounds[:, :2]), self._units(bounds[:, 2:])
        return np.column_stack((np.minimum(low, high), np.maximum(low, high)))

    def _units(self, degrees: np.ndarray) -> np.ndarray:
        west, _, east, north = self._bounds
        x, y = self._change.transform(degrees[:, 0], degrees[:, 1])
        return np.column_stack((x - west, north - y)) * (EXTENT / (east - west))

    def _drawn(self, shapes: np.ndarray, bounds: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """Shapes in the units of the tile; areas smaller than a pixel as dots, or rounding would leave nothing."""
        small = sizes < _PIXEL
        dots = small & np.isin(shapely.get_type_id(shapes), _AREAS)
        x, y = ((bounds[dots, :2] + bounds[dots, 2:]) / 2).T
        shapes[dots] = shapely.box(x - _DOT, y - _DOT, x + _DOT, y + _DOT)
        shapes[~dots] = shapely.transform(shapes[~dots], self._units)
        return shapes

    def _kept(self, bounds: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """All that is larger than a pixel, and the first small one of every pixel."""
        keep = sizes >= _PIXEL
        small = np.flatnonzero(~keep)
        cells = ((bounds[small, :2] + bounds[small, 2:]) / 2 + BUFFER) // _PIXEL
        cells = np.clip(cells, 0, _CELLS - 1).astype(np.int64)
        number = cells[:, 1] * _CELLS + cells[:, 0]
        distinct, first = np.unique(number, return_index=True)
        free = ~self._taken[distinct]
        self._taken[distinct[free]] = True
        keep[small[first[free]]] = True
        return keep

    def result(self) -> tuple[np.ndarray, pa.Table | None]:
        """Shapes and the rows that they come from, at most `MOST`."""
        if not self._batches:
            return np.empty(0, object), None
        shapes, sizes = np.concatenate(self._shapes), np.concatenate(self._sizes)
        table = pa.Table.from_batches(self._batches)
        if len(shapes) <= MOST:
            return shapes, table
        rows = _most(sizes)
        return shapes[rows], table.take(pa.array(rows))


def _most(sizes: np.ndarray) -> np.ndarray:
    """The largest; among those of no size, evenly spaced ones."""
    large = np.flatnonzero(sizes > 0)
    if len(large) >= MOST:
        return np.sort(large[np.argsort(-sizes[large], kind="stable")[:MOST]])
    points = np.flatnonzero(sizes <= 0)
    spaced = np.unique(np.linspace(0, len(points) - 1, MOST - len(large)).astype(np.int64))
    return np.sort(np.concatenate((large, points[spaced])))
