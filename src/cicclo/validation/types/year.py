"""`year`: four characters that read as an integer."""

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import ORDERED, TYPES, FieldType, Read, Unreadable


def _read(cell: Cell) -> int:
    if isinstance(cell, str):
        if len(cell) != 4:
            raise Unreadable
        try:
            cell = int(cell)
        except ValueError:
            raise Unreadable from None
    if not isinstance(cell, int) or cell < 0 or cell > 9999:
        raise Unreadable
    return cell


def _reader(_field: Field) -> Read:
    return _read


TYPES.add(FieldType("year", _reader, ORDERED))
