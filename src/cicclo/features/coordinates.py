"""Arrays of geometries → GeoJSON geometry objects, by whole columns.

Coordinates become text in one go (Arrow's shortest form that reads back the same), then parts, rings and lines are
joined level by level along the offsets of the ragged arrays.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

TEXT = pa.large_string()
EMPTY = pa.scalar("", TEXT)
COLLECTION = 7
RING = 2
_NAMES = ("Point", "LineString", "", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
_MULTIPLE = 4  # kinds from here on are made of parts

Written = Any  # a pa.LargeStringArray: pyarrow tells no types
Change = Callable[[np.ndarray], np.ndarray]


def geometry_texts(shapes: np.ndarray, *, flip: bool = False, digits: int | None = None) -> Written:
    """Write geometries; null for missing and empty ones, and for those with coordinates that are no numbers."""
    shapes = prepared(shapes, flip=flip, digits=digits)
    return by_kind(shapes, lambda rows: _of_one_kind(shapes[rows]))


def prepared(shapes: np.ndarray, *, flip: bool = False, digits: int | None = None) -> np.ndarray:
    """Geometries that can be written, with their axes exchanged and coordinates rounded if asked."""
    shapes = without_empty_parts(without_measures(np.asarray(shapes, dtype=object)))
    wrong = ~np.isfinite(shapely.bounds(shapes)).all(axis=1)  # none of an empty or missing geometry is finite
    shapes = np.where(wrong, np.array(None, dtype=object), shapes) if wrong.any() else shapes
    if flip:
        shapes = _changed(shapes, lambda c: np.column_stack((c[:, 1], c[:, 0], c[:, 2:])))
    return _changed(shapes, lambda c: np.round(c, digits)) if digits is not None else shapes


def without_measures(shapes: np.ndarray) -> np.ndarray:
    """No format of ours but GeoParquet can hold measures."""
    measured = shapely.has_m(shapes)
    if not measured.any():
        return shapes
    shapes = shapes.copy()
    for size, rows in ((2, measured & ~shapely.has_z(shapes)), (3, measured & shapely.has_z(shapes))):
        shapes[rows] = shapely.from_wkb(shapely.to_wkb(shapes[rows], output_dimension=size))
    return shapes


def without_empty_parts(shapes: np.ndarray) -> np.ndarray:
    """Formats with nested lists of coordinates cannot tell what kind an empty part is of."""
    multiple = np.flatnonzero(shapely.get_type_id(shapes) >= _MULTIPLE)
    parts, owners = shapely.get_parts(shapes[multiple], return_index=True)
    hollow = np.unique(owners[shapely.is_empty(parts)])
    if not len(hollow):
        return shapes
    shapes = shapes.copy()
    for row in multiple[hollow]:
        shapes[row] = type(shapes[row])([each for each in shapes[row].geoms if not each.is_empty])
    return shapes


def _changed(shapes: np.ndarray, change: Change) -> np.ndarray:
    """Change coordinates, heights included where there are some."""
    high = shapely.has_z(shapes)
    changed = shapes.copy()
    for heights, rows in ((False, ~high), (True, high)):
        if rows.any():
            changed[rows] = shapely.transform(shapes[rows], change, include_z=heights)
    return changed


def by_kind(shapes: np.ndarray, write: Callable[[np.ndarray], Written]) -> Written:
    """Write the rows of each kind (and of two or three dimensions) together; null where there is no geometry."""
    groups = np.where(shapely.is_missing(shapes), -1, shapely.get_type_id(shapes) * 2 + shapely.has_z(shapes))
    present = [each for each in np.unique(groups) if each >= 0]
    rows = [np.flatnonzero(groups == group) for group in present]
    if not rows:
        return pa.nulls(len(shapes), TEXT)
    texts = [write(each) for each in rows]
    if len(rows[0]) == len(shapes):
        return texts[0]
    places = np.full(len(shapes), -1)
    places[np.concatenate(rows)] = np.arange(sum(map(len, rows)))
    return pa.concat_arrays(texts).take(pa.array(places, mask=places < 0))


def ragged(shapes: np.ndarray) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Coordinates of geometries of one kind and dimension, and the offsets of their lines, rings and parts."""
    if int(shapely.get_type_id(shapes[0])) == RING:
        shapes = np.array([shapely.LineString(each) for each in shapes], dtype=object)
    _, coordinates, offsets = shapely.to_ragged_array(shapes, include_z=bool(shapely.has_z(shapes[0])))
    return coordinates, offsets


def number_texts(coordinates: np.ndarray) -> list[Written]:
    """One array of text per axis; heights that are no numbers are null."""
    columns = [pa.array(np.ascontiguousarray(coordinates[:, i])) for i in range(coordinates.shape[1])]
    if len(columns) == 3:
        columns[2] = pc.if_else(pc.is_finite(columns[2]), columns[2], None)
    return [each.cast(TEXT) for each in columns]


def joined(texts: Written, offsets: np.ndarray, separator: str) -> Written:
    """Join texts along offsets."""
    lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), texts)
    return pc.binary_join(lists, pa.scalar(separator, TEXT))


def concatenated(*parts: Written | str) -> Written:
    """Put columns and constants side by side; null where one is null."""
    scalars = (pa.scalar(each, TEXT) if isinstance(each, str) else each for each in parts)
    return pc.binary_join_element_wise(*scalars, EMPTY)


def _of_one_kind(shapes: np.ndarray) -> Written:
    kind = int(shapely.get_type_id(shapes[0]))
    if kind == COLLECTION:
        return pa.array([_collection(each) for each in shapes], TEXT)
    coordinates, offsets = ragged(shapes)
    texts = _positions(coordinates)
    for each in offsets:
        texts = concatenated("[", joined(texts, each, ","), "]")
    name = _NAMES[1 if kind == RING else kind]
    return concatenated(f'{{"type":"{name}","coordinates":', texts, "}")


def _positions(coordinates: np.ndarray) -> Written:
    """`[2.5,46]`; a height that is no number is left out."""
    first, second, *height = number_texts(coordinates)
    tail = pc.fill_null(concatenated(",", height[0]), "") if height else ""
    return concatenated("[", first, ",", second, tail, "]")


def _collection(shape: shapely.GeometryCollection) -> str:
    parts = geometry_texts(np.array(list(shape.geoms), dtype=object)).to_pylist()
    inside = ",".join(each for each in parts if each is not None)
    return f'{{"type":"GeometryCollection","geometries":[{inside}]}}'
