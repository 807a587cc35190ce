"""Vectorised calls of shapely release the interpreter's lock: one array, one piece a core."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST = 2_000
CORES = max(
    1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
)


@lru_cache(maxsize=1)
def _pool(process: int) -> ThreadPoolExecutor:  # noqa: ARG001 - a forked process has none of its parent's threads
    return ThreadPoolExecutor(CORES, thread_name_prefix="geometry")


def spread(call: Callable[..., Any], *arrays: NDArray[Any]) -> NDArray[Any]:
    """Return `call(*arrays)`, computed by pieces on every core when there is enough of it."""
    size = len(arrays[0])
    if CORES == 1 or size < LEAST:
        return np.asarray(_calm(call, *arrays))
    # more pieces than cores: heavy features are seldom spread evenly
    edges = np.linspace(0, size, CORES * 4 + 1, dtype=int)
    pieces = [[array[start:end] for array in arrays] for start, end in pairwise(edges)]
    return np.concatenate(list(_pool(os.getpid()).map(lambda piece: _calm(call, *piece), pieces)))


def each(call: Callable[[Any], Any], pieces: Sequence[Any]) -> list[Any]:
    """Return `call` of each piece, on every core."""
    return list(_pool(os.getpid()).map(lambda piece: _calm(call, piece), pieces))


def _calm(call: Callable[..., Any], *arrays: NDArray[Any]) -> Any:
    """Call without NumPy's warnings: a coordinate that is not a number is a fault of the data, told by its rule."""
    with np.errstate(invalid="ignore"):
        return call(*arrays)
