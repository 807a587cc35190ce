"""Features of a batch → GeoJSON objects (RFC 7946), the generic way: for any store, CRS and choice of properties."""

import pyarrow as pa

from cicclo.features.model import Collection, View


def encode(batch: pa.RecordBatch, collection: Collection, view: View) -> list[bytes]:
    """Return one GeoJSON Feature object per row: type, id, geometry, properties, in this order, UTF-8, no spaces.

    Coordinates get the axis order of `view.crs`. Dates are written 2026-11-24, instants 2026-11-24T02:00:00Z
    (milliseconds only when there are some), JSON columns as they are; numbers that JSON lacks (NaN) as null.
    """
    raise NotImplementedError
