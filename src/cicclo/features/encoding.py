"""Features of a batch → GeoJSON objects (RFC 7946), the generic way: for any store, CRS and choice of properties.

Whole columns are written as text by Arrow, then joined: nothing is done feature by feature but what is rare.
"""

from collections.abc import Iterator

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from cicclo.features import batches
from cicclo.features.coordinates import TEXT, geometry_texts
from cicclo.features.model import Collection, Kind, View
from cicclo.ogc import crs as crss

DEGREES, METRES = 7, 3  # decimals of coordinates that we computed: a centimetre, a millimetre
_AT_ONCE = 20_000  # rows: what fits in the processor's memory
_UNSAFE = r'["\\\x00-\x1f]'
_LEAST_DAY, _MOST_DAY = -719_162, 2_932_896  # 0001-01-01 and 9999-12-31, in days since 1970
_DAY = 86_400_000  # milliseconds


def encode(batch: pa.RecordBatch, collection: Collection, view: View) -> list[bytes]:
    """Return one GeoJSON Feature object per row: type, id, geometry, properties, in this order, UTF-8, no spaces.

    Coordinates get the axis order of `view.crs`. Dates are written 2026-11-24, instants 2026-11-24T02:00:00Z
    (milliseconds only when there are some), JSON columns as they are; numbers that JSON lacks (NaN) as null, and so
    are moments that RFC 3339 lacks, empty geometries, and those with infinite coordinates.
    Ids are strings, or numbers where the collection says that they are integers: GDAL makes FIDs of these.
    Coordinates are rounded only when they were computed, that is in another CRS than the storage's.
    """
    found: list[bytes] = []
    for texts in columns_of_text(batch, collection, view):
        found += texts.cast(pa.large_binary()).to_pylist()
    return found


def columns_of_text(
    batch: pa.RecordBatch, collection: Collection, view: View
) -> Iterator[pa.LargeStringArray]:
    """The same, as Arrow arrays of text."""
    for start in range(0, batch.num_rows, _AT_ONCE):
        yield _features(batch.slice(start, _AT_ONCE), collection, view)


def _features(batch: pa.RecordBatch, collection: Collection, view: View) -> pa.LargeStringArray:
    parts: list[pa.Array | pa.Scalar] = [_constant('{"type":"Feature","id":'), identifiers(batch, collection)]
    parts += [_constant(',"geometry":'), geometries(batch, collection, view)]
    return side_by_side([*parts, _constant(',"properties":'), properties(batch, collection), _constant("}")])


def _constant(text: str) -> pa.Scalar:
    return pa.scalar(text, TEXT)


def side_by_side(parts: list[pa.Array | pa.Scalar]) -> pa.LargeStringArray:
    """Join columns and constants; a missing value is null."""
    return pc.binary_join_element_wise(
        *parts, _constant(""), null_handling="replace", null_replacement="null"
    )


def identifiers(batch: pa.RecordBatch, collection: Collection) -> pa.LargeStringArray:
    """Ids as JSON."""
    column = batches.identifiers(batch)
    return column.cast(TEXT) if collection.id_kind is Kind.INTEGER else _strings(column)


def properties(batch: pa.RecordBatch, collection: Collection) -> pa.LargeStringArray:
    """The properties of a batch, as JSON objects."""
    parts: list[pa.Array | pa.Scalar] = []
    for each, column in batches.values(batch, collection):
        key = msgspec.json.encode(each.name).decode()
        parts += [_constant(f"{',' if parts else '{'}{key}:"), _values(column, each.kind)]
    if not parts:
        return pa.repeat(_constant("{}"), batch.num_rows)
    return side_by_side([*parts, _constant("}")])


def _values(column: pa.Array, kind: Kind) -> pa.LargeStringArray:
    """Values as JSON; null where there is none."""
    match kind:
        case Kind.STRING:
            return _strings(column)
        case Kind.NUMBER:
            return pc.if_else(pc.is_finite(column), column, None).cast(TEXT)
        case Kind.DATE:
            return _quoted(dates(column))
        case Kind.INSTANT:
            return _quoted(instants(column))
        case Kind.JSON:
            return _json(column)
        case _:
            return column.cast(TEXT)


def _quoted(texts: pa.Array) -> pa.LargeStringArray:
    quote = _constant('"')
    return pc.binary_join_element_wise(quote, texts.cast(TEXT), quote, _constant(""))


def _strings(column: pa.Array) -> pa.LargeStringArray:
    column = column.cast(TEXT)
    quoted = _quoted(column)
    unsafe = pc.match_substring_regex(column, _UNSAFE)
    if not pc.any(unsafe).as_py():
        return quoted
    unsafe = pc.fill_null(unsafe, False)  # noqa: FBT003
    escaped = [msgspec.json.encode(each).decode() for each in column.filter(unsafe).to_pylist()]
    return pc.replace_with_mask(quoted, unsafe, pa.array(escaped, TEXT))


def dates(column: pa.Array) -> pa.LargeStringArray:
    """Days as RFC 3339 writes them; null for what it cannot write."""
    days = column.cast(pa.int32())
    return _within(days, _LEAST_DAY, _MOST_DAY).cast(pa.date32()).cast(TEXT)


def instants(column: pa.Array) -> pa.LargeStringArray:
    """Instants as RFC 3339 writes them, in UTC; null for what it cannot write."""
    moments = _within(column.cast(pa.int64()), _LEAST_DAY * _DAY, (_MOST_DAY + 1) * _DAY - 1)
    texts = moments.cast(pa.timestamp("ms", "UTC")).cast(TEXT)  # 2026-11-24 02:00:00.000Z
    texts = pc.binary_replace_slice(texts, 10, 11, "T") if len(texts) else texts
    return pc.replace_substring(texts, ".000Z", "Z")


def _within(values: pa.Array, least: int, most: int) -> pa.Array:
    return pc.if_else(pc.and_(pc.greater_equal(values, least), pc.less_equal(values, most)), values, None)


def _json(column: pa.Array) -> pa.LargeStringArray:
    """JSON as it is; what is no JSON (a store that does not check) becomes a string, so that the page stays valid."""
    return pa.array([None if each is None else _checked(each) for each in column.to_pylist()], TEXT)


def _checked(text: str) -> str:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except msgspec.DecodeError:
        return msgspec.json.encode(text).decode()
    return text


def geometries(batch: pa.RecordBatch, collection: Collection, view: View) -> pa.LargeStringArray:
    """Geometries as GeoJSON, in the axis order of `view.crs`."""
    if not view.geometry:
        return pa.nulls(batch.num_rows, TEXT)
    flip = crss.northing_first(view.crs)
    return geometry_texts(batches.shapes(batch), flip=flip, digits=digits(collection, view.crs))


def digits(collection: Collection, crs: str) -> int | None:
    """Decimals to keep; None: all, because they are the source's own."""
    if crss.code(crs) == crss.code(collection.storage_crs):
        return None
    return DEGREES if in_degrees(crs) else METRES


def in_degrees(crs: str) -> bool:
    read = crss.read(crs)
    return read is None or read.is_geographic
