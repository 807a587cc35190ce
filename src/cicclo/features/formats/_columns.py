"""What the formats of tables share: names that do not collide, columns of plain values."""

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import shapely

from cicclo.features import batches as roles
from cicclo.features.encoding import in_degrees
from cicclo.features.model import GEOMETRY, ID, GeometryKind, Kind, Property
from cicclo.features.ports import About


def unique(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Names made different, whatever their case (SQLite and GDAL make no difference): `nom`, `Nom_2`."""
    used = {each.casefold() for each in taken}
    given = []
    for name in names:
        chosen, number = name, 1
        while chosen.casefold() in used:
            number += 1
            chosen = f"{name}_{number}"
        used.add(chosen.casefold())
        given.append(chosen)
    return given


def headings(about: About, *more: str) -> tuple[list[Property], list[str]]:
    """The properties of the view, and the names of all columns: the id, the properties, then `more`."""
    shown = roles.shown(about.collection, about.view)
    return shown, unique([ID, *(each.name for each in shown), *more])


def id_type(about: About) -> pa.DataType:
    return roles.ARROW[about.collection.id_kind]


def columns(about: About, batch: pa.RecordBatch) -> list[pa.Array]:
    """The id and the properties of the view, of the types that their kinds promise; nulls where the batch lacks one."""
    found = {each.name: column for each, column in roles.values(batch, about.collection)}
    identifiers = roles.identifiers(batch).cast(id_type(about))
    shown = roles.shown(about.collection, about.view)
    return [identifiers, *(_typed(found.get(each.name), each, batch.num_rows) for each in shown)]


def _typed(column: pa.Array | None, shown: Property, size: int) -> pa.Array:
    wanted = roles.ARROW[shown.kind]
    return pa.nulls(size, wanted) if column is None else column.cast(wanted)


def has_geometry(about: About) -> bool:
    return about.view.geometry and about.collection.geometry is not GeometryKind.NONE


def place_names(about: About) -> tuple[str, ...]:
    """Columns of a table that tell the place: two or three numbers for points, else the geometry as WKT."""
    if not has_geometry(about):
        return ()
    if about.collection.geometry is not GeometryKind.POINT:
        return (GEOMETRY,)
    names = ("longitude", "latitude") if in_degrees(about.view.crs) else ("x", "y")
    return (*names, "z") if about.collection.has_z else names


def places(about: About, shapes: np.ndarray) -> list[pa.Array]:
    """The columns of `place_names`."""
    if not has_geometry(about):
        return []
    if about.collection.geometry is not GeometryKind.POINT:
        texts = shapely.to_wkt(shapes, rounding_precision=-1)
        return [pa.array(texts, pa.large_string(), mask=shapely.is_missing(shapes))]
    axes = [shapely.get_x(shapes), shapely.get_y(shapes)]
    if about.collection.has_z:
        axes.append(shapely.get_z(shapes))
    return [pa.array(each, mask=~np.isfinite(each)) for each in axes]


def is_text(kind: Kind) -> bool:
    return kind in (Kind.STRING, Kind.JSON)
