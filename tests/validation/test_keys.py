"""Values met are remembered whole, in memory or on disk."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from cicclo.validation.keys import Seen, Unhashable

SAME: list[tuple[Any, Any]] = [
    (1, Decimal("1.00")),
    (Decimal("1E+2"), 100),
    (Decimal("0.0"), Decimal("-0")),
    (1.5, Decimal("1.5")),
    ("x", "x"),
    (("a", 1), ("a", Decimal("1.0"))),
    (date(2021, 1, 1), date(2021, 1, 1)),
    ([1, 2], [1, 2]),
    (
        datetime(2021, 1, 1, 12, tzinfo=UTC),
        datetime(2021, 1, 1, 13, tzinfo=timezone(timedelta(hours=1))),
    ),
]
OTHER: list[tuple[Any, Any]] = [
    ("1", 1),
    ("x", "X"),
    (("a", "b,c"), ("a,b", "c")),
    (Decimal("NaN"), Decimal("NaN")),
    ((None, "a"), ("a", None)),
    (Decimal(10), Decimal(1)),
]


@pytest.mark.parametrize("most", [1_000, 1], ids=["in memory", "on disk"])
@pytest.mark.parametrize(("first", "second"), SAME)
def test_equal_values_are_one(first: Any, second: Any, most: int) -> None:
    seen = Seen(most)
    assert seen.meet(first, 2) == 0
    assert seen.meet(second, 3) == 2
    assert seen.meet(first, 4) == 3
    assert second in seen


@pytest.mark.parametrize("most", [1_000, 1], ids=["in memory", "on disk"])
@pytest.mark.parametrize(("first", "second"), OTHER)
def test_other_values_are_two(first: Any, second: Any, most: int) -> None:
    seen = Seen(most)
    seen.meet(first, 2)
    assert seen.meet(second, 3) == 0


def test_a_value_that_is_never_itself_is_never_met_twice() -> None:
    seen, nan = Seen(), Decimal("NaN")
    assert [seen.meet(nan, 2), seen.meet(nan, 3), seen.meet((nan, 1), 4), seen.meet((nan, 1), 5)] == [
        0,
        0,
        0,
        0,
    ]


def test_many_values_go_to_disk_and_are_found_there() -> None:
    seen = Seen(100)
    assert not any(seen.meet(value, value + 2) for value in range(1_000))
    assert [seen.meet(value, 2_000) for value in (0, 99, 100, 999)] == [2, 101, 102, 1001]
    assert len(seen._recent) < 100


def test_strict_breaks_on_a_list_as_validata_does() -> None:
    with pytest.raises(Unhashable, match="unhashable type: 'list'"):
        Seen(strict=True).meet([1], 2)
