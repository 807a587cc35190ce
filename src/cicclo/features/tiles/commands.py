"""Geometries in the units of a tile → the commands that draw them (Mapbox Vector Tile 2.1, 4.3), by whole arrays.

Points are rounded to units; parts of which nothing is left are dropped. One set of commands per owner (a feature).
"""

from dataclasses import dataclass

import numpy as np
import shapely

from cicclo.features.tiles.protobuf import varints, zigzag

POINT, LINE, POLYGON = 1, 2, 3
_KINDS = ((POINT, (0,)), (LINE, (1, 2)), (POLYGON, (3,)))
_MOVE, _LINE, _CLOSE = 1, 2, 15


@dataclass(frozen=True, slots=True)
class Drawn:
    """Commands of one kind of geometry: those of `owners[i]` are `content[starts[i]:starts[i + 1]]`."""

    kind: int
    owners: np.ndarray
    content: bytes
    starts: np.ndarray


@dataclass(frozen=True, slots=True)
class _Paths:
    """Points of many paths (points, lines, rings): `path` numbers them from 0, `owners` has one entry per path."""

    points: np.ndarray
    path: np.ndarray
    owners: np.ndarray

    def only(self, points: np.ndarray) -> "_Paths":
        """Keep some of the points, and the paths that still have one."""
        left, path = np.unique(self.path[points], return_inverse=True)
        return _Paths(self.points[points], path, self.owners[left])

    @property
    def counts(self) -> np.ndarray:
        return np.bincount(self.path, minlength=len(self.owners))


def drawn(parts: np.ndarray, owners: np.ndarray) -> list[Drawn]:
    """Commands of single geometries, whose owners come in ascending order."""
    kinds = shapely.get_type_id(parts)
    found = []
    for kind, ids in _KINDS:
        rows = np.isin(kinds, ids)
        paths = _rings(parts[rows], owners[rows]) if kind == POLYGON else _paths(parts[rows], owners[rows])
        if kind == LINE:
            paths = _long_enough(_without_repeats(paths), 2)
        if len(paths.points):
            found.append(_encoded(kind, paths))
    return found


def _paths(parts: np.ndarray, owners: np.ndarray) -> _Paths:
    coordinates, path = shapely.get_coordinates(parts, return_index=True)
    return _Paths(np.rint(coordinates).astype(np.int64), path, owners)


def _rings(polygons: np.ndarray, owners: np.ndarray) -> _Paths:
    """Exterior rings turn one way and interior ones the other; the point that closes them is left out."""
    rings, places = shapely.get_rings(shapely.orient_polygons(polygons), return_index=True)
    exterior = np.diff(places, prepend=-1) > 0
    paths = _paths(rings, owners[places])
    last = np.diff(paths.path, append=len(rings)) > 0
    paths = _Paths(paths.points[~last], paths.path[~last], paths.owners)
    areas = _areas(_without_repeats(paths), len(rings))
    upright = np.where(exterior, areas > 0, areas < 0)  # flat ones are gone
    return _long_enough(_without_repeats(paths.only(upright[paths.path])), 3)


def _areas(paths: _Paths, size: int) -> np.ndarray:
    """Twice the signed area of every ring."""
    after = np.roll(paths.points, -1, axis=0)
    first = np.diff(paths.path, prepend=-1) > 0
    last = np.roll(first, -1)
    after[last] = paths.points[first]
    (x, y), (x2, y2) = paths.points.T, after.T
    return np.bincount(paths.path, weights=x * y2 - x2 * y, minlength=size)


def _without_repeats(paths: _Paths) -> _Paths:
    """Points that rounding made equal to the one before are left out."""
    new = np.diff(paths.path, prepend=-1) > 0
    moved = np.any(np.diff(paths.points, axis=0, prepend=paths.points[:1] - 1) != 0, axis=1)
    return _Paths(paths.points[new | moved], paths.path[new | moved], paths.owners)


def _long_enough(paths: _Paths, least: int) -> _Paths:
    return paths.only((paths.counts >= least)[paths.path])


def _encoded(kind: int, paths: _Paths) -> Drawn:
    """Numbers of the commands, in their places, then all of them as bytes."""
    owner = paths.owners[paths.path]
    first = np.diff(owner, prepend=-1) != 0  # of its owner: the pen starts at the corner
    steps = np.diff(paths.points, axis=0, prepend=0)
    steps[first] = paths.points[first]
    numbers, begins = (_scattered if kind == POINT else _connected)(kind, paths, zigzag(steps))
    content, starts = varints(numbers)
    ends = np.concatenate((begins, [len(numbers)]))
    return Drawn(kind, owner[first], content, starts[ends])


def _scattered(_kind: int, paths: _Paths, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points: one command for all those of an owner."""
    owners, first, counts = np.unique(paths.owners[paths.path], return_index=True, return_counts=True)
    rank = np.repeat(np.arange(len(owners)), counts)
    numbers = np.empty(2 * len(steps) + len(owners), np.int64)
    places = 2 * np.arange(len(steps)) + rank + 1
    numbers[places], numbers[places + 1] = steps[:, 0], steps[:, 1]
    begins = 2 * first + np.arange(len(owners))
    numbers[begins] = counts << 3 | _MOVE
    return numbers, begins


def _connected(kind: int, paths: _Paths, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lines and rings: move to the first point, draw to the others, close the ring."""
    more = 3 if kind == POLYGON else 2  # commands of a path
    counts = paths.counts
    heads = np.cumsum(counts) - counts  # the first point of every path
    rank = np.arange(len(counts))
    start = np.zeros(len(steps), bool)
    start[heads] = True
    places = 2 * np.arange(len(steps)) + more * paths.path + np.where(start, 1, 2)
    numbers = np.empty(2 * len(steps) + more * len(counts), np.int64)
    numbers[places], numbers[places + 1] = steps[:, 0], steps[:, 1]
    begins = 2 * heads + more * rank
    numbers[begins] = 1 << 3 | _MOVE
    numbers[begins + 3] = counts - 1 << 3 | _LINE
    if kind == POLYGON:
        numbers[begins + 2 * counts + 2] = _CLOSE
    return numbers, begins[np.diff(paths.owners, prepend=-1) != 0]
