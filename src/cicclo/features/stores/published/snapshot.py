"""One publication, open: mapped files that never change. They outlive their removal while somebody reads them."""

from asyncio import Future
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import shapely

from cicclo.features.errors import BadSource
from cicclo.features.model import GEOMETRY, ID, Sort
from cicclo.features.reprojection import reproject
from cicclo.features.stores.published import layout
from cicclo.features.stores.published.columns import Column
from cicclo.features.stores.published.layout import Manifest, Texts, mapped, numbers
from cicclo.features.stores.published.tree import Tree
from cicclo.kernel.text import Text
from cicclo.ogc.crs import CRS84


class Snapshot:
    """Rows are in the order of (key, identifier); `located` first ones have a geometry."""

    def __init__(self, folder: Path) -> None:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
        if manifest.version != layout.VERSION:
            raise BadSource(
                Text(
                    "publication faite par une autre version de cicclo",
                    "published by another version of cicclo",
                ),
                at=str(folder.parent.name),
                remedy=Text("publier de nouveau", "publish again"),
            )
        self.name, self.rows, self.located = folder.name, manifest.rows, manifest.located
        self.collection = manifest.collection
        self.features = mapped(folder / "features.bin")
        self.at = numbers(folder / "features.at", np.int64)
        self._at = self.at.data
        self.shapes, self.ids = Texts(folder / "geometry"), Texts(folder / "ids")
        self.boxes = numbers(folder / "boxes", np.float64, 4)
        above = [numbers(folder / f"tree.{i}", np.float64, 4) for i in range(manifest.levels)]
        self.tree = Tree(self.boxes, above, self.located)
        self.keys = numbers(folder / "keys", np.uint64)
        self.by_id = numbers(folder / "ids.sorted", np.uint32)
        whole = folder / "ids.numbers"
        self.id_numbers = numbers(whole, np.int64) if whole.exists() else None
        properties = self.collection.properties if self.rows else ()
        self.columns = {
            each.name: Column(folder, i, each.name, each.kind) for i, each in enumerate(properties)
        }
        self.truth = folder / layout.TRUTH
        self.verdicts: OrderedDict[str, np.ndarray] = OrderedDict()  # of conditions on words, by rank
        self.orders: OrderedDict[tuple[Sort, ...], Future[np.ndarray]] = (
            OrderedDict()
        )  # of all rows, by several keys

    def release(self) -> None:
        """Keep no more memory than what is being read."""
        for each in (self.features, self.at, self.shapes.bytes, self.boxes, self.keys):
            layout.released(each)

    def row(self, id_: str) -> int:
        """The row of an identifier; -1 when there is none."""
        if self.id_numbers is not None:
            try:
                wanted = int(id_)
            except ValueError:
                return -1
            if not -(2**63) <= wanted < 2**63 or str(wanted) != id_:
                return -1
            place = int(self.id_numbers.searchsorted(wanted))
            return int(self.by_id[place]) if place < self.rows and self.id_numbers[place] == wanted else -1
        text = id_.encode("utf-8", "surrogatepass")
        place = self.ids.find(text, self.by_id)
        row = int(self.by_id[place]) if place < self.rows else -1
        return row if row >= 0 and self.ids[row] == text else -1

    def place(self, key: int, id_: bytes) -> tuple[int, bool]:
        """Where (key, identifier) is, or would be; and whether it is there."""
        wanted = np.uint64(key)
        low, high = int(self.keys.searchsorted(wanted)), int(self.keys.searchsorted(wanted, "right"))
        row = low + self.ids.find(id_, range(low, high))  # type: ignore[arg-type]
        return row, row < high and self.ids[row] == id_

    def feature(self, row: int) -> bytes:
        return self.features[self._at[row] : self._at[row + 1] - 1]

    def slice(self, first: int, after: int) -> bytes:
        """Features of consecutive rows, joined by commas."""
        return self.features[self._at[first] : self._at[after] - 1] if after > first else b""

    def pick(self, rows: np.ndarray) -> bytes:
        """Features of rows in the order given; neighbours are copied together."""
        if not len(rows):
            return b""
        cuts = np.flatnonzero(rows[1:] - rows[:-1] != 1)
        starts = [self.at.item(rows.item(0)), *self.at[rows[cuts + 1]].tolist()]
        ends = [*self.at[rows[cuts] + 1].tolist(), self.at.item(rows.item(-1) + 1)]
        body = self.features
        return b"".join([body[a:b] for a, b in zip(starts, ends, strict=True)])[:-1]

    def degrees(self, rows: np.ndarray) -> np.ndarray:
        """Geometries in CRS84; None where there is none."""
        boxes = self.boxes[rows]
        points = (boxes[:, 0] == boxes[:, 2]) & (boxes[:, 1] == boxes[:, 3])
        found = np.full(len(rows), None, object)
        found[points] = shapely.points(boxes[points, :2])  # a point is its box: nothing to read
        if not points.all():
            found[~points] = reproject(self.stored(rows[~points]), self.collection.storage_crs, CRS84)
        return found

    def plane(self, rows: np.ndarray) -> np.ndarray:
        """The same, without heights."""
        shapes = self.degrees(rows)
        return np.asarray(shapely.force_2d(shapes), object) if self.collection.has_z else shapes

    def stored(self, rows: np.ndarray) -> np.ndarray:
        pieces = np.array([each or None for each in self.shapes.take(rows)] + [None], object)[:-1]
        return np.asarray(shapely.from_wkb(pieces), object)

    def batch(
        self, rows: np.ndarray, names: Sequence[str], *, geometry: bool, crs: str = ""
    ) -> pa.RecordBatch:
        """Rows as a batch; geometries in `crs`, else in the storage CRS."""
        identifiers = pa.array([each.decode() for each in self.ids.take(rows)], pa.string())
        arrays, fields = [identifiers], [pa.field(ID, pa.string())]
        for name in names:
            array = self.columns[name].arrow(rows) if self.columns else pa.nulls(0)
            arrays.append(array)
            fields.append(pa.field(name, array.type))
        if geometry:
            arrays.append(self._wkb(rows, crs))
            fields.append(pa.field(GEOMETRY, pa.binary()))
        return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))

    def _wkb(self, rows: np.ndarray, crs: str) -> pa.Array:
        if crs in ("", self.collection.storage_crs):
            return pa.array([each or None for each in self.shapes.take(rows)], pa.binary())
        moved = reproject(self.stored(rows), self.collection.storage_crs, crs)
        return pa.array(shapely.to_wkb(moved).tolist(), pa.binary())

    def storage_boxes(self, batch: pa.RecordBatch) -> pa.StructArray:
        """Boxes of a batch's geometries, as GeoParquet's covering."""
        shapes = shapely.from_wkb(np.array([*batch.column(GEOMETRY).to_pylist(), None], object)[:-1])
        found = shapely.bounds(np.asarray(shapes, object)).reshape(-1, 4)
        missing = np.isnan(found[:, 0])
        edges = [pa.array(found[:, i], pa.float64(), mask=missing) for i in range(4)]
        return pa.StructArray.from_arrays(edges, names=["xmin", "ymin", "xmax", "ymax"])
