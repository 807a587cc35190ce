"""`any`: every cell is good as it is."""

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import TYPES, FieldType, Read


def _same(cell: Cell) -> Cell:
    return cell


def _reader(_field: Field) -> Read:
    return _same


TYPES.add(FieldType("any", _reader, formats=()))
