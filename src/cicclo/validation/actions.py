"""Verbs: validate a table."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cicclo.kernel.errors import BadInput, Unavailable
from cicclo.kernel.text import Text
from cicclo.validation import parity, profile
from cicclo.validation.accounting import Account
from cicclo.validation.checks import CheckCrashes
from cicclo.validation.engines import ENGINES, Engine
from cicclo.validation.judging import USUAL, Judge, Lookups
from cicclo.validation.keys import Seen, Unhashable
from cicclo.validation.model import Cell, Fault, Notice, Options, Report, Schema, Table
from cicclo.validation.readers import open_table
from cicclo.validation.verdicts import Column


def validate(
    source: str | Path | Table, schema: Schema, options: Options = USUAL, lookups: Lookups | None = None
) -> Report:
    """Hold a table against a schema; raise SourceUnreadable when there is no table to read.

    `lookups` are the keys of other tables that foreign keys point at; those of this table are read here.
    """
    started = time.perf_counter()
    table = open_table(Path(source), strict=options.strict) if isinstance(source, (str, Path)) else source
    report = (
        _strict(table, schema, options) if options.strict else _plain(table, schema, options, lookups or {})
    )
    date = datetime.now(UTC).isoformat(timespec="seconds")
    return replace(report, seconds=time.perf_counter() - started, date=date)


def _strict(table: Table, schema: Schema, options: Options) -> Report:
    """Validata's verdict, its refusals included. Its warnings are about the first line, whatever the header is."""
    refusal = parity.of_schema(schema.descriptor) if schema.descriptor else None
    if refusal:
        return _refused(table, schema, refusal)
    if not table.header and not _has_records(table):
        return _refused(table, schema, parity.nothing())
    found = parity.header_row(table)
    report = _strict_walk(_Headed(table, found) if found else table, schema, options)
    if not found:
        return report if table.header else replace(report, fields=min(report.fields, 0))
    refused = report.fields < 1  # then the header's own warnings are not told
    notices = report.notices if refused else tuple(Judge(schema, table.header, options).notices())
    return replace(report, notices=notices, rows=_count(table))


def _strict_walk(table: Table, schema: Schema, options: Options) -> Report:
    judge = Judge(schema, table.header, options)
    refusal = parity.of_header(judge, lambda: _has_records(table)) or parity.of_pattern(schema)
    if refusal:
        return _refused(table, schema, refusal, judge)
    try:
        if schema.foreign_keys:
            judge = Judge(schema, table.header, options, _own_keys(table, schema, options))
        return _walked(table, judge)
    except CheckCrashes as error:
        return _refused(table, schema, parity.crash(error.reason), judge)
    except Unhashable as error:
        return _refused(table, schema, parity.crash(parity.UNEXPECTED.format(why=error)), judge)


def _count(table: Table) -> int:
    return sum(1 for _ in table.records())


def _has_records(table: Table) -> bool:
    return next(iter(table.records()), None) is not None


def _refused(table: Table, schema: Schema, refusal: parity.Refusal, judge: Judge | None = None) -> Report:
    account = Account()
    closing = judge.closing_faults() if judge else []
    for fault in [*refusal.faults, *closing]:
        account.add(fault)
    notices = [notice for notice in judge.notices() if notice.kind == "deprecated-check"] if judge else []
    rows = _count(table) if refusal.counts else 0
    return Report(
        table.name, schema, account.faults, tuple(notices), refusal.fields, rows, dialect=table.dialect
    )


def _plain(table: Table, schema: Schema, options: Options, lookups: Lookups) -> Report:
    """Our verdict: nothing keeps the rest from being checked."""
    opening: list[Fault] = []
    if not any(str(label).strip() for label in table.header if label is not None):
        table, opening = _headed(table)
    judge = Judge(schema, table.header, options, {**_own_keys(table, schema, options), **lookups})
    report = _walked(table, judge, opening)
    return replace(report, notices=report.notices + tuple(_schema_notices(schema, judge)))


def _schema_notices(schema: Schema, judge: Judge) -> Iterator[Notice]:
    """What is wrong with the schema, and what of it could not be checked."""
    for found in profile.problems(schema.descriptor) if schema.descriptor else ():
        rule = "tableschema/schema/valid" if found.kind == "schema-error" else "tableschema/schema/field"
        facts = {
            "place": found.place,
            "told": found.message,
            "remedy": found.remedy,
            "severity": found.severity.value,
        }
        yield Notice("schema-problem", rule, facts=facts)
    for key in judge.unchecked_keys:
        facts = {"fields": key.fields, "resource": key.resource}
        yield Notice("foreign-key", "tableschema/key/foreign", key.fields[0], facts)


