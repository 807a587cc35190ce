"""`exclusiveMaximum`: the value is less than the bound (Table Schema v2)."""

import operator
from typing import Any

from cicclo.validation.constraints import CONSTRAINTS, Constraint, Holds, _bounds
from cicclo.validation.types import Read


def _compile(bound: Any, read: Read) -> Holds:
    return _bounds.compared(bound, read, operator.lt)


CONSTRAINTS.add(Constraint("exclusiveMaximum", "tableschema/constraint/exclusive-maximum", _compile))
