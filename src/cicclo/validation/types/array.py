"""`array`: a JSON array."""

import json
from typing import Any

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import TYPES, FieldType, Read, Unreadable


def _read(cell: Cell) -> list[Any]:
    if isinstance(cell, (list, tuple)):
        return list(cell)
    if not isinstance(cell, str):
        raise Unreadable
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        raise Unreadable("json") from None
    if not isinstance(value, list):
        raise Unreadable("json-kind")
    return value


def _reader(_field: Field) -> Read:
    return _read


TYPES.add(FieldType("array", _reader, ("required", "minLength", "maxLength", "enum"), ()))
