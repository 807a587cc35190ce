"""A packed tree of boxes over rows in Hilbert order: which rows meet a box, as runs, without counting them one by one.

Level 0 are the features' boxes; each node above covers `FAN` nodes below. A node inside the box gives all of its rows
as one run, so the cost of a search, and of its exact count, grows with the outline of the box and not with its area.
"""

from collections.abc import Sequence

import numpy as np

from cicclo.features.model import Box

FAN = 16


def levels(boxes: np.ndarray) -> list[np.ndarray]:
    """Boxes (n × 4: west, south, east, north; NaN for none) → the levels above them, lowest first."""
    found, below = [], boxes
    while len(below) > FAN:
        below = _above(below)
        found.append(below)
    return found


def _above(boxes: np.ndarray) -> np.ndarray:
    full = len(boxes) // FAN * FAN
    groups = [boxes[:full].reshape(-1, FAN, 4)]
    if full < len(boxes):
        groups.append(boxes[full:].reshape(1, -1, 4))
    parts = [
        np.concatenate([np.fmin.reduce(g[:, :, :2], 1), np.fmax.reduce(g[:, :, 2:], 1)], 1) for g in groups
    ]
    return np.concatenate(parts)


class Tree:
    """`boxes` and `above` may be mapped files. Rows without a box are the last ones, from `located` on."""

    def __init__(self, boxes: np.ndarray, above: Sequence[np.ndarray], located: int) -> None:
        self._levels = [boxes, *above]
        self._rows = located

    def search(self, box: Box) -> tuple[np.ndarray, np.ndarray]:
        """Return the runs of rows whose boxes are inside `box` (k × 2: first, after last), and the rows that cross its edge, both sorted."""
        inside: list[np.ndarray] = []
        top = len(self._levels) - 1
        nodes, boxes = np.arange(len(self._levels[top])), self._levels[top]
        for level in range(top, -1, -1):
            west, south, east, north = np.ascontiguousarray(boxes.T)
            meets = (west <= box[2]) & (east >= box[0]) & (south <= box[3]) & (north >= box[1])
            whole = meets & (west >= box[0]) & (east <= box[2]) & (south >= box[1]) & (north <= box[3])
            if whole.any():
                span = FAN**level
                first = nodes[whole] * span
                inside.append(np.stack([first, np.minimum(first + span, self._rows)], 1))
            nodes = nodes[meets & ~whole]
            if level:
                nodes, boxes = self._below(level, nodes)
        if not inside:
            return np.empty((0, 2), np.int64), nodes
        runs = np.concatenate(inside)
        return runs[np.argsort(runs[:, 0], kind="stable")], nodes

    def _below(self, level: int, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The nodes that some cover, and their boxes: those of one node are neighbours, copied together."""
        boxes = self._levels[level - 1]
        full = len(boxes) // FAN
        whole = nodes[: nodes.searchsorted(full)]
        found = boxes[: full * FAN].reshape(full, FAN * 4).take(whole, 0).reshape(-1, 4)
        if len(whole) < len(nodes):  # the last one covers fewer
            found = np.concatenate([found, boxes[full * FAN :]])
        below = (nodes[:, None] * FAN + np.arange(FAN)).ravel()
        return below[: len(found)], found
