"""Places along the Hilbert curve of a fixed grid over the whole Earth: the order in which features are kept.

The grid never depends on the data, so a place keeps its key from one publication to the next.
"""

import numpy as np

ORDER = 24  # cells of about two metres at the equator
NOWHERE = np.uint64(2**63)  # the key of a feature without geometry: after all others


def keys(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Keys (uint64) of places in degrees, CRS84; NOWHERE for NaN."""
    known = np.isfinite(x) & np.isfinite(y)
    cells = 2**ORDER - 1
    across = _cell(np.where(known, x, 0.0), -180.0, 360.0, cells)
    along = _cell(np.where(known, y, 0.0), -90.0, 180.0, cells)
    return np.where(known, _curve(across, along), NOWHERE)


def _cell(values: np.ndarray, least: float, width: float, cells: int) -> np.ndarray:
    return np.clip((values - least) / width * cells, 0, cells).astype(np.int64)


def _curve(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Distance along the curve, one bit of both axes at a time (J. Skilling, 2004; here the usual rotation)."""
    x, y = x.copy(), y.copy()
    found = np.zeros(len(x), np.uint64)
    side = 1 << (ORDER - 1)
    while side:
        right, upper = (x & side) > 0, (y & side) > 0
        quadrant = np.where(right, np.where(upper, 2, 3), np.where(upper, 1, 0))
        found += np.uint64(side) * np.uint64(side) * quadrant.astype(np.uint64)
        turned = ~upper & right
        x[turned], y[turned] = 2**ORDER - 1 - x[turned], 2**ORDER - 1 - y[turned]
        x, y = np.where(upper, x, y), np.where(upper, y, x)
        side >>= 1
    return found
