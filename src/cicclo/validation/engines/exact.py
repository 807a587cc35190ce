"""`exact`: every record is judged whole. The reference that other engines are held against."""

from cicclo.validation.accounting import Account
from cicclo.validation.engines import ENGINES, Engine, Progress
from cicclo.validation.judging import Judge
from cicclo.validation.model import Table


def _walk(table: Table, judge: Judge, account: Account, _progress: Progress) -> None:
    record, take, rows = judge.record, account.take, 0
    for number, cells in table.records():
        rows += 1
        if account.full:
            continue
        faults = record(number, cells)
        if faults:
            take(faults, number)
    account.rows = rows
    account.filled = judge.filled


ENGINES.add(Engine("exact", _walk))
