"""`exact`: every record is judged whole. The reference that other engines are held against."""

from pathlib import Path

from cicclo.validation.accounting import Account
from cicclo.validation.engines import ENGINES, Engine, Progress
from cicclo.validation.judging import Judge
from cicclo.validation.model import Table

OFTEN = 4_096
"""Records between two words about progress."""


def _walk(table: Table, judge: Judge, account: Account, progress: Progress) -> None:
    record, take, rows, judged = judge.record, account.take, 0, 0
    size, sampled = _size(table), 0
    for number, cells in table.records():
        rows += 1
        if not rows % OFTEN:
            sampled += sum(map(len, map(str, cells))) + len(cells)
            progress(_share(size, rows, sampled * OFTEN))
        if account.full:
            continue
        judged += 1
        faults = record(number, cells)
        if faults:
            take(faults, number)
    account.rows = rows
    account.filled = [judged - empty for empty in judge.empty]
    progress(1.0)


def _size(table: Table) -> int:
    """Return the bytes of a text table; 0 when they say nothing of the number of records."""
    path = Path(table.path) if table.path and table.dialect else None
    return path.stat().st_size if path and path.is_file() else 0


def _share(size: int, rows: int, read: int) -> float:
    """Return about how much is done: by the length of the records sampled, else a share that never ends."""
    return min(0.99, read / size) if size else rows / (rows + 100_000)


ENGINES.add(Engine("exact", _walk))
