"""`pattern`: a regular expression, put between `^` and `$` as it is (frictionless does not group it)."""

import re
import warnings
from typing import Any

from cicclo.validation.constraints import CONSTRAINTS, Constraint, Holds, Unfit
from cicclo.validation.types import Read


def compiled(bound: Any) -> "re.Pattern[str]":
    """Return Python's expression for the schema's; raise Unfit when it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # escapes that Python finds doubtful are the schema's business
            return re.compile(f"^{bound}$")
    except (re.error, OverflowError, RecursionError) as error:
        raise Unfit(str(error)) from error


def _compile(bound: Any, _read: Read) -> Holds:
    match = compiled(bound).match
    return lambda value: match(value) is not None


CONSTRAINTS.add(Constraint("pattern", "tableschema/constraint/pattern", _compile))
