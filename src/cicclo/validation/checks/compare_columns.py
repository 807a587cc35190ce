"""Two columns compared: as numbers, as texts, else by the text of values of one type."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS, Check, CheckCrashes, CheckWrong, Facts, Finding, Prepared
from cicclo.validation.checks._column import column_param, text_param
from cicclo.validation.model import CheckUse

LEADING_ZEROS = (
    "leading zeros in decimal integer literals are not permitted; "
    "use an 0o prefix for octal integers (<unknown>, line 1)"
)
OPERATORS: Mapping[str, tuple[Callable[[Any, Any], Any], Text]] = {
    ">": (operator.gt, Text("supérieure", "greater than")),
    ">=": (operator.ge, Text("supérieure ou égale", "greater than or equal to")),
    "==": (operator.eq, Text("égale", "equal to")),
    "<=": (operator.le, Text("inférieure ou égale", "less than or equal to")),
    "<": (operator.lt, Text("inférieure", "less than")),
}


def comparable(first: Any, second: Any) -> tuple[Any, Any] | None:
    """The two things to compare: numbers when both are, or are written as such; None when of different types."""
    numbers = number(first), number(second)
    if None not in numbers:
        return numbers
    if type(first) is not type(second):
        return None
    return str(first), str(second)


def number(value: Any) -> Decimal | None:
    """A number, or what Python's `float` would read in a text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float, Decimal)):
        return Decimal(str(value))
    if not isinstance(value, str):
        return None
    try:
        return Decimal(value.strip())
    except InvalidOperation:
        return None


def crash(first: Any, second: Any, sign: str) -> str:
    """Why Validata breaks on two texts that are numbers for `float` and are not for its evaluator; empty if not."""
    texts = [value for value in (first, second) if isinstance(value, str)]
    if None in (number(first), number(second)):
        return ""
    for text in texts:
        if re.fullmatch(r"[+-]?(nan|inf|infinity)", text.strip(), re.IGNORECASE):
            return f"'{text.strip().lstrip('+-')}' is not defined for expression '{first} {sign} {second}'"
        if re.fullmatch(r"[+-]?0+[1-9_][0-9_]*", text.strip()):
            return LEADING_ZEROS
    return ""


def _prepare(use: CheckUse, header: Sequence[str], strict: bool) -> Prepared:  # noqa: ARG001, FBT001
    column = column_param(use.params)
    other, sign = text_param(use.params, "column2"), text_param(use.params, "op")
    if sign not in OPERATORS:
        raise CheckWrong(
            f"L'opérateur '{sign}' n'est pas géré.",
            Text(f"L'opérateur « {sign} » n'existe pas.", f"There is no operator “{sign}”."),
        )
    holds, _ = OPERATORS[sign]

    def row(values: Mapping[str, Any]) -> Iterable[Finding]:
        first, second = values.get(column), values.get(other)
        if first is None or second is None:
            return ()
        if strict and (reason := crash(first, second, sign)):
            raise CheckCrashes(reason)
        compared = comparable(first, second)
        if compared is not None and holds(*compared):
            return ()
        facts = {"value": first, "column": column, "other": second, "column2": other, "op": sign}
        return (Finding(column, {**facts, "comparable": compared is not None}),)

    return Prepared((column, other), row)


def _strict(facts: Facts) -> tuple[str, str]:
    first = f"La valeur de la colonne {facts['column']} `{facts['value']}`"
    second = f"la valeur de la colonne {facts['column2']} `{facts['other']}`."
    if not facts["comparable"]:
        return "Valeurs Non Comparables", f"{first} n'est pas comparable avec {second}"
    return "Erreur de Comparaison", f"{first} devrait être {OPERATORS[facts['op']][1].fr} à {second}"


def _say(facts: Facts) -> Text:
    first, second = f"{facts['column']} ({facts['value']})", f"{facts['column2']} ({facts['other']})"
    if not facts["comparable"]:
        return Text(
            f"{first} et {second} ne sont pas de même type : on ne peut pas les comparer.",
            f"{first} and {second} are not of one type: they cannot be compared.",
        )
    wanted = OPERATORS[facts["op"]][1]
    return Text(f"{first} devrait être {wanted.fr} à {second}.", f"{first} should be {wanted.en} {second}.")


CHECKS.add(
    Check(
        ("compare-columns-value",),
        "french-values/compare-columns",
        _prepare,
        _strict,
        _say,
        Text("Comparaison non respectée", "Comparison does not hold"),
        kind="compare-columns-value",
    )
)
