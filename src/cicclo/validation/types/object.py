"""`object`: a JSON object."""

import json
from typing import Any

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import TYPES, FieldType, Read, Unreadable


def read(cell: Cell) -> dict[str, Any]:
    """Return the JSON object that the cell holds."""
    if isinstance(cell, dict):
        return cell
    if not isinstance(cell, str):
        raise Unreadable
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        raise Unreadable("json") from None
    if not isinstance(value, dict):
        raise Unreadable("json-kind")
    return value


def _reader(_field: Field) -> Read:
    return read


TYPES.add(FieldType("object", _reader, ("required", "minLength", "maxLength", "enum"), ()))
