"""`list` (Table Schema v2): items of one type, with a delimiter between them."""

from typing import Any

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import TYPES, FieldType, Read, Unreadable

ITEMS = ("string", "integer", "boolean", "number", "datetime", "date", "time")


def _reader(field: Field) -> Read:
    kind = field.options.get("itemType", "string")
    item = TYPES[kind if kind in ITEMS else "string"].reader(Field(field.name, kind))
    delimiter = field.options.get("delimiter") or ","

    def read(cell: Cell) -> list[Any]:
        if not isinstance(cell, str):
            raise Unreadable
        return [item(part) for part in cell.split(delimiter)]

    return read


TYPES.add(FieldType("list", _reader, ("required", "minLength", "maxLength")))
