"""Ours, never asked for by a schema: a column of commune codes should hold those in force.

A warning: a code that was right when the data were written is no fault of the file, but joins fail on it.
"""

from collections.abc import Sequence

from cicclo.kernel.text import Text
from cicclo.validation import reference
from cicclo.validation.checks import CHECKS, Check, Facts, Prepared
from cicclo.validation.checks._column import column_param, one_column
from cicclo.validation.checks._merged import explain, say
from cicclo.validation.model import CheckUse, Severity


def _in_force(text: str) -> bool:
    """Only what looks like a code is judged: the column's own rules tell the rest."""
    return text in reference.communes_in_force() or len(text) != 5 or not text[2:].isdigit()


def _prepare(use: CheckUse, header: Sequence[str], strict: bool) -> Prepared:  # noqa: ARG001, FBT001
    return one_column(
        column_param(use.params), lambda value: not isinstance(value, str) or _in_force(value), explain
    )


def _strict(facts: Facts) -> tuple[str, str]:
    return "Code de commune périmé", say(facts).fr


CHECKS.add(
    Check(
        ("commune-in-force",),
        "french-values/commune-in-force",
        _prepare,
        _strict,
        say,
        Text("Code de commune qui n'est plus en vigueur", "Commune code no longer in force"),
        severity=Severity.WARNING,
    )
)
