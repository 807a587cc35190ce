"""`enum`: the value is one of a list, compared once both are read (`1.0` is `1`)."""

from typing import Any

from cicclo.validation.constraints import CONSTRAINTS, Constraint, Holds, Unfit
from cicclo.validation.types import Read, Unreadable


def values(bound: Any, read: Read) -> list[Any]:
    """Return the values of the list as the field reads them; those that it cannot read are never met."""
    if not isinstance(bound, (list, tuple)):
        raise Unfit
    found = []
    for item in bound:
        try:
            found.append(read(item))
        except Unreadable:
            continue
    return found


def _compile(bound: Any, read: Read) -> Holds:
    allowed = values(bound, read)
    try:
        return frozenset(allowed).__contains__
    except TypeError:  # lists and objects
        return allowed.__contains__


CONSTRAINTS.add(Constraint("enum", "tableschema/constraint/enum", _compile))
