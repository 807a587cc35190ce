"""At least one of two columns is filled."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS, Check, Facts, Finding, Prepared
from cicclo.validation.checks._column import text_param
from cicclo.validation.model import CheckUse


def _prepare(use: CheckUse, header: Sequence[str], strict: bool) -> Prepared:  # noqa: ARG001, FBT001
    names = (text_param(use.params, "column1"), text_param(use.params, "column2"))
    present = [name for name in names if name in header]
    facts = {"columns": names, "absent": not present}
    if not present:
        return Prepared(names, None, opening=(Finding("", facts),))
    place = present[0] if len(present) == 1 else ""

    def row(values: Mapping[str, Any]) -> Iterable[Finding]:
        return () if any(values.get(name) is not None for name in names) else (Finding(place, facts),)

    return Prepared(names, row)


def _strict(facts: Facts) -> tuple[str, str]:
    first, second = facts["columns"]
    if facts["absent"]:
        return (
            "Un Élement Requis",
            f"Une des deux colonnes requise\u00a0: '{first}' et '{second}' sont manquantes",
        )
    return (
        "Un Élement Requis",
        f"Au moins l'une des colonnes '{first}' ou '{second}' doit comporter une valeur",
    )


def _say(facts: Facts) -> Text:
    first, second = facts["columns"]
    if facts["absent"]:
        return Text(
            f"Il manque les colonnes {first} et {second} : ajouter l'une des deux.",
            f"Columns {first} and {second} are missing: add one of them.",
        )
    return Text(f"Remplir {first} ou {second}.", f"Fill {first} or {second}.")


CHECKS.add(
    Check(
        ("one-of-required",),
        "french-values/one-of-required",
        _prepare,
        _strict,
        _say,
        Text("Une des deux colonnes est requise", "One of two columns is required"),
        kind="one-of-required",
    )
)
