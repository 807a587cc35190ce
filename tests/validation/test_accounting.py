"""Faults are kept whole, whatever their number, and counted by column."""

from datetime import date
from decimal import Decimal

from cicclo.validation.accounting import Account, Spool
from cicclo.validation.model import Fault, Severity


def fault(number: int, severity: Severity = Severity.ERROR) -> Fault:
    facts = {"bound": Decimal("1.5"), "day": date(2021, 1, 1), "more": ("a", 1)}
    return Fault(
        "kind", "family/class/rule", number, "a", 1, f"cell {number}", severity=severity, facts=facts
    )


def test_a_spool_gives_back_what_it_was_given_past_its_memory_too() -> None:
    spool, faults = Spool(batch=10), [fault(number) for number in range(57)]
    for one in faults:
        spool.append(one)
    assert list(spool) == faults
    assert (len(spool), spool.errors, len(spool._recent)) == (57, 57, 7)


def test_a_spool_can_be_walked_while_it_grows_and_twice_at_once() -> None:
    spool = Spool(batch=3)
    for number in range(7):
        spool.append(fault(number))
    first, second = iter(spool), iter(spool)
    assert [next(first).row, next(second).row, next(first).row] == [0, 0, 1]
    spool.append(fault(7))
    assert [one.row for one in second] == [1, 2, 3, 4, 5, 6, 7]


def test_warnings_are_kept_and_are_no_errors() -> None:
    spool = Spool()
    spool.append(fault(2, Severity.WARNING))
    spool.append(fault(3))
    assert (len(spool), spool.errors) == (2, 1)


def test_an_account_stops_at_its_limit_and_remembers_the_row() -> None:
    account = Account(limit=3, columns=2)
    assert account.take([fault(2), fault(2)], 2)
    assert not account.take([fault(3), fault(3)], 3)
    assert (len(account.faults), account.full, account.processed) == (3, True, 2)
    account.add(fault(0))
    assert len(account.faults) == 4


def test_only_errors_stop_the_reading() -> None:
    """A thousand warnings before the first error: the error is found; warnings past the limit are counted."""
    account = Account(limit=3, columns=2)
    assert account.take([fault(number, Severity.WARNING) for number in range(1000)], 1000)
    assert account.take([fault(1001), fault(1002)], 1002)
    assert (len(account.faults), account.faults.errors, account.unlisted) == (5, 2, 997)
    assert not account.take([fault(1003)], 1003)
    ((counts, _),) = [(column.faults, column) for column in account.columns([("a", True)])]
    assert counts == {"family/class/rule": 1003}


def test_without_a_limit_nothing_stops_the_reading() -> None:
    account = Account(columns=1)
    assert account.take([fault(2, Severity.WARNING), *map(fault, range(3, 3000))])
    assert (len(account.faults), account.full, account.unlisted) == (2998, False, 0)


def test_an_account_counts_by_column_and_requirement() -> None:
    account = Account(columns=2)
    account.filled = [5, 4]
    account.take([fault(2), fault(3), Fault("k", "family/class/other", 3, "b", 2)])
    first, second = account.columns([("a", True), ("b", False)])
    assert (first.faults, first.filled, first.known) == ({"family/class/rule": 2}, 5, True)
    assert (second.faults, second.filled, second.known) == ({"family/class/other": 1}, 4, False)
