"""What is in a batch, by its role. A property may be called `id` or `geometry` too: roles are told by place and type."""

import numpy as np
import pyarrow as pa
import shapely

from cicclo.features.model import GEOMETRY, ID, Collection, Kind, Property, View

ARROW = {
    Kind.STRING: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("ms", "UTC"),
    Kind.JSON: pa.string(),
}


def identifiers(batch: pa.RecordBatch) -> pa.Array:
    """The identifiers: the first column of that name."""
    return batch.column(batch.schema.names.index(ID))


def values(batch: pa.RecordBatch, collection: Collection) -> list[tuple[Property, pa.Array]]:
    """The properties that a batch has, in the schema's order."""
    places = {name: place for place, name in enumerate(batch.schema.names) if place not in _roles(batch)}
    known = (each for each in collection.properties if each.name in places)
    return [(each, batch.column(places[each.name])) for each in known]


def shown(collection: Collection, view: View) -> list[Property]:
    """The properties of a view, in the schema's order."""
    names = view.properties
    return [each for each in collection.properties if names is None or each.name in names]


def shapes(batch: pa.RecordBatch) -> np.ndarray:
    """The geometries; None where there is none."""
    place = _geometry(batch)
    if place < 0:
        return np.full(batch.num_rows, None, object)
    found = shapely.from_wkb(batch.column(place).to_numpy(zero_copy_only=False))
    return np.asarray(found, dtype=object)


def placed(batch: pa.RecordBatch, found: np.ndarray) -> pa.RecordBatch:
    """The batch with other geometries: `encode` wants them in the CRS that it writes."""
    place = _geometry(batch)
    if place < 0:
        return batch
    return batch.set_column(place, GEOMETRY, pa.array([*shapely.to_wkb(found), None][:-1], pa.binary()))


def _roles(batch: pa.RecordBatch) -> tuple[int, int]:
    return batch.schema.names.index(ID), _geometry(batch)


def _geometry(batch: pa.RecordBatch) -> int:
    """The last column of that name that holds bytes; -1 for none."""
    for place in reversed(range(batch.num_columns)):
        field = batch.schema.field(place)
        if field.name == GEOMETRY and (
            pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type)
        ):
            return place
    return -1
