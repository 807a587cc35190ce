"""Rows of SQLite → Arrow. SQLite keeps any value in any column: what is not of the column's kind is null."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from cicclo.features.model import GEOMETRY, ID, Kind, View
from cicclo.features.reprojection import reproject
from cicclo.features.stores._geopackage import blob
from cicclo.features.stores._geopackage.catalogue import Column, Layer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
TYPES = {
    Kind.STRING: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("ms", "UTC"),
    Kind.JSON: pa.string(),
}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None if isinstance(value, bytes) else str(value)


def _integer(value: Any) -> int | None:
    return (
        value
        if isinstance(value, int)
        else int(value)
        if isinstance(value, float) and value.is_integer()
        else None
    )


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _boolean(value: Any) -> bool | None:
    return bool(value) if value in (0, 1) else None


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def moment(value: Any) -> datetime | None:
    """A time without a zone is UTC (GeoPackage says so)."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return read if read is None or read.tzinfo else read.replace(tzinfo=UTC)


def _instant(value: Any) -> int | None:
    read = moment(value)
    return None if read is None else (read - _EPOCH) // _MILLISECOND


def milliseconds(column: Column, value: Any) -> int | None:
    """Since 1970, UTC; a day is its first moment."""
    if column.kind is Kind.INSTANT:
        return _instant(value)
    day = _date(value)
    return None if day is None else (day - _EPOCH.date()).days * 86_400_000


READ: dict[Kind, Callable[[Any], Any]] = {
    Kind.STRING: _text,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.INSTANT: _instant,
    Kind.JSON: _text,
}


def record_value(column: Column, value: Any) -> Any:
    """A value as the evaluation of CQL2 takes it."""
    if value is None:
        return None
    if column.kind is Kind.INSTANT:
        return moment(value)
    if column.kind is Kind.JSON:
        try:
            return json.loads(value)
        except (TypeError, ValueError, RecursionError):
            return None
    return READ[column.kind](value)


def shape(geometry: bytes | None) -> shapely.Geometry | None:
    inner = blob.wkb(geometry)
    read = shapely.from_wkb(inner, on_invalid="ignore") if inner is not None else None
    return None if read is None or read.is_empty else read


def batch(
    layer: Layer, columns: Sequence[Column], view: View, rows: Sequence[Sequence[Any]]
) -> pa.RecordBatch:
    """`rows` hold the id, the columns, and the geometry when the layer has one."""
    lists = list(zip(*rows, strict=True)) or [()] * (len(columns) + 2)
    arrays = [pa.array([str(each) for each in lists[0]], pa.string())]
    names = [ID]
    for column, values in zip(columns, lists[1:], strict=False):
        read = READ[column.kind]
        raw = pa.int64() if column.kind is Kind.INSTANT else TYPES[column.kind]
        array = pa.array([None if value is None else read(value) for value in values], raw)
        arrays.append(array.cast(TYPES[column.kind]))
        names.append(column.name)
    if layer.geometry:
        arrays.append(
            _geometries(layer, view, lists[len(columns) + 1] if view.geometry else [None] * len(rows))
        )
        names.append(GEOMETRY)
    return pa.RecordBatch.from_arrays(arrays, names)


def _geometries(layer: Layer, view: View, blobs: Sequence[bytes | None]) -> pa.Array:
    inner = np.array([blob.wkb(each) for each in blobs], dtype=object)
    shapes = shapely.from_wkb(inner, on_invalid="ignore")
    shapes = reproject(shapes, layer.storage_crs, view.crs)
    return pa.array(shapely.to_wkb(shapes, byte_order=1, flavor="iso"), pa.binary())
