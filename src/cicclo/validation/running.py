"""From what a person gives (files, addresses, a schema's name or none) to reports: what the command line runs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.validation import catalogue, coherence, schemas
from cicclo.validation.catalogue import Found
from cicclo.validation.errors import SchemaUnreadable, SchemaWrong, SourceUnreadable
from cicclo.validation.fetching import downloaded, is_address, safe
from cicclo.validation.model import Cell, Options, Report, Schema, Severity, Table
from cicclo.validation.readers import open_table
from cicclo.validation.settings import Settings
from cicclo.validation.validating import LARGEST_OBSERVED

if TYPE_CHECKING:
    from cicclo.validation.geo.expected import Expected
    from cicclo.validation.suggestion import Candidate, Fit

HELD = 6 << 20
"""Up to this size (bytes) a file is read once, held, and judged without loading an engine: that would take longer."""
SHOWN_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, beside the options of a validation.

    `schema` is a name, an address or a path; empty: the best fit is taken, when there is one. `despite` goes on with a
    schema that is itself wrong. `coherence` is None for “when the file is not too large”.
    """

    schema: str = ""
    among: Path | None = None
    despite: bool = False
    coherence: bool | None = None
    sheet: str = ""
    fix: Path | None = None
    fix_log: Path | None = None
    expect: tuple[str, ...] = ()
    """What geographic files must be, as `name=value`: the members of `geo.expected.Expected`."""


