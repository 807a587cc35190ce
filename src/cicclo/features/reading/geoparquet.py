"""GeoParquet 1.x, and Parquet with its own geometry type, row group by row group."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from cicclo.features.errors import BadSource
from cicclo.features.reading.account import Account
from cicclo.features.reading.layers import Layer, batch_rows
from cicclo.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Shape:
    """The column of geometry; `covering` is the column of boxes that goes with it."""

    column: str = ""
    encoding: str = "WKB"
    crs: CRS | None = None
    types: tuple[str, ...] = ()
    covering: str = ""


def layers(path: Path) -> list[Layer]:
    """Describe a Parquet file as one layer."""
    try:
        file = pq.ParquetFile(path, pre_buffer=False)
        schema, metadata = file.schema_arrow, file.metadata
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    shape = _shape(schema, path)
    fields = tuple(each for each in schema if each.name not in (shape.column, shape.covering))
    size = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    rows = batch_rows(size, metadata.num_rows)

    def read(columns: Sequence[str] | None, _account: Account) -> Iterator[pa.RecordBatch]:
        wanted = [*(each.name for each in fields), *([shape.column] if shape.column else [])]
        chosen = list(columns) if columns is not None else wanted
        try:
            for batch in pq.ParquetFile(path, pre_buffer=False).iter_batches(rows, columns=chosen):
                yield _with_wkb(batch, shape) if columns is None and shape.column else batch
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _unreadable(path, error) from error

    declared = " ".join(shape.types) if len(shape.types) == 1 else ""
    described = {"declared": declared, "crs": shape.crs, "count": metadata.num_rows}
    return [Layer(path.stem, fields, read, shape.column, **described)]


def _shape(schema: pa.Schema, path: Path) -> Shape:
    """The geometry as the file's metadata, or its own types, tell it."""
    raw = (schema.metadata or {}).get(b"geo")
    if raw is None:
        return _native(schema)
    try:
        geo = json.loads(raw)
        name = geo["primary_column"]
        about = geo["columns"][name]
        crs = about.get("crs", "OGC:CRS84")  # null is said: unknown
        covering = about.get("covering", {}).get("bbox", {}).get("xmin", [""])[0]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(path, error) from error
    shape = Shape(
        name, about.get("encoding", "WKB"), _crs(crs), tuple(about.get("geometry_types", ())), covering
    )
    if shape.encoding.lower() not in ("wkb", "point") or name not in schema.names:
        raise BadSource(
            Text(f"géométrie codée en « {shape.encoding} »", f"geometry encoded as “{shape.encoding}”"),
            at=path.name,
            remedy=Text("l'écrire en WKB", "write it as WKB"),
        )
    return shape


def _native(schema: pa.Schema) -> Shape:
    """GEOMETRY of Parquet itself, or GeoArrow's extension of it."""
    for each in schema:
        name, said = _extension(each)
        if name == "geoarrow.wkb":
            crs = said.get("crs", "OGC:CRS84") if isinstance(said, Mapping) else "OGC:CRS84"
            return Shape(each.name, crs=_crs(crs))
    return Shape()


def _extension(each: pa.Field) -> tuple[str, Any]:
    if isinstance(each.type, pa.BaseExtensionType):
        serialized = (
            each.type.__arrow_ext_serialize__() if hasattr(each.type, "__arrow_ext_serialize__") else b""
        )
        return each.type.extension_name, json.loads(serialized or b"{}")
    metadata = each.metadata or {}
    name = metadata.get(b"ARROW:extension:name", b"").decode()
    return name, json.loads(metadata.get(b"ARROW:extension:metadata") or b"{}")


def _crs(said: Any) -> CRS | None:
    if said is None:
        return None
    try:
        return CRS.from_user_input(said)
    except CRSError:
        return None


def _with_wkb(batch: pa.RecordBatch, shape: Shape) -> pa.RecordBatch:
    """The batch with little-endian WKB, whatever the file holds."""
    index = batch.schema.get_field_index(shape.column)
    values = batch.column(index)
    if isinstance(values, pa.ExtensionArray):
        values = values.storage
    if shape.encoding.lower() == "point":
        values = _points(values)
    elif values.type != pa.binary():
        values = values.cast(pa.binary())
    return batch.set_column(index, pa.field(shape.column, pa.binary()), values)


def _points(values: pa.StructArray) -> pa.Array:
    axes = [np.asarray(pc.fill_null(pc.struct_field(values, name), np.nan)) for name in ("x", "y")]
    shapes = shapely.points(*axes)
    shapes[np.asarray(pc.is_null(values))] = None
    return pa.array(shapely.to_wkb(shapes, byte_order=1, flavor="iso"), pa.binary())


def _unreadable(path: Path, error: Exception) -> BadSource:
    return BadSource(
        Text(f"fichier Parquet illisible ({error})", f"unreadable Parquet file ({error})"),
        at=path.name,
        remedy=Text("vérifier que le fichier est complet", "check that the file is complete"),
    )
