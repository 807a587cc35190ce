"""Arrays of geometries → GeoJSON geometry objects, by whole columns.

Coordinates become text in one go (Arrow's shortest form that reads back the same), then parts, rings and lines are
joined level by level along the offsets of the ragged arrays.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

TEXT = pa.large_string()
NAMES = (
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
)
_COLLECTION = 7


def geometry_texts(
    shapes: np.ndarray, *, flip: bool = False, digits: int | None = None
) -> pa.LargeStringArray:
    """Write geometries; null for missing and empty ones, and for those with coordinates that are no numbers."""
    shapes = prepared(shapes, flip=flip, digits=digits)
    groups = np.where(shapely.is_missing(shapes), -1, shapely.get_type_id(shapes) * 2 + shapely.has_z(shapes))
    present = [each for each in np.unique(groups) if each >= 0]
    if len(present) == 1 and (groups >= 0).all():
        return _of_one_kind(shapes)
    rows, texts = [], []
    for group in present:
        rows.append(np.flatnonzero(groups == group))
        texts.append(_of_one_kind(shapes[rows[-1]]))
    return _scattered(rows, texts, len(shapes))


def prepared(shapes: np.ndarray, *, flip: bool, digits: int | None) -> np.ndarray:
    """Geometries that can be written, with their axes exchanged and coordinates rounded if asked."""
    shapes = np.asarray(shapes, dtype=object)
    shapes = np.where(shapely.is_empty(shapes), None, shapes)
    wrong = ~np.isfinite(shapely.bounds(shapes)).all(axis=1) & ~shapely.is_missing(shapes)
    shapes = np.where(wrong, None, shapes) if wrong.any() else shapes
    if flip:
        shapes = _changed(shapes, lambda c: np.column_stack((c[:, 1], c[:, 0], c[:, 2:])))
    return _changed(shapes, lambda c: np.round(c, digits)) if digits is not None else shapes


def _changed(shapes: np.ndarray, change: object) -> np.ndarray:
    """Change coordinates, heights included where there are some."""
    high = shapely.has_z(shapes)
    if not high.any():
        return np.asarray(shapely.transform(shapes, change))
    changed = shapes.copy()
    for heights, rows in ((False, ~high), (True, high)):
        changed[rows] = shapely.transform(shapes[rows], change, include_z=heights)
    return changed


def _scattered(rows: list[np.ndarray], texts: list[pa.Array], size: int) -> pa.LargeStringArray:
    """Texts back in the rows they come from; null elsewhere."""
    if not rows:
        return pa.nulls(size, TEXT)
    places = np.full(size, -1)
    places[np.concatenate(rows)] = np.arange(sum(map(len, rows)))
    return pa.concat_arrays(texts).take(pa.array(places, mask=places < 0))


def _of_one_kind(shapes: np.ndarray) -> pa.LargeStringArray:
    kind = int(shapely.get_type_id(shapes[0]))
    if kind == _COLLECTION:
        return pa.array([_collection(each) for each in shapes], TEXT)
    if kind == 2:  # a linear ring is a closed line
        shapes, kind = shapely.linestrings([each.coords for each in shapes]), 1
    _, coordinates, offsets = shapely.to_ragged_array(shapes, include_z=bool(shapely.has_z(shapes[0])))
    texts = _positions(coordinates)
    for each in offsets:
        texts = _listed(texts, each)
    return _wrapped(f'{{"type":"{NAMES[kind]}","coordinates":', texts, "}")


def _positions(coordinates: np.ndarray) -> pa.LargeStringArray:
    """`[2.5,46]`; a height that is no number is left out."""
    columns = [pa.array(np.ascontiguousarray(coordinates[:, i])) for i in range(coordinates.shape[1])]
    comma, empty = pa.scalar(",", TEXT), pa.scalar("", TEXT)
    parts = [columns[0].cast(TEXT), comma, columns[1].cast(TEXT)]
    if len(columns) == 3:
        height = pc.if_else(pc.is_finite(columns[2]), columns[2], None).cast(TEXT)
        parts.append(pc.fill_null(pc.binary_join_element_wise(comma, height, empty), ""))
    return pc.binary_join_element_wise(pa.scalar("[", TEXT), *parts, pa.scalar("]", TEXT), empty)


def _listed(texts: pa.Array, offsets: np.ndarray) -> pa.LargeStringArray:
    lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), texts)
    return _wrapped("[", pc.binary_join(lists, pa.scalar(",", TEXT)), "]")


def _wrapped(before: str, texts: pa.Array, after: str) -> pa.LargeStringArray:
    return pc.binary_join_element_wise(
        pa.scalar(before, TEXT), texts, pa.scalar(after, TEXT), pa.scalar("", TEXT)
    )


def _collection(shape: shapely.GeometryCollection) -> str:
    parts = geometry_texts(np.array(list(shape.geoms), dtype=object)).to_pylist()
    inside = ",".join(each for each in parts if each is not None)
    return f'{{"type":"GeometryCollection","geometries":[{inside}]}}'
