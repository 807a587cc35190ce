"""`yearmonth`: a year, a hyphen, a month."""

from typing import NamedTuple

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import ORDERED, TYPES, FieldType, Read, Unreadable


class YearMonth(NamedTuple):
    year: int
    month: int


def _read(cell: Cell) -> YearMonth:
    if not isinstance(cell, str):
        raise Unreadable
    try:
        year, month = map(int, cell.split("-"))
    except ValueError:
        raise Unreadable from None
    if not 1 <= month <= 12:
        raise Unreadable
    return YearMonth(year, month)


def _reader(_field: Field) -> Read:
    return _read


TYPES.add(FieldType("yearmonth", _reader, ORDERED))
