"""What the service does not do, done here on the features that it gave: filters, boxes, intervals, order, CRS."""

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from cicclo.features.model import GEOMETRY, ID, Box, Collection, Interval, Kind, Query, Sort, View
from cicclo.features.reprojection import reproject
from cicclo.ogc.cql2.evaluate import matches
from cicclo.ogc.crs import CRS84

_DAY = 86_400_000


def selected(batch: pa.RecordBatch, query: Query, collection: Collection) -> np.ndarray:
    """Which rows match the box, the interval and the filter of a query."""
    keep = np.ones(batch.num_rows, bool)
    if query.box is not None or query.filter is not None:
        shapes = in_degrees(batch, collection)
        if query.box is not None:
            keep &= _in_box(shapes, query)
        if query.interval is not None:
            keep &= in_interval(batch, query.interval, collection)
        if query.filter is not None:
            keep &= _filtered(batch, shapes, keep, query, collection)
    elif query.interval is not None:
        keep &= in_interval(batch, query.interval, collection)
    return keep


def in_degrees(batch: pa.RecordBatch, collection: Collection) -> np.ndarray:
    """Shapes in CRS84."""
    shapes = shapely.from_wkb(batch.column(GEOMETRY).to_numpy(zero_copy_only=False))
    return reproject(shapes, collection.storage_crs, CRS84)


def extent(batch: pa.RecordBatch, collection: Collection) -> Box | None:
    """Where the features are; what the collection says, when they are nowhere."""
    west, south, east, north = (float(each) for each in shapely.total_bounds(in_degrees(batch, collection)))
    return (west, south, east, north) if np.isfinite([west, south, east, north]).all() else collection.extent


def _in_box(shapes: np.ndarray, query: Query) -> np.ndarray:
    """Those that meet the box, and those that are nowhere (OGC 17-069r4, 7.15.3)."""
    assert query.box is not None
    area = shapely.from_wkb(query.area) if query.area else outline(query.box)
    shapely.prepare(area)
    return shapely.intersects(area, shapes) | shapely.is_missing(shapes)  # type: ignore[no-any-return]


def outline(box: Box) -> Any:
    west, south, east, north = box
    if west <= east:
        return shapely.box(west, south, east, north)
    return shapely.union_all([shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)])


def in_interval(batch: pa.RecordBatch, interval: Interval, collection: Collection) -> np.ndarray:
    """Those whose time meets the interval, and those without time (7.15.4)."""
    keep = np.ones(batch.num_rows, bool)
    if not collection.instants:
        return keep
    starts, ends = collection.instants[0], collection.instants[-1]
    if interval.end is not None:
        keep &= _compared(batch.column(starts), interval.end, last=False, at_most=True)
    if interval.start is not None:
        keep &= _compared(batch.column(ends), interval.start, last=True, at_most=False)
    return keep


def _compared(values: pa.Array, moment: int, *, last: bool, at_most: bool) -> np.ndarray:
    """Compare with a moment; a date is its first moment, or its last when it ends something."""
    if pa.types.is_date(values.type):
        moments = pc.multiply(values.cast(pa.int32()).cast(pa.int64()), _DAY)
        moments = pc.add(moments, _DAY - 1) if last else moments
    else:
        moments = values.cast(pa.int64())
    within = pc.less_equal(moments, moment) if at_most else pc.greater_equal(moments, moment)
    return np.asarray(pc.fill_null(within, True))  # noqa: FBT003 - pyarrow's signature


def _filtered(
    batch: pa.RecordBatch, shapes: np.ndarray, among: np.ndarray, query: Query, collection: Collection
) -> np.ndarray:
    assert query.filter is not None
    lists = [each.name for each in collection.properties if each.kind is Kind.JSON]
    keep = np.zeros(batch.num_rows, bool)
    rows = np.flatnonzero(among)
    chosen = batch.drop_columns([GEOMETRY]).take(pa.array(rows))
    for row, record in zip(rows, chosen.to_pylist(), strict=True):
        record |= {name: json.loads(record[name]) for name in lists if record[name]}
        keep[row] = matches(query.filter, {**record, GEOMETRY: shapes[row]})
    return keep


def ordered(batch: pa.RecordBatch, sort: tuple[Sort, ...]) -> pa.RecordBatch:
    """Sorted, nulls last both ways, equal ones by identifier."""
    keys = [(each.name, "descending" if each.descending else "ascending") for each in sort]
    return batch.take(pc.sort_indices(batch, sort_keys=[*keys, (ID, "ascending")]))


def viewed(batch: pa.RecordBatch, view: View, collection: Collection) -> pa.RecordBatch:
    """The properties wanted, in the CRS wanted."""
    names = view.properties if view.properties is not None else [each.name for each in collection.properties]
    shown = batch.select([ID, *names])
    if not view.geometry:
        return shown.append_column(GEOMETRY, pa.nulls(batch.num_rows, pa.binary()))
    wkb = batch.column(GEOMETRY)
    if view.crs != collection.storage_crs:
        shapes = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False))
        moved = reproject(shapes, collection.storage_crs, view.crs)
        wkb = pa.array(shapely.to_wkb(moved, byte_order=1, flavor="iso"), pa.binary())
    return shown.append_column(GEOMETRY, wkb)
