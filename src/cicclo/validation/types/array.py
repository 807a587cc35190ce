"""`array`: a JSON array."""

import json
from typing import Any

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import TYPES, FieldType, Read, Unreadable

ITEM_OPTIONS = (
    "decimalChar",
    "groupChar",
    "bareNumber",
    "floatNumber",
    "trueValues",
    "falseValues",
    "delimiter",
)


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


def item(field: Field) -> Field | None:
    """Return the field that each item is held against, when the schema describes one (`arrayItem`)."""
    described = field.options.get("arrayItem")
    if not described:
        return None
    kind, form = described.get("type", "any"), described.get("format", "default")
    constraints = described.get("constraints")
    options = {name: value for name, value in described.items() if name in ITEM_OPTIONS}
    return Field(
        field.name,
        kind if isinstance(kind, str) and kind in TYPES else "any",
        form if isinstance(form, str) else "default",
        constraints=constraints if isinstance(constraints, dict) else {},
        options=options,
    )


def _reader(_field: Field) -> Read:
    return _read


TYPES.add(FieldType("array", _reader, ("required", "minLength", "maxLength", "enum"), ()))
