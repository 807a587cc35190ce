"""FlatGeobuf 3: with a spatial index, unless a feature has no geometry, which the index cannot hold.

Collections of mixed kinds of geometries have no heights here: the writer (pyogrio 0.13) has no such type.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from cicclo.features.formats import FORMATS
from cicclo.features.formats._columns import has_geometry
from cicclo.features.formats._files import folder, pieces, save, schema, tables
from cicclo.features.ports import About, Format
from cicclo.kernel.text import Text


def write(about: About, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    with folder() as place:
        spool, path = place / "features.arrow", place / "features.fgb"
        complete = _spooled(spool, about, batches)
        with pa.memory_map(str(spool)) as source, pa.ipc.open_file(source) as file:
            ready = (file.get_batch(number) for number in range(file.num_record_batches))
            save(path, about, ready, driver="FlatGeobuf", options=_options(about, indexed=complete))
        spool.unlink()
        yield from pieces(path)


def _spooled(path: Path, about: About, batches: Iterable[pa.RecordBatch]) -> bool:
    """Keep everything on disk; return whether there are features, and each has a geometry."""
    missing = size = 0
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema(about)) as file:
        for each in tables(about, batches):
            file.write_batch(each)
            size += each.num_rows
            missing += pc.sum(pc.is_null(each.columns[-1])).as_py() or 0
    return has_geometry(about) and size > 0 and missing == 0


def _options(about: About, *, indexed: bool) -> dict[str, str]:
    title = about.title or about.collection.title
    return {"SPATIAL_INDEX": "YES" if indexed else "NO", "TITLE": title.get(about.lang)}


FORMATS.add(
    Format(
        name="flatgeobuf",
        media_type="application/flatgeobuf",
        extension="fgb",
        title=Text("FlatGeobuf", "FlatGeobuf"),
        write=write,
    )
)
