"""`date`: year, month and day, as ISO 8601 writes them or as the field's format says."""

import re
from collections.abc import Callable
from datetime import date, datetime

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import ORDERED, TYPES, FieldType, Read, Unreadable

DAY_FIRST = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\Z", re.ASCII)
WITH_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d", re.ASCII)
COMMON = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


def reason(text: str) -> str:
    """Return the usual cause: day before month, or a time after the day."""
    if DAY_FIRST.match(text):
        return "day-first"
    return "with-time" if WITH_TIME.match(text) else ""


def parser(form: str) -> Callable[[str], date]:
    """Return the function that reads a text of that format; it raises ValueError or OverflowError."""
    if form in ("default", "%Y-%m-%d"):
        return _iso
    if form == "any":
        return _guess
    return lambda text: datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone


def _iso(text: str) -> date:
    if COMMON.match(text):  # ten times faster than strptime, and of the same mind on this form
        return date.fromisoformat(text)
    return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007


def _guess(text: str) -> date:
    from dateutil.parser import parse  # noqa: PLC0415 - rare, and slow to import

    found: date = parse(text).date()
    return found


def _of_a_workbook(cell: Cell) -> date:
    if isinstance(cell, datetime):
        if (cell.hour, cell.minute, cell.second) != (0, 0, 0):
            raise Unreadable("with-time")
        return cell.date()
    if isinstance(cell, date):
        return cell
    raise Unreadable


def _reader(field: Field) -> Read:
    parse = parser(field.format)

    def read(cell: Cell) -> date:
        if not isinstance(cell, str):
            return _of_a_workbook(cell)
        try:
            return parse(cell)
        except (ValueError, OverflowError, TypeError, re.error):
            raise Unreadable(reason(cell)) from None

    return read


TYPES.add(FieldType("date", _reader, ORDERED, ()))
