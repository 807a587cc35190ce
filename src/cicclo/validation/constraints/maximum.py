"""`maximum`: the value is at most the bound."""

import operator
from typing import Any

from cicclo.validation.constraints import CONSTRAINTS, Constraint, Holds, _bounds
from cicclo.validation.types import Read


def _compile(bound: Any, read: Read) -> Holds:
    return _bounds.compared(bound, read, operator.le)


CONSTRAINTS.add(Constraint("maximum", "tableschema/constraint/maximum", _compile))
