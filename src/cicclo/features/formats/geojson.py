"""GeoJSON (RFC 7946)."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from cicclo.features.encoding import columns_of_text
from cicclo.features.formats import FORMATS
from cicclo.features.formats._json import alone, collection
from cicclo.features.ports import About, Format
from cicclo.kernel.text import Text


def write(about: About, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    texts = (text for batch in batches for text in columns_of_text(batch, about.collection, about.view))
    return alone(about, texts) if about.single else collection(about, texts)


FORMATS.add(
    Format(
        name="json",
        media_type="application/geo+json",
        extension="geojson",
        title=Text("GeoJSON", "GeoJSON"),
        write=write,
        in_body=True,
    )
)
