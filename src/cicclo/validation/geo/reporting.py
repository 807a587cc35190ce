"""A stream of faults gathered into a report: kept up to the limit asked for, counted, timed."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cicclo.validation.accounting import Account
from cicclo.validation.model import ColumnCount, Fault, Notice, Options, Report, Schema


@dataclass(slots=True)
class Tally:
    """What was gone through: layers, features (or rows), columns; `announced` is what the files say they hold."""

    layers: int = 0
    features: int = 0
    fields: int = 0
    announced: int = 0
    notices: list[Notice] = field(default_factory=list)
    columns: list[tuple[str, bool]] = field(default_factory=list)
    """Names of the columns judged by a schema, and whether it knows them; `filled` counts their values."""
    filled: list[int] = field(default_factory=list)


def report(
    source: str, schema: Schema | None, options: Options, tally: Tally, faults: Iterator[Fault]
) -> Report:
    """Run the walk to its end, or to the most faults asked for."""
    start = time.perf_counter()
    account = Account(options.limit)
    for fault in faults:
        if account.full:
            break
        account.take([fault], fault.row)
    else:
        account.full = False
    close = getattr(faults, "close", None)
    if close is not None:
        close()
    return Report(
        source,
        schema,
        account.faults,
        notices=tuple(tally.notices),
        fields=tally.fields,
        rows=max(tally.announced, tally.features),
        rows_processed=tally.features,
        seconds=round(time.perf_counter() - start, 3),
        complete=not account.full,
        columns=_columns(account, tally),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _columns(account: Account, tally: Tally) -> tuple[ColumnCount, ...]:
    """Return the counts by column of a file with one layer: in several, one position is several columns."""
    if tally.layers != 1 or len(tally.filled) != len(tally.columns):
        return ()
    account.filled = tally.filled
    return account.columns(tally.columns)
