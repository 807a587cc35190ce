"""`number`: as Python's `Decimal` reads it: `1e5`, `NaN`, `Infinity` and spaces around are taken, no decimal comma."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import ORDERED, TYPES, FieldType, Read, Unreadable
from cicclo.validation.types.integer import AROUND

Number = Decimal | float | int


def _cleaner(field: Field) -> Callable[[str], str] | None:
    """Return what turns the field's own way of writing into Python's; None when there is nothing to turn."""
    options = field.options
    if not {"groupChar", "decimalChar", "bareNumber"} & set(options):
        return None
    bare, group = options.get("bareNumber", True), options.get("groupChar", "")
    point = options.get("decimalChar", ".")

    def clean(text: str) -> str:
        text = text if bare else AROUND.sub("", text)
        text = text.replace(group, "") if group else text
        if point != "." and "." in text:
            raise Unreadable("decimal-point")
        return text.replace(point, ".") if point else text

    return clean


def reason(text: str) -> str:
    """Return the usual cause: a decimal comma, or spaces between digits."""
    if re.fullmatch(r"\s*[-+]?[\d\s]*,\d+\s*", text):
        return "decimal-comma"
    return "grouped" if re.fullmatch(r"\s*[-+]?\d{1,3}(?:\s\d{3})+(?:\.\d+)?\s*", text) else ""


def _reader(field: Field) -> Read:
    clean = _cleaner(field)
    kind: type[Decimal | float] = float if field.options.get("floatNumber") else Decimal

    def read(cell: Cell) -> Number:
        if not isinstance(cell, str):
            return _of_a_workbook(cell, kind)
        try:
            return kind(clean(cell.strip()) if clean else cell.strip())
        except (InvalidOperation, ValueError):
            raise Unreadable(reason(cell)) from None

    return read


def _of_a_workbook(cell: Cell, kind: type[Decimal | float]) -> Number:
    if isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal)):
        raise Unreadable
    if isinstance(cell, (kind, int)):
        return cell
    return kind(str(cell))


TYPES.add(FieldType("number", _reader, ORDERED))
