"""Batches in the order of their source → files, to be put in order afterwards: what keeps the memory of a build bounded."""

import mmap
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from cicclo.features import batches
from cicclo.features.encoding import encode
from cicclo.features.model import Collection, View
from cicclo.features.reprojection import reproject
from cicclo.features.stores.published import hilbert
from cicclo.ogc.crs import CRS84

PIECE = 250_000  # bytes gathered at once: the system maps sixteen pages around each one that is touched


class Spool:
    """Files beside the snapshot: texts, boxes, keys, and the properties as Arrow batches."""

    def __init__(self, folder: Path, collection: Collection) -> None:
        folder.mkdir(parents=True)
        self.folder, self._collection = folder, collection
        self._texts = {name: _Lengths(folder, name) for name in ("features", "geometry", "ids")}
        self._boxes = (folder / "boxes").open("wb")
        self._keys = (folder / "keys").open("wb")
        self._columns: pa.RecordBatchFileWriter | None = None
        self.rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        shapes = batches.shapes(batch)
        degrees = reproject(shapes, self._collection.storage_crs, CRS84)
        boxes = shapely.bounds(degrees)
        boxes[~np.isfinite(boxes).all(1)] = np.nan
        hilbert.keys((boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2).tofile(self._keys)
        boxes.tofile(self._boxes)
        self._texts["features"].add(
            [
                each + b","
                for each in encode(batches.placed(batch, degrees), self._collection, View(crs=CRS84))
            ]
        )
        self._texts["geometry"].add([each or b"" for each in shapely.to_wkb(shapes).tolist()])
        self._texts["ids"].add([each.encode() for each in batches.identifiers(batch).to_pylist()])
        self._add_columns(batch)
        self.rows += batch.num_rows

    def _add_columns(self, batch: pa.RecordBatch) -> None:
        values = batches.values(batch, self._collection)
        kept = pa.RecordBatch.from_arrays(
            [array for _, array in values], [str(i) for i in range(len(values))]
        )
        if self._columns is None:
            self._columns = pa.ipc.new_file(str(self.folder / "columns.arrow"), kept.schema)
        self._columns.write_batch(kept)

    def close(self) -> None:
        for texts in self._texts.values():
            texts.close()
        self._boxes.close()
        self._keys.close()
        if self._columns is not None:
            self._columns.close()

    def column(self, place: int) -> pa.ChunkedArray:
        """One property of all features, in the order of the source."""
        with pa.memory_map(str(self.folder / "columns.arrow")) as file:
            reader = pa.ipc.open_file(file)
            return pa.chunked_array(
                [reader.get_batch(i).column(place) for i in range(reader.num_record_batches)]
            )


class _Lengths:
    """One file of pieces, one of their lengths."""

    def __init__(self, folder: Path, name: str) -> None:
        self._bytes = (folder / f"{name}.bin").open("wb", buffering=1 << 20)
        self._lengths = (folder / f"{name}.len").open("wb")

    def add(self, pieces: list[bytes]) -> None:
        self._bytes.write(b"".join(pieces))
        np.fromiter(map(len, pieces), np.int64, len(pieces)).tofile(self._lengths)

    def close(self) -> None:
        self._bytes.close()
        self._lengths.close()


def ordered(source: Path, target: Path, name: str, order: np.ndarray) -> None:
    """Write the pieces of `name` in another order: `<name>.bin` and `<name>.at`."""
    lengths = np.fromfile(source / f"{name}.len", np.int64)
    starts = np.cumsum(lengths) - lengths
    ends = np.cumsum(lengths[order])
    with (target / f"{name}.at").open("wb") as file:
        np.zeros(1, np.int64).tofile(file)
        ends.tofile(file)
    cuts = np.flatnonzero(np.diff(ends // PIECE)) + 1
    del ends
    with (source / f"{name}.bin").open("rb") as pieces, (target / f"{name}.bin").open("wb") as file:
        if not pieces.seek(0, 2):
            return
        with mmap.mmap(pieces.fileno(), 0, access=mmap.ACCESS_READ) as body:
            for rows in np.split(order, cuts):
                file.write(_gathered(body, starts[rows], lengths[rows]))
                # what was read stays in the system's cache, and no longer counts as ours
                body.madvise(mmap.MADV_DONTNEED)


def _gathered(body: mmap.mmap, starts: np.ndarray, lengths: np.ndarray) -> bytes:
    """Copy pieces of bytes next to one another, without a loop over them."""
    ends = np.cumsum(lengths)
    places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - lengths), lengths)
    return bytes(np.frombuffer(body, np.uint8)[places])
