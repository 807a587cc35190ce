"""Verbs: validate a table."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cicclo.kernel.errors import BadInput, Unavailable
from cicclo.kernel.text import Text
from cicclo.validation.accounting import Account
from cicclo.validation.engines import ENGINES, Engine
from cicclo.validation.judging import Judge, Lookups
from cicclo.validation.model import Options, Report, Schema, Table
from cicclo.validation.readers import open_table


def validate(
    source: str | Path | Table, schema: Schema, options: Options = Options(), lookups: Lookups | None = None
) -> Report:
    """Hold a table against a schema; raise SourceUnreadable when there is no table to read."""
    started = time.perf_counter()
    table = open_table(Path(source), strict=options.strict) if isinstance(source, (str, Path)) else source
    report = _report(table, schema, options, lookups)
    return replace(
        report, seconds=time.perf_counter() - started, date=datetime.now(UTC).isoformat(timespec="seconds")
    )


def _report(table: Table, schema: Schema, options: Options, lookups: Lookups | None) -> Report:
    judge = Judge(schema, table.header, options, lookups)
    account = Account(options.limit, len(judge.columns))
    account.take(judge.header_faults())
    _engine(options.engine, table, judge).walk(
        table, judge, account, options.progress or (lambda _share: None)
    )
    for fault in judge.closing_faults():
        account.add(fault)
    return Report(
        table.name,
        schema,
        account.faults,
        tuple(judge.notices()),
        judge.fields,
        account.rows,
        account.processed if account.full else account.rows,
        complete=not account.full,
        columns=account.columns((column.label, column.known) for column in judge.columns),
        dialect=table.dialect,
    )


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