@dataclass(frozen=True, slots=True)
class Run:
    """One call of the command line; `tell` hears what is not the report, `arriving` bytes that came and are announced."""

    settings: Settings
    options: Options
    wish: Wish
    tell: Callable[[Text], None]
    arriving: Callable[[int, int], None] | None = None

    def reports(self, source: str, opened: ExitStack) -> Iterator[Report]:
        """Validate one source: one report, or one for each table of a data package."""
        path, name = self.local(source, opened)
        package = path / "datapackage.json" if path.is_dir() else path
        if path.is_dir() and not self.wish.schema and not package.is_file():
            raise _needs_a_model(name)
        if package.name == "datapackage.json" and not self.wish.schema:
            from cicclo.validation.packages import validate_package  # noqa: PLC0415 - start fast

            yield from validate_package(path, self.settings, self.options)
        elif self.wish.schema and _is_model(Path(self.wish.schema)):
            from cicclo.validation.documents.actions import validate_document  # noqa: PLC0415 - GDAL

            srs = _told(self.wish.expect).get("srs", "2154").removeprefix("EPSG:")
            report = validate_document(path, Path(self.wish.schema), self.options, srs=f"EPSG:{srs}")
            yield _named(report, name)
        else:
            yield self._file(path, name)

    def local(self, source: str, opened: ExitStack) -> tuple[Path, str]:
        """Return where the source is on this disk, and the name to show."""
        if is_address(source):
            path = opened.enter_context(downloaded(source, self.settings, self.arriving))
            return path, safe(source)
        if not Path(source).exists():
            raise SourceUnreadable(Text("fichier absent", "no such file"), at=source)
        return Path(source), source

    def _file(self, path: Path, name: str) -> Report:
        from cicclo.validation.validating import is_geographic, validate_file  # noqa: PLC0415

        geographic = is_geographic(path.name) or bool(self.wish.expect)
        found = catalogue.schema(self.wish.schema, self.settings) if self.wish.schema else None
        if found and found.stale:
            self.tell(Text(f"schéma non relu : {found.stale.fr}", f"schema not read again: {found.stale.en}"))
        if self.wish.expect and not (found and found.kind == "jsonschema"):
            return _named(self._geographic(path, found), name)
        if geographic or (found and found.kind == "jsonschema"):
            return _named(validate_file(path, found, self.options).report, name)
        table: Table = open_table(path, sheet=self.wish.sheet, strict=self.options.strict)
        # a table that was unpacked has no path of its own, and may be any size
        if table.path and table.dialect and path.stat().st_size <= HELD and self.options.engine == "auto":
            table = _Held(table)
        return self._table(table, path, name, self.schema(found, table))

    def _geographic(self, path: Path, found: Found | None) -> Report:
        from cicclo.validation.geo.actions import validate_geodata  # noqa: PLC0415 - GDAL

        schema = schemas.read(found.descriptor, found.address) if found else None
        return validate_geodata(path, schema, self.options, _expected(self.wish.expect))

    def schema(self, found: Found | None, table: Table) -> Schema:
        """Return the schema asked for; of a data package, the member that fits; when none is asked for, the best fit."""
        if found is None:
            return self._deduced(table)
        if found.kind == "datapackage":
            from cicclo.validation.packages import members_as_candidates  # noqa: PLC0415
            from cicclo.validation.suggestion import Candidate, rank  # noqa: PLC0415

            members = [
                Candidate(name, schema) for name, schema in members_as_candidates(found, self.settings)
            ]
            return self._chosen(rank(table, members), members)
        problems = [p for p in schemas.problems(found.descriptor) if p.severity is Severity.ERROR]
        for problem in problems[:SHOWN_PROBLEMS]:
            place = f"{found.address} {problem.place}".strip()
            self.tell(
                Text(
                    f"schéma incorrect — {place} : {problem.message.fr}",
                    f"incorrect schema — {place}: {problem.message.en}",
                )
            )
        if problems and not (self.wish.despite or self.options.strict):
            raise SchemaWrong(
                Text(
                    f"le schéma est lui-même incorrect ({len(problems)} défaut{_s(len(problems))})",
                    f"the schema is itself incorrect ({len(problems)} defect{_s(len(problems))})",
                ),
                at=found.address,
                remedy=Text(
                    "--despite-schema pour valider quand même", "--despite-schema to validate all the same"
                ),
            )
        schema = schemas.read(found.descriptor, found.address)
        return replace(schema, name=schema.name or found.name)

    def fits(self, table: Table) -> "list[Fit]":
        """Return the schemas that may fit, from the folder given or from the catalogue."""
        from cicclo.validation.suggestion import candidates, rank  # noqa: PLC0415

        if self.wish.among:
            return rank(table, _of_folder(self.wish.among))
        found, missing = candidates(self.settings)
        if missing and not found:
            raise SchemaUnreadable(
                Text("aucun schéma du catalogue n'a pu être lu", "no schema of the catalogue could be read"),
                at=safe(self.settings.schemas),
                remedy=Text("vérifier le réseau, ou --among DOSSIER", "check the network, or --among FOLDER"),
            )
        if missing:
            self.tell(
                Text(
                    f"{missing} schémas du catalogue n'ont pas pu être lus (réseau ?)",
                    f"{missing} schemas of the catalogue could not be read (network?)",
                )
            )
        return rank(table, found)

    def _deduced(self, table: Table) -> Schema:
        fits = self.fits(table)
        return self._chosen(fits, ())

    def _chosen(self, fits: "list[Fit]", members: "tuple[()] | list[Candidate]") -> Schema:
        from cicclo.validation.suggestion import sure  # noqa: PLC0415

        best = fits[0] if fits and (members or sure(fits)) else None
        if best is None:
            near = ", ".join(f"{fit.reference} ({fit.score:.0%})" for fit in fits[:3])
            raise SchemaUnreadable(
                Text("aucun schéma ne convient avec certitude", "no schema fits for sure"),
                remedy=Text(f"--schema, parmi : {near}", f"--schema, among: {near}")
                if near
                else Text("donner --schema NOM, adresse ou fichier", "give --schema NAME, address or file"),
            )
        self.tell(
            Text(
                f"schéma : {best.reference} ({best.reasons[0].fr})",
                f"schema: {best.reference} ({best.reasons[0].en})",
            )
        )
        return best.schema

    def _table(self, table: Table, path: Path, name: str, schema: Schema) -> Report:
        from cicclo.validation.actions import validate  # noqa: PLC0415

        report = _named(self._judged(validate(table, schema, self._options(schema)), table, path), name)
        if not self.wish.fix:
            return report
        from cicclo.validation.fixing import fix  # noqa: PLC0415

        log = self.wish.fix_log or self.wish.fix.with_name(f"{self.wish.fix.name}.changes.csv")
        mended = fix(table, schema, self.wish.fix, log, source=path)
        after = open_table(self.wish.fix)
        rest = self._judged(validate(after, schema, self._options(schema)), after, self.wish.fix)
        values, rows = mended.values, mended.rows
        self.tell(
            Text(
                f"{values} valeur{_s(values)} réparée{_s(values)} dans {rows} ligne{_s(rows)} : {self.wish.fix} ; "
                f"changements : {log} ; erreurs : {report.faults.errors} avant, {rest.faults.errors} après",
                f"{values} value{_s(values)} mended in {rows} row{_s(rows)}: {self.wish.fix}; "
                f"changes: {log}; errors: {report.faults.errors} before, {rest.faults.errors} after",
            )
        )
        return _named(rest, str(self.wish.fix))

    def _options(self, schema: Schema) -> Options:
        options = (
            replace(self.options, limit=0) if self.wish.fix else self.options
        )  # before and after are compared
        return coherence.keyed(options, schema)

    def _judged(self, report: Report, table: Table, path: Path) -> Report:
        small = path.stat().st_size <= LARGEST_OBSERVED
        if self.options.strict or not (small if self.wish.coherence is None else self.wish.coherence):
            return report
        return coherence.observed(report, table)


