"""Intervals that end, or start, with a duration."""

from datetime import UTC, datetime

import pytest

from cicclo.features.http.durations import is_duration, shift
from cicclo.features.http.parameters import interval
from cicclo.kernel.errors import BadInput


def test_a_duration_says_where_an_interval_ends() -> None:
    """Days with a duration of days give whole days, as two days would."""
    assert interval("2015-10-13/P2D") == interval("2015-10-13/2015-10-15")
    assert interval("P2D/2015-10-15") == interval("2015-10-13/2015-10-15")
    assert interval("2012-11-17/P11Y7M10D") == interval("2012-11-17/2024-06-27")
    assert interval("2015-10-13T10:00:00Z/PT90M") == interval("2015-10-13T10:00:00Z/2015-10-13T11:30:00Z")


def test_months_end_where_they_end() -> None:
    """A month after 31 January is the last day of February."""
    start = datetime(2024, 1, 31, tzinfo=UTC)
    assert shift(start, "P1M", 1) == datetime(2024, 2, 29, tzinfo=UTC)
    assert shift(start, "P1Y1M1DT1H", 1) == datetime(2025, 3, 1, 1, tzinfo=UTC)
    assert shift(start, "P2W", -1) == datetime(2024, 1, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        "P1D",
        "P/2024-01-01",
        "../P1D",
        "P1D/..",
        "P1D/P1D",
        "2024-01-01/P",
        "2024-01-01/PT",
        "9999-01-01/P9Y",
        "2024-01-01/P1.5D",
    ],
)
def test_what_is_no_interval_is_refused(wrong: str) -> None:
    """Empty, open or endless, and both sides as durations."""
    with pytest.raises(BadInput):
        interval(wrong)


def test_a_duration_needs_a_part() -> None:
    """`P` and `PT` say nothing."""
    assert is_duration("P1W")
    assert not any(map(is_duration, ("P", "PT", "P1DT", "1D", "P-1D")))
