"""`exclusiveMinimum`: the value is more than the bound (Table Schema v2)."""

import operator
from typing import Any

from cicclo.validation.constraints import CONSTRAINTS, Constraint, Holds, _bounds
from cicclo.validation.types import Read


def _compile(bound: Any, read: Read) -> Holds:
    return _bounds.compared(bound, read, operator.gt)


CONSTRAINTS.add(Constraint("exclusiveMinimum", "tableschema/constraint/exclusive-minimum", _compile))
