"""`exact`: every record is judged whole. The reference that other engines are held against."""

from itertools import islice
from pathlib import Path

from cicclo.validation.accounting import Account
from cicclo.validation.engines import ENGINES, Engine, Progress
from cicclo.validation.judging import Judge
from cicclo.validation.model import Cell, Table

BATCH = 64
"""Records counted at once: few, so that they are still in the processor's cache."""
OFTEN = 64
"""Batches between two words about progress."""


def _walk(table: Table, judge: Judge, account: Account, progress: Progress) -> None:
    record, take = judge.record, account.take
    size, rows, read = _size(table), 0, 0
    filled = [0] * judge.fields
    records = table.records()
    while batch := list(islice(records, BATCH)):
        rows += len(batch)
        if account.full:
            continue
        judged: list[list[Cell]] = []
        for number, cells in batch:
            judged.append(cells)
            faults = record(number, cells)
            if faults and not take(faults, number):
                break
        _count(filled, judged, judge)
        read += sum(map(len, map(str, batch[0][1]))) * len(batch)
        if not rows % (BATCH * OFTEN):
            progress(_share(size, rows, read))
    account.rows = rows
    account.filled = filled
    progress(1.0)


def _count(filled: list[int], rows: list[list[Cell]], judge: Judge) -> None:
    """Add the cells of each column that are not missing."""
    whole = [cells for cells in rows if len(cells) >= judge.fields]
    for place, (column, texts) in enumerate(zip(judge.columns, zip(*whole, strict=False), strict=False)):
        filled[place] += len(texts) - sum(map(texts.count, (None, *column.missing)))
    for cells in rows:
        if len(cells) < judge.fields:
            for place, (column, cell) in enumerate(zip(judge.columns, cells, strict=False)):
                filled[place] += not column.verdict(cell).blank


def _size(table: Table) -> int:
    """Return the bytes of a text table; 0 when they say nothing of the number of records."""
    path = Path(table.path) if table.path and table.dialect else None
    return path.stat().st_size if path and path.is_file() else 0


def _share(size: int, rows: int, read: int) -> float:
    """Return about how much is done: by the length of the records sampled, else a share that never ends."""
    return min(0.99, read / size) if size else rows / (rows + 100_000)


ENGINES.add(Engine("exact", _walk))
