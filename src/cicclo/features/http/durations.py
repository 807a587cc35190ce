"""ISO 8601 durations, which the official suite writes at the end of an interval (`2026-11-24/P1M2D`) beyond RFC 3339."""

import calendar
import re
from datetime import datetime, timedelta

_DURATION = re.compile(
    r"P(?!$)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?!$)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?",
    re.ASCII,
)


def is_duration(text: str) -> bool:
    """Tell whether a text is a duration."""
    return _DURATION.fullmatch(text) is not None


def shift(moment: datetime, duration: str, sign: int) -> datetime:
    """Return the moment that much later (sign 1) or sooner (-1); raise ValueError or OverflowError out of the calendar.

    Years and months first, to the last day of a shorter month, then the rest.
    """
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise ValueError(duration)
    years, months, weeks, days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
    month = moment.year * 12 + moment.month - 1 + sign * (years * 12 + months)
    year, place = divmod(month, 12)
    if not 1 <= year <= 9999:
        raise ValueError(duration)
    last = calendar.monthrange(year, place + 1)[1]
    moved = moment.replace(year=year, month=place + 1, day=min(moment.day, last))
    return moved + sign * timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
