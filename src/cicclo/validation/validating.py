"""One file against one schema, whatever both are: a table, a geographic layer, a JSON document."""

from dataclasses import dataclass
from pathlib import Path

from cicclo.kernel.text import Text
from cicclo.validation.catalogue import Found
from cicclo.validation.errors import SchemaUnreadable
from cicclo.validation.model import Options, Report, Schema

LARGEST_OBSERVED = 256 << 20
"""Past this size (bytes), anomalies are looked for only when asked: they need every value, one by one."""
GEOGRAPHIC = ("gpkg", "geojson", "fgb", "gml", "shp", "geoparquet")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report, and what its reader must know of the schema it rests on."""

    report: Report
    notes: tuple[Text, ...] = ()


def is_geographic(name: str) -> bool:
    """Tell a geographic file by its name; a zip is one when its name says of what (`.shp.zip`, `.gpkg.zip`)."""
    endings = name.lower().split(".")[1:]
    return bool(endings) and (
        endings[-1] in GEOGRAPHIC or (endings[-1] == "zip" and endings[-2:-1] in (["shp"], ["gpkg"]))
    )


def validate_file(path: Path, found: Found | None, options: Options) -> Outcome:
    """Validate by the kind of schema, then by the kind of file; raise what either cannot be read for.

    Without schema, a geographic file is judged on its geometries only.
    """
    if found is not None and found.kind == "jsonschema":
        from cicclo.validation.documents.actions import validate_json  # noqa: PLC0415 - each kind has its own libraries

        return Outcome(validate_json(path, found.descriptor, options), _notes(found))
    schema, notes = _table_schema(found)
    if is_geographic(path.name):
        from cicclo.validation.geo.actions import validate_geodata  # noqa: PLC0415

        return Outcome(validate_geodata(path, schema, options), notes)
    if schema is None:
        raise SchemaUnreadable(Text("un tableau demande un schéma", "a table needs a schema"), at=path.name)
    return Outcome(_table(path, schema, options), notes)


def _table(path: Path, schema: Schema, options: Options) -> Report:
    """Judge a table; look for anomalies too, which no schema tells, unless the file is large."""
    from cicclo.validation import coherence  # noqa: PLC0415
    from cicclo.validation.actions import validate  # noqa: PLC0415
    from cicclo.validation.readers import open_table  # noqa: PLC0415

    table = open_table(path, strict=options.strict)
    report = validate(table, schema, coherence.keyed(options, schema))
    if options.strict or path.stat().st_size > LARGEST_OBSERVED:
        return report
    return coherence.observed(report, table)


def _table_schema(found: Found | None) -> tuple[Schema | None, tuple[Text, ...]]:
    from cicclo.validation import schemas  # noqa: PLC0415

    if found is None:
        return None, ()
    if found.kind != "tableschema":
        raise SchemaUnreadable(
            Text(
                f"un document de sorte « {found.kind} » ne décrit pas un seul fichier",
                f"a document of kind “{found.kind}” does not describe one file",
            ),
            at=found.address,
            remedy=Text("donner un Table Schema ou un JSON Schema", "give a Table Schema or a JSON Schema"),
        )
    schema = schemas.read(found.descriptor, found.address)
    wrong = [problem.message for problem in schemas.problems(found.descriptor)]
    if not wrong:
        return schema, _notes(found)
    more = (
        Text(f" (et {len(wrong) - 1} autres)", f" (and {len(wrong) - 1} more)")
        if len(wrong) > 1
        else Text("", "")
    )
    told = Text(
        f"Le schéma lui-même a un défaut : {wrong[0].fr}{more.fr}",
        f"The schema itself has a defect: {wrong[0].en}{more.en}",
    )
    return schema, (*_notes(found), told)


def _notes(found: Found) -> tuple[Text, ...]:
    if not found.stale:
        return ()
    return (
        Text(
            f"Le schéma n'a pas pu être relu ({found.stale.fr}) : c'est la copie gardée qui a servi.",
            f"The schema could not be read again ({found.stale.en}): the copy that was kept was used.",
        ),
    )
