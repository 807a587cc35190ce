"""The exact reading of one text of a field, made of `types` and `constraints`: what conditions are held against."""

from collections.abc import Callable
from typing import Any

from cicclo.validation.constraints import compiled
from cicclo.validation.model import Field
from cicclo.validation.types import Unreadable, reader

MISSING: Any = None

Reading = Callable[[str], tuple[bool, Any]]
"""Whether the text is without a fault, and its value: None when it is missing or cannot be read."""


def reading(field: Field) -> Reading:
    """Return the exact reading of the field's texts."""
    read = reader(field)
    constraints = [holds for _, _, holds in compiled(field, read)]
    missing = frozenset(field.missing)

    def judge(text: str) -> tuple[bool, Any]:
        if text in missing:
            return not field.required, MISSING
        try:
            value = read(text)
        except Unreadable:
            return False, MISSING
        return all(holds(value) for holds in constraints), value

    return judge
