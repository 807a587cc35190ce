"""A stream of faults gathered into a report: kept up to the limit asked for, counted, timed."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cicclo.validation.accounting import Spool
from cicclo.validation.model import Fault, Notice, Options, Report, Schema


@dataclass(slots=True)
class Tally:
    """What was gone through: layers, features (or rows), columns; `announced` is what the files say they hold."""

    layers: int = 0
    features: int = 0
    fields: int = 0
    announced: int = 0
    notices: list[Notice] = field(default_factory=list)


def report(
    source: str, schema: Schema | None, options: Options, tally: Tally, faults: Iterator[Fault]
) -> Report:
    """Run the walk to its end, or to the most faults asked for."""
    start = time.perf_counter()
    spool = Spool()
    complete = True
    for fault in faults:
        if options.limit and len(spool) >= options.limit:
            complete = False
            break
        spool.append(fault)
    close = getattr(faults, "close", None)
    if close is not None:
        close()
    return Report(
        source,
        schema,
        spool,
        notices=tuple(tally.notices),
        fields=tally.fields,
        rows=max(tally.announced, tally.features),
        rows_processed=tally.features,
        seconds=round(time.perf_counter() - start, 3),
        complete=complete,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
    )
