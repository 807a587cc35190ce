"""A column is the sum of others. Validata breaks on texts; so do we when strict, else they are told."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS, Check, CheckCrashes, Facts, Finding, Prepared
from cicclo.validation.checks._column import column_param, list_param
from cicclo.validation.model import CheckUse


def _prepare(use: CheckUse, header: Sequence[str], strict: bool) -> Prepared:  # noqa: ARG001, FBT001
    column, parts = column_param(use.params), list_param(use.params, "columns")

    def row(values: Mapping[str, Any]) -> Iterable[Finding]:
        total, added = values.get(column), [values.get(part) for part in parts]
        if total is None or any(part is None for part in added):
            return ()
        found = _sum(added, strict=strict)
        if found == total:
            return ()
        return (Finding(column, {"value": total, "column": column, "columns": tuple(parts), "sum": found}),)

    return Prepared((column, *parts), row)


def _sum(parts: Sequence[Any], *, strict: bool) -> Any:
    """None when the values cannot be added; decimals and floats are added as decimals when not strict."""
    if not strict:
        if not all(isinstance(part, (int, float, Decimal)) for part in parts):
            return None
        if any(isinstance(part, float) for part in parts):
            return sum((Decimal(str(part)) for part in parts), Decimal())
    try:
        return reduce(add, parts, 0)
    except TypeError as error:
        raise CheckCrashes(str(error)) from error


def _strict(facts: Facts) -> tuple[str, str]:
    return (
        "Somme de Colonnes Incorrecte",
        (
            f"La somme des valeurs des colonnes {', '.join(facts['columns'])} ({facts['sum']}) est différent de celui "
            f"trouvé dans la colonne {facts['column']} ({facts['value']})"
        ),
    )


def _say(facts: Facts) -> Text:
    names, total = ", ".join(facts["columns"]), facts["sum"]
    if total is None:
        return Text(
            f"Les colonnes {names} ne contiennent pas toutes des nombres : leur somme n'existe pas.",
            f"Columns {names} do not all hold numbers: they have no sum.",
        )
    return Text(
        f"La somme de {names} est {total}, la colonne {facts['column']} dit {facts['value']}.",
        f"The sum of {names} is {total}, column {facts['column']} says {facts['value']}.",
    )


CHECKS.add(
    Check(
        ("sum-columns-value",),
        "french-values/sum-columns",
        _prepare,
        _strict,
        _say,
        Text("Somme incorrecte", "Incorrect sum"),
        kind="sum-columns-value",
    )
)