class _Held:
    """A table whose records are read once; no path, so that no engine reads it by itself."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._records: list[tuple[int, list[Cell]]] | None = None
        self.name, self.path, self.dialect, self.header = table.name, "", table.dialect, table.header

    def __getattr__(self, name: str) -> Any:
        return getattr(self._table, name)

    def records(self) -> Iterator[tuple[int, list[Cell]]]:
        if self._records is None:
            self._records = list(self._table.records())
        return iter(self._records)


def _needs_a_model(name: str) -> SourceUnreadable:
    return SourceUnreadable(
        Text("un dossier demande un modèle de document", "a folder needs a document model"),
        at=name,
        remedy=Text(
            "--schema DOSSIER du modèle (files.json), ou un dossier avec datapackage.json",
            "--schema FOLDER of the model (files.json), or a folder with datapackage.json",
        ),
    )


def _is_model(path: Path) -> bool:
    """Tell a document model: its folder, or its main file (`files.json`, or what the Géoportail de l'urbanisme serves)."""
    if path.is_dir() or path.suffix.lower() == ".xml":
        return True
    return path.is_file() and isinstance(
        catalogue.schema(str(path), Settings()).descriptor.get("files"), list
    )


def _told(expect: tuple[str, ...]) -> dict[str, str]:
    return dict(item.partition("=")[::2] for item in expect)


def _expected(expect: tuple[str, ...]) -> "Expected":
    """Read `name=value` pairs; lists are separated by commas."""
    from cicclo.validation.geo.expected import Expected  # noqa: PLC0415

    kinds = {member.name: member.type for member in fields(Expected)}
    values: dict[str, Any] = {}
    for name, text in _told(expect).items():
        if name not in kinds:
            known = ", ".join(kinds)
            raise BadInput(
                Text("attente inconnue", "unknown expectation"), at=name, remedy=Text(known, known)
            )
        kind = kinds[name]
        listed = getattr(kind, "__origin__", None) in (tuple, frozenset) or name == "extent"
        try:
            values[name] = (
                Path(text)
                if name == "contours"
                else msgspec.convert(
                    text.replace("EPSG:", "").split(",") if listed else text, kind, strict=False
                )
            )
        except msgspec.ValidationError as error:
            raise BadInput(
                Text(f"la valeur « {text} » ne convient pas", f"the value “{text}” does not fit"), at=name
            ) from error
    return Expected(**values)


def _s(count: int) -> str:
    return "s" if count > 1 else ""


def _named(report: Report, name: str) -> Report:
    return replace(report, source=name)


def _of_folder(folder: Path) -> "list[Candidate]":
    """Return the Table Schemas in a folder and its sub-folders; other JSON files are left out."""
    from cicclo.validation.suggestion import Candidate  # noqa: PLC0415

    found = []
    for path in sorted(folder.rglob("*.json")):
        try:
            descriptor = schemas.load(path)
            if catalogue.kind_of(descriptor) == "tableschema":
                found.append(Candidate(str(path), schemas.read(descriptor, str(path))))
        except (SchemaUnreadable, SchemaWrong):
            continue
    return found
