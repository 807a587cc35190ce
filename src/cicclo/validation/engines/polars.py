"""`polars`: the records that are not surely valid are judged, in order. For one machine, memory bounded."""

from importlib.util import find_spec
from pathlib import Path

from cicclo.validation.accounting import Account
from cicclo.validation.engines import ENGINES, Engine, Progress
from cicclo.validation.judging import Judge
from cicclo.validation.model import Table

SMALL = 2 * 1024 * 1024
"""Bytes under which starting the engine takes longer than judging every record."""


PACKED = 4
"""Bytes of text that a byte of a workbook unpacks to."""


def _walk(table: Table, judge: Judge, account: Account, progress: Progress) -> None:
    from cicclo.validation.predicates.rows import plan  # noqa: PLC0415 - Polars is slow to import
    from cicclo.validation.sorting.typed import sortable  # noqa: PLC0415
    from cicclo.validation.sorting.walk import Walk  # noqa: PLC0415

    found = plan(judge)
    if found is None or (table.dialect is None and not (_weight(table) and sortable(found))):
        ENGINES["exact"].walk(table, judge, account, progress)
    else:
        Walk(table, judge, account, found, progress).run()


def _ready() -> bool:
    return all(find_spec(name) for name in ("polars", "numpy"))


def _fits(table: Table, _judge: Judge) -> bool:
    return _weight(table) >= SMALL


def _weight(table: Table) -> int:
    """About how many bytes of text there are to judge; 0 for what the engine cannot tell."""
    if table.dialect is None:
        return int(getattr(table, "packed", 0)) * PACKED
    return Path(table.path).stat().st_size if table.path else 0


ENGINES.add(Engine("polars", _walk, _ready, _fits, rank=10))
