"""The verb of geographic files: `validate_geodata`."""

from pathlib import Path

from cicclo.validation.geo.expected import Expected
from cicclo.validation.model import Options, Report, Schema

NOTHING_MORE = Expected()


def validate_geodata(
    source: Path,
    schema: Schema | None = None,
    options: Options = Options(),
    expected: Expected = NOTHING_MORE,
) -> Report:
    """Judge every layer of a GeoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet or GML file (or a zip of one).

    Attributes are judged by `schema` when one is given. Raise SourceUnreadable when the file cannot be read at all.
    """
    raise NotImplementedError
