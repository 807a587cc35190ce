"""`required`: the cell is not a missing value. The judge asks it before reading: here it is always true."""

from typing import Any

from cicclo.validation.constraints import CONSTRAINTS, Constraint, Holds
from cicclo.validation.types import Read


def _compile(_bound: Any, _read: Read) -> Holds:
    return lambda value: value is not None


CONSTRAINTS.add(Constraint("required", "tableschema/constraint/required", _compile))
