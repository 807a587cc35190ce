"""Engines: one file each, declared in `ENGINES`; which records are worth judging. None of them makes a verdict.

An engine walks the table: it gives the judge the records that might be wrong, in order, and the account what the judge
says (`account.take(faults, number)`), then the number of records (`account.rows`) and of filled cells
(`account.filled`). Once `account.full`, it only counts records.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cicclo.kernel.registry import Registry
from cicclo.validation.accounting import Account
from cicclo.validation.judging import Judge
from cicclo.validation.model import Table

Progress = Callable[[float], None]
"""Told the share done, between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Engine:
    """`ready` tells whether what it needs is installed; `fits` whether it gains something on this table."""

    name: str
    walk: Callable[[Table, Judge, Account, Progress], None]
    ready: Callable[[], bool] = lambda: True
    fits: Callable[[Table, Judge], bool] = lambda _table, _judge: True
    rank: int = 0
    """Of those that fit, `auto` takes the highest; 0 is never taken but as a last resort, below 0 never."""


ENGINES: Registry[Engine] = Registry("cicclo.validation.engines", name=lambda engine: engine.name)
