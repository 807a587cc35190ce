"""`maxLength`: the text, or the list, has at most that many items."""

import operator
from typing import Any

from cicclo.validation.constraints import CONSTRAINTS, Constraint, Holds, _bounds
from cicclo.validation.types import Read


def _compile(bound: Any, _read: Read) -> Holds:
    return _bounds.measured(bound, operator.le)


CONSTRAINTS.add(Constraint("maxLength", "tableschema/constraint/max-length", _compile))
