"""Quotas that last: how often each rule was exercised by each party, in SQLite, taken one at a time."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from cicclo.policies.model import ODRL, Constraint
from cicclo.policies.operands import Unfit
from cicclo.policies.operands._numbers import number
from cicclo.policies.report import Decision, RuleReport

_TABLE = """CREATE TABLE IF NOT EXISTS exercised (
    rule TEXT NOT NULL, party TEXT NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (rule, party)) WITHOUT ROWID"""
_TAKE = """INSERT INTO exercised (rule, party, used) SELECT :rule, :party, 1 WHERE :most >= 1
    ON CONFLICT (rule, party) DO UPDATE SET used = used + 1 WHERE used < :most RETURNING used"""
WAIT = 10.0
"""Seconds that a writer waits for another."""


class Counter(Mapping[tuple[str, str], int]):
    """A state's `counts`: reads are live, `take` is one statement, so that two at once never get the same last one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with closing(self._open()) as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(_TABLE)

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=WAIT, isolation_level=None)

    def __getitem__(self, key: tuple[str, str]) -> int:
        with closing(self._open()) as database:
            found = database.execute(
                "SELECT used FROM exercised WHERE rule = ? AND party = ?", key
            ).fetchone()
        if found is None:
            raise KeyError(key)
        return int(found[0])

    def __iter__(self) -> Iterator[tuple[str, str]]:
        with closing(self._open()) as database:
            yield from database.execute("SELECT rule, party FROM exercised").fetchall()

    def __len__(self) -> int:
        with closing(self._open()) as database:
            return int(database.execute("SELECT count(*) FROM exercised").fetchone()[0])

    def take(self, rule: str, party: str, most: int) -> bool:
        """Exercise the rule once more, unless it was already `most` times."""
        with closing(self._open()) as database:
            return (
                database.execute(_TAKE, {"rule": rule, "party": party, "most": most}).fetchone() is not None
            )


def exercise(decision: Decision, counter: Counter) -> bool:
    """Take one of the quota that the decision rests on; False when another took the last one since it was made.

    A permission without a quota costs nothing, so it is used first.
    """
    if not decision.permitted:
        return False
    quotas = [(rule, most(rule)) for rule in decision.permissions]
    if any(limit is None for _, limit in quotas):
        return True
    party = decision.request.party
    return any(counter.take(rule.rule.uid, party, limit) for rule, limit in quotas if limit is not None)


def most(rule: RuleReport) -> int | None:
    """The times that a rule may be exercised; None is without limit. A quota inside `or` or `xone` counts as well."""
    limits = [
        _limit(premise.condition)
        for premise in rule.conditions()
        if isinstance(premise.condition, Constraint) and premise.condition.left == f"{ODRL}count"
    ]
    return min(limits) if limits else None


def _limit(constraint: Constraint) -> int:
    """`lt 3` allows two; any operator but `lt`, `lteq` and `eq` sets no upper limit, and is held to have none left."""
    try:
        asked = min(map(number, constraint.right), default=Decimal(0))
    except Unfit:
        return 0
    match constraint.operator:
        case "lteq" | "eq":
            return int(asked)
        case "lt":
            return int(asked.to_integral_value(rounding="ROUND_CEILING")) - 1
    return 0
