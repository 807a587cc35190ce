"""The verb of geographic files: `validate_geodata`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cicclo.validation.geo.examining import Examination
from cicclo.validation.geo.expected import Expected
from cicclo.validation.geo.reporting import Tally, report
from cicclo.validation.model import Options, Report, Schema

NOTHING_MORE = Expected()
DEFAULTS = Options()


def validate_geodata(
    source: Path, schema: Schema | None = None, options: Options = DEFAULTS, expected: Expected = NOTHING_MORE
) -> Report:
    """Judge every layer of a GeoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet or GML file (or a zip of one).

    Attributes are judged by `schema` when one is given. Raise SourceUnreadable when the file cannot be read at all.
    """
    tally = Tally()
    examination = Examination(source, schema, options, expected, tally, _judge)
    return report(source.name, schema, options, tally, examination.faults())


def _judge(schema: Schema, header: Sequence[Any], options: Options) -> Any:
    from cicclo.validation.judging import Judge  # noqa: PLC0415 - geometry alone needs no judge of tables

    return Judge(schema, header, options)
