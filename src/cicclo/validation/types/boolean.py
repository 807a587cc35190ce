"""`boolean`: exactly one of the texts that say true, or false."""

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import TYPES, FieldType, Read, Unreadable

TRUE = ("true", "True", "TRUE", "1")
FALSE = ("false", "False", "FALSE", "0")


def words(field: Field) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the texts that say true and those that say false."""
    return tuple(field.options.get("trueValues", TRUE)), tuple(field.options.get("falseValues", FALSE))


def _reader(field: Field) -> Read:
    true, false = words(field)
    values = dict.fromkeys(true, True) | dict.fromkeys(false, False)

    def read(cell: Cell) -> bool:
        if isinstance(cell, bool):
            return cell
        value = values.get(cell) if isinstance(cell, str) else None
        if value is None:
            raise Unreadable
        return value

    return read


TYPES.add(FieldType("boolean", _reader))
