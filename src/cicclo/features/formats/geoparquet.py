"""GeoParquet 1.1: WKB, with the box of every feature so that readers skip what is elsewhere. Streamed by row groups."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from cicclo.features.formats import FORMATS
from cicclo.features.formats._columns import columns, has_geometry, unique
from cicclo.features.formats._files import schema, shapes_of
from cicclo.features.ports import About, Format
from cicclo.kernel.text import Text
from cicclo.ogc import crs as crss

ROWS = 50_000  # of a row group, at least
_BOX = pa.struct([(name, pa.float64()) for name in ("xmin", "ymin", "xmax", "ymax")])
_NAMES = ("Point", "LineString", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")


def write(about: About, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """A row group at a time: the metadata, which tell all kinds of geometries, stand at the end of the file."""
    sink = _Sink()
    seen = _Seen()
    wanted = _schema(about)
    # without Arrow's own schema, whose metadata would hide what is added at the end
    options = {"compression": "zstd", "store_schema": False}
    with pq.ParquetWriter(pa.PythonFile(sink, "w"), wanted, **options) as file:
        for group in _groups(_tables(about, batches, wanted, seen)):
            file.write_table(group)
            yield sink.taken()
        if has_geometry(about):
            file.add_key_value_metadata({"geo": _metadata(about, wanted, seen)})
    yield sink.taken()


class _Sink:
    """A file that keeps what is written until it is taken."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing to do: what is written is taken when the time has come."""

    def close(self) -> None:
        self.closed = True

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class _Seen:
    """Kinds of geometries met, and their box."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.box = np.array([np.inf, np.inf, -np.inf, -np.inf])

    def add(self, shapes: np.ndarray, bounds: np.ndarray) -> None:
        kinds = zip(shapely.get_type_id(shapes).tolist(), shapely.has_z(shapes).tolist(), strict=True)
        for kind, high in set(kinds) - {(-1, False)}:
            name = _NAMES[kind] if kind < len(_NAMES) else "GeometryCollection"
            self.kinds.add(f"{name} Z" if high else name)
        if np.isfinite(bounds).any():
            low, high = np.nanmin(bounds[:, :2], 0), np.nanmax(bounds[:, 2:], 0)
            self.box = np.concatenate((np.minimum(self.box[:2], low), np.maximum(self.box[2:], high)))


def _schema(about: About) -> pa.Schema:
    wanted = schema(about)
    return wanted.append(pa.field(unique(["bbox"], wanted.names)[0], _BOX)) if has_geometry(about) else wanted


def _tables(
    about: About, batches: Iterable[pa.RecordBatch], wanted: pa.Schema, seen: _Seen
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        found = columns(about, batch)
        if has_geometry(about):
            shapes = shapes_of(about, batch)
            bounds = shapely.bounds(shapes).reshape(-1, 4)
            seen.add(shapes, bounds)
            found += [pa.array(shapely.to_wkb(shapes, flavor="iso"), pa.binary()), _boxes(bounds)]
        yield pa.record_batch(found, schema=wanted)


def _boxes(bounds: np.ndarray) -> pa.Array:
    edges = [pa.array(np.ascontiguousarray(bounds[:, i])) for i in range(4)]
    return pa.StructArray.from_arrays(edges, fields=list(_BOX), mask=pa.array(np.isnan(bounds[:, 0])))


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    for each in batches:
        waiting.append(each)
        if sum(batch.num_rows for batch in waiting) >= ROWS:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)


def _metadata(about: About, wanted: pa.Schema, seen: _Seen) -> str:
    """The `geo` key (GeoParquet 1.1). Coordinates are in traditional order whatever the CRS says."""
    geometry, boxes = wanted.names[-2:]
    read = crss.read(about.view.crs)
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted(seen.kinds),
        "crs": read.to_json_dict() if read else None,
        "covering": {"bbox": {edge: [boxes, edge] for edge in ("xmin", "ymin", "xmax", "ymax")}},
    }
    if np.isfinite(seen.box).all():
        column["bbox"] = seen.box.tolist()
    document = {"version": "1.1.0", "primary_column": geometry, "columns": {geometry: column}}
    return msgspec.json.encode(document).decode()


FORMATS.add(
    Format(
        name="geoparquet",
        media_type="application/vnd.apache.parquet",
        extension="parquet",
        title=Text("GeoParquet", "GeoParquet"),
        write=write,
    )
)
