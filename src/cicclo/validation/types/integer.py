"""`integer`: as Python's `int` reads it: spaces around, `+3`, `1_000` and digits of any script are taken."""

import re
from decimal import Decimal

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import ORDERED, TYPES, FieldType, Read, Unreadable

AROUND = re.compile(r"((^[^-\d]*)|(\D*$))")
LONGEST = 4300
"""Digits beyond which Python refuses to convert, since 3.11."""


def _of_a_workbook(cell: Cell) -> int:
    if isinstance(cell, bool):
        raise Unreadable
    if isinstance(cell, int):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, Decimal) and cell.is_finite() and cell % 1 == 0:
        return int(cell)
    raise Unreadable("decimal" if isinstance(cell, (float, Decimal)) else "")


def reason(text: str) -> str:
    """Return the usual cause: a decimal part, or spaces between digits."""
    if re.fullmatch(r"\s*[-+]?\d+[.,]\d+\s*", text):
        return "decimal"
    return "grouped" if re.fullmatch(r"\s*[-+]?\d{1,3}(?:\s\d{3})+\s*", text) else ""


def _reader(field: Field) -> Read:
    bare = field.options.get("bareNumber", True)

    def read(cell: Cell) -> int:
        if not isinstance(cell, str):
            return _of_a_workbook(cell)
        try:
            return int(cell if bare else AROUND.sub("", cell.strip()))
        except ValueError:
            raise Unreadable(reason(cell)) from None

    return read


TYPES.add(FieldType("integer", _reader, ORDERED))
