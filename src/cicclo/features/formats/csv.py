"""CSV (RFC 4180): UTF-8 without a byte order mark, commas, points as two columns, other geometries as WKT.

A spreadsheet runs cells that start with `=`, `@`, a tab, or a sign that starts no number: an apostrophe is put
before these. A missing value is an empty cell, an empty text is `""`.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cicclo.features import batches as roles
from cicclo.features import encoding
from cicclo.features.coordinates import TEXT, prepared
from cicclo.features.formats import FORMATS
from cicclo.features.formats._columns import columns, headings, is_text, place_names, places
from cicclo.features.formats._json import rows
from cicclo.features.model import Kind
from cicclo.features.ports import About, Format
from cicclo.kernel.text import Text

_RUN = r"^[=@\t\r+\-]"
_NUMBER = r"^[+\-][\d\s.,()\-]*\d[\d\s.,()\-]*(?:[eE][+\-]?\d+)?$"  # or a telephone number
_QUOTED = r'[",\r\n]|^$|^\s|\s$'
_END = b"\r\n"


def write(about: About, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    _, names = headings(about, *place_names(about))
    yield b",".join(rows(_cells(pa.array(names, TEXT)))) + _END
    for batch in batches:
        if batch.num_rows:
            yield _END.join((*rows(_lines(about, batch)), b""))


def _lines(about: About, batch: pa.RecordBatch) -> pa.LargeStringArray:
    shown, _ = headings(about)
    identifiers, *values = columns(about, batch)
    cells = [_cells(identifiers.cast(TEXT))]
    cells += [_written(column, each.kind) for each, column in zip(shown, values, strict=True)]
    for place in places(about, _shapes(about, batch)):
        cells.append(place.cast(TEXT) if pa.types.is_floating(place.type) else _cells(place))
    return pc.binary_join_element_wise(
        *cells, pa.scalar(",", TEXT), null_handling="replace", null_replacement=""
    )


def _shapes(about: About, batch: pa.RecordBatch) -> np.ndarray:
    """Geometries in traditional order: columns are named, WKT is read so by every program."""
    return prepared(roles.shapes(batch), digits=encoding.digits(about.collection, about.view.crs))


def _written(column: pa.Array, kind: Kind) -> pa.LargeStringArray:
    if is_text(kind):
        return _cells(column.cast(TEXT))
    match kind:
        case Kind.NUMBER:
            return pc.if_else(pc.is_finite(column), column, None).cast(TEXT)
        case Kind.DATE:
            return encoding.dates(column)
        case Kind.INSTANT:
            return encoding.instants(column)
        case _:
            return column.cast(TEXT)


def _cells(texts: pa.LargeStringArray) -> pa.LargeStringArray:
    """Texts made harmless, and quoted where they must be."""
    empty = pa.scalar("", TEXT)
    harmless = pc.match_substring_regex(texts, _NUMBER)
    harmful = pc.and_(pc.match_substring_regex(texts, _RUN), pc.invert(harmless))
    texts = pc.if_else(harmful, pc.binary_join_element_wise(pa.scalar("'", TEXT), texts, empty), texts)
    quote = pa.scalar('"', TEXT)
    doubled = pc.replace_substring(texts, '"', '""')
    quoted = pc.binary_join_element_wise(quote, doubled, quote, empty)
    return pc.if_else(pc.match_substring_regex(texts, _QUOTED), quoted, texts)


FORMATS.add(
    Format(
        name="csv",
        media_type="text/csv; charset=utf-8",
        extension="csv",
        title=Text("CSV", "CSV"),
        write=write,
    )
)