def _walked(table: Table, judge: Judge, opening: Iterable[Fault] = ()) -> Report:
    options = judge.options
    account = Account(options.limit, len(judge.columns))
    remarked = list(getattr(table, "remarks", ()))  # what opening the file has told
    account.take([*remarked, *opening, *judge.header_faults()])
    _engine(options.engine, table, judge).walk(
        table, judge, account, options.progress or (lambda _share: None)
    )
    account.take(fault for fault in getattr(table, "remarks", ()) if fault not in remarked)
    for fault in judge.closing_faults():
        account.add(fault)
    return Report(
        table.name,
        judge.schema,
        account.faults,
        tuple(judge.notices()),
        len(judge.labels),
        account.rows,
        account.processed if account.full else account.rows,
        complete=not account.full,
        unlisted=account.unlisted,
        columns=account.columns(_labels(judge)),
        dialect=table.dialect,
    )


def _labels(judge: Judge) -> list[tuple[str, bool]]:
    """The columns as the file names them, and whether the schema knows them."""
    if not judge.written:
        return [(column.label, column.known) for column in judge.columns]
    return [(label, column.known) for label, column in zip(judge.written, judge.columns, strict=True)]


def _own_keys(table: Table, schema: Schema, options: Options) -> dict[tuple[str, tuple[str, ...]], Any]:
    """Read the keys of this table that its own foreign keys point at."""
    wanted = {key.references for key in schema.foreign_keys if not key.resource}
    return {("", names): keys_of(table, schema, names, options) for names in wanted}


def keys_of(table: Table, schema: Schema, names: tuple[str, ...], options: Options = USUAL) -> Seen:
    """Return the values, as read, of some columns of a table: what foreign keys are looked up in."""
    columns = [column for column in Judge(schema, table.header, options).columns if column.known]
    chosen = [next((column for column in columns if column.name == name), None) for name in names]
    seen = Seen(strict=options.strict)
    for number, cells in table.records():
        key = tuple(_value(column, cells) for column in chosen)
        if any(part is not None for part in key):
            seen.meet(key, number)
    return seen


def _value(column: Column | None, cells: list[Cell]) -> Any:
    if column is None or column.position > len(cells):
        return None
    return column.verdict(cells[column.position - 1]).value


class _Headed:
    """A table seen from the line that is its header: those before are left out."""

    def __init__(self, table: Table, first: int) -> None:
        self.name = table.name
        self.dialect = table.dialect
        self.path = ""  # an engine that read the file itself would see the lines before
        self._table = table
        self._first = first
        self.header: Sequence[Cell] = next(
            (cells for number, cells in table.records() if number == first), []
        )

    def records(self) -> Iterator[tuple[int, list[Cell]]]:
        return ((number, cells) for number, cells in self._table.records() if number > self._first)


def _headed(table: Table) -> tuple[Table, list[Fault]]:
    """Take for header the first line that has something; the empty ones are a fault."""
    fault = Fault("blank-header", "tableschema/header/first-line", 1, tags=("#table", "#header"))
    for number, cells in table.records():
        if any(str(cell).strip() for cell in cells if cell is not None):
            return _Headed(table, number), [fault]
    return table, [fault]


def _engine(name: str, table: Table, judge: Judge) -> Engine:
    if name == "auto":
        fit = (
            engine
            for engine in ENGINES.values()
            if engine.rank > 0 and engine.ready() and engine.fits(table, judge)
        )
        return max(fit, key=lambda engine: engine.rank, default=ENGINES["exact"])
    if name not in ENGINES:
        known = ", ".join(["auto", *ENGINES])
        raise BadInput(
            Text(f"le moteur « {name} » n'existe pas", f"there is no engine “{name}”"),
            remedy=Text(f"choisir parmi : {known}", f"choose among: {known}"),
        )
    engine = ENGINES[name]
    if not engine.ready():
        raise Unavailable(
            Text(f"le moteur « {name} » n'est pas installé", f"the engine “{name}” is not installed"),
            remedy=Text(
                f"installer cicclo[{name}], ou choisir « exact »",
                f"install cicclo[{name}], or choose “exact”",
            ),
        )
    return engine
