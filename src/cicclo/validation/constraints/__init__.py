"""Constraints of Table Schema: one file each, declared in `CONSTRAINTS`; found, never enrolled by hand.

`compile(bound, read)` takes what the schema says and the field's reader, and returns a function of the value read:
true when the value conforms. A bound that cannot be used raises `Unfit`: the schema is wrong, not the data.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cicclo.kernel.registry import Registry
from cicclo.validation.model import Field
from cicclo.validation.types import TYPES, Read

ORDER = (
    "required",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "enum",
)
"""In which order a cell is held against them. `unique` is not one: it looks at other rows."""

Holds = Callable[[Any], bool]


class Unfit(Exception):
    """What the schema gives the constraint cannot be used."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """`name` as the standard writes it; `requirement` is the id of the library."""

    name: str
    requirement: str
    compile: Callable[[Any, Read], Holds]


CONSTRAINTS: Registry[Constraint] = Registry(
    "cicclo.validation.constraints", name=lambda constraint: constraint.name
)


def uses(field: Field) -> list[tuple[Constraint, Any]]:
    """Return the constraints that a value of the field is held against, `required` aside, in order."""
    kind = TYPES.get(field.type, TYPES["any"])
    return [
        (CONSTRAINTS[name], field.constraints[name])
        for name in ORDER[1:]
        if name in kind.constraints and field.constraints.get(name) is not None
    ]


def compiled(field: Field, read: Read) -> list[tuple[Constraint, Any, Holds]]:
    """Return the field's constraints ready to use; one that the schema got wrong is left out (`schemas.problems`)."""
    found: list[tuple[Constraint, Any, Holds]] = []
    for constraint, bound in uses(field):
        try:
            found.append((constraint, bound, constraint.compile(bound, read)))
        except Unfit:
            continue
    return found
