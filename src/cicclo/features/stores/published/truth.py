"""The truth of a publication: its features as GeoParquet 1.1, in Hilbert order, also the download of the whole collection."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cicclo.features.model import GEOMETRY, GeometryKind
from cicclo.ogc import crs as crss

if TYPE_CHECKING:
    from cicclo.features.stores.published.snapshot import Snapshot

GROUP = 50_000  # rows of a row group
NAMES = {
    GeometryKind.POINT: "Point", GeometryKind.MULTIPOINT: "MultiPoint", GeometryKind.LINESTRING: "LineString",
    GeometryKind.MULTILINESTRING: "MultiLineString", GeometryKind.POLYGON: "Polygon", GeometryKind.MULTIPOLYGON: "MultiPolygon",
    GeometryKind.COLLECTION: "GeometryCollection",
}  # fmt: skip


def write(snapshot: "Snapshot", path: Path) -> None:
    """Write all rows of a snapshot."""
    collection = snapshot.collection
    writer = None
    for start in range(0, max(snapshot.rows, 1), GROUP):
        rows = np.arange(start, min(start + GROUP, snapshot.rows))
        batch = snapshot.batch(rows, tuple(each.name for each in collection.properties), geometry=True)
        boxes = snapshot.storage_boxes(batch)
        table = pa.table(
            [*batch.columns, boxes],
            schema=pa.schema(
                [*batch.schema, pa.field("bbox", boxes.type)], {b"geo": json.dumps(_geo(snapshot)).encode()}
            ),
        )
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=GROUP)
    if writer:
        writer.close()


def _geo(snapshot: "Snapshot") -> dict[str, Any]:
    collection = snapshot.collection
    crs = crss.read(collection.storage_crs)
    name = NAMES.get(collection.geometry)
    edges = ("xmin", "ymin", "xmax", "ymax")
    column = {
        "encoding": "WKB",
        "geometry_types": [] if name is None else [name + (" Z" if collection.has_z else "")],
        "crs": crs.to_json_dict() if crs else None,
        "covering": {"bbox": {edge: ["bbox", edge] for edge in edges}},
    }
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
