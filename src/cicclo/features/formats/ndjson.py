"""One GeoJSON feature per line."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from cicclo.features.encoding import columns_of_text
from cicclo.features.formats import FORMATS
from cicclo.features.formats._json import rows
from cicclo.features.ports import About, Format
from cicclo.kernel.text import Text


def write(about: About, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    for batch in batches:
        for texts in columns_of_text(batch, about.collection, about.view):
            yield b"\n".join((*rows(texts), b""))


FORMATS.add(
    Format(
        name="ndjson",
        media_type="application/x-ndjson",
        extension="ndjson",
        title=Text("NDJSON, un objet par ligne", "NDJSON, one feature per line"),
        write=write,
    )
)
