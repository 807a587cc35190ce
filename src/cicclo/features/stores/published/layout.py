"""Where a published collection stands on disk, and how its parts are read.

    <collection>/current                 name of the snapshot that is served, replaced at once
    <collection>/<snapshot>/manifest.json
        features.bin, features.at        GeoJSON features in CRS84, each followed by a comma; where each begins (n + 1)
        geometry.bin, geometry.at        WKB in the storage CRS, nothing for none
        ids.bin, ids.at, ids.sorted      identifiers in row order; rows in the order of identifiers (UTF-8 bytes)
        boxes, tree.<level>, keys        boxes in CRS84, the tree above them, Hilbert keys
        <k>.values, .null, .sorted, .order        the k-th property; its values sorted, and their rows; nulls are last
        <k>.words.bin, <k>.words.at, <k>.first    of strings: the distinct ones sorted; where the rows of each begin in .order
        truth.parquet                    the same features as GeoParquet: what is kept of the source

Rows are in the order of (Hilbert key, identifier). All numbers are little-endian, as numpy writes them.
"""

import mmap
from pathlib import Path

import msgspec
import numpy as np

from cicclo.features.model import Collection, Kind

VERSION = 1
CURRENT = "current"
TRUTH = "truth.parquet"
OF_KIND = {
    Kind.STRING: np.int32,  # a rank among the words, -1 for null
    Kind.INTEGER: np.int64,
    Kind.NUMBER: np.float64,
    Kind.BOOLEAN: np.int8,
    Kind.DATE: np.int32,  # days since 1970
    Kind.INSTANT: np.int64,  # milliseconds since 1970, UTC
    Kind.JSON: np.int32,  # as strings
}


class Manifest(msgspec.Struct, frozen=True):
    """What a snapshot is."""

    version: int
    rows: int
    located: int  # rows that have a geometry: the first ones
    levels: int
    collection: Collection


def words(kind: Kind) -> bool:
    """Whether values of a kind are kept as ranks among distinct words."""
    return kind in (Kind.STRING, Kind.JSON)


def numbers(path: Path, kind: type | str, columns: int = 0) -> np.ndarray:
    """Map a file of numbers; an empty file is an empty array."""
    if path.stat().st_size == 0:
        return np.empty((0, columns) if columns else 0, kind)
    found = np.frombuffer(mapped(path), kind)
    return found.reshape(-1, columns) if columns else found


def mapped(path: Path) -> mmap.mmap | bytes:
    """Map a file of bytes; pages are shared by all processes that do."""
    if path.stat().st_size == 0:
        return b""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def released(array: object) -> None:
    """Give up the pages of a mapped file: they stay in the system's cache, for us and others, and count as nobody's."""
    while isinstance(array, np.ndarray | memoryview):
        array = array.base if isinstance(array, np.ndarray) else array.obj
    if isinstance(array, mmap.mmap):
        array.madvise(mmap.MADV_DONTNEED)


class Texts:
    """Pieces of a mapped file, by number."""

    def __init__(self, path: Path) -> None:
        self.bytes = mapped(path.with_name(path.name + ".bin"))
        self.at = numbers(path.with_name(path.name + ".at"), np.int64)
        self._at = self.at.data  # one number at a time, it is faster

    def __len__(self) -> int:
        return len(self.at) - 1

    def __getitem__(self, row: int) -> bytes:
        return self.bytes[self._at[row] : self._at[row + 1]]

    def take(self, rows: np.ndarray) -> list[bytes]:
        body = self.bytes
        return [body[a:b] for a, b in zip(self.at[rows].tolist(), self.at[rows + 1].tolist(), strict=True)]

    def find(self, wanted: bytes, rows: np.ndarray | None = None, *, after: bool = False) -> int:
        """Binary search among sorted pieces, or among `rows` in the order of their pieces: the first that is not before `wanted`."""
        low, high = 0, len(self) if rows is None else len(rows)
        body, at = self.bytes, self._at
        while low < high:
            middle = (low + high) // 2
            row = middle if rows is None else rows[middle]
            here = body[at[row] : at[row + 1]]
            if here < wanted or (after and here == wanted):
                low = middle + 1
            else:
                high = middle
        return low
