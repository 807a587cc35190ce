"""GeoJSON text sequences (RFC 8142): each feature between a record separator and a line feed."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from cicclo.features.encoding import columns_of_text
from cicclo.features.formats import FORMATS
from cicclo.features.formats._json import rows
from cicclo.features.ports import About, Format
from cicclo.kernel.text import Text

RECORD = b"\x1e"


def write(about: About, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    for batch in batches:
        for texts in columns_of_text(batch, about.collection, about.view):
            yield b"".join(RECORD + each + b"\n" for each in rows(texts))


FORMATS.add(
    Format(
        name="geojsonseq",
        media_type="application/geo+json-seq",
        extension="geojsons",
        title=Text("Séquence GeoJSON", "GeoJSON text sequence"),
        write=write,
    )
)
