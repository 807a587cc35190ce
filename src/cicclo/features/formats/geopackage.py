"""GeoPackage 1.3 (OGC 12-128r18): one table, with its spatial index."""

from collections.abc import Iterable, Iterator

import pyarrow as pa

from cicclo.features.formats import FORMATS
from cicclo.features.formats._columns import unique
from cicclo.features.formats._files import folder, pieces, save, schema, tables
from cicclo.features.ports import About, Format
from cicclo.kernel.text import Text


def write(about: About, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    with folder() as place:
        path = place / "features.gpkg"
        save(path, about, tables(about, batches), driver="GPKG", options=_options(about))
        yield from pieces(path)


def _options(about: About) -> dict[str, str]:
    names = schema(about).names
    title = about.title or about.collection.title
    return {
        "FID": unique(["fid"], names)[0],
        "GEOMETRY_NAME": unique(["geom"], names)[0],
        "IDENTIFIER": title.get(about.lang),
        "DESCRIPTION": about.collection.description.get(about.lang),
    }


FORMATS.add(
    Format(
        name="geopackage",
        media_type="application/geopackage+sqlite3",
        extension="gpkg",
        title=Text("GeoPackage", "GeoPackage"),
        write=write,
    )
)
