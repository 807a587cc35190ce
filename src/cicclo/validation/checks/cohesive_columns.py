"""Columns that go together: all filled or all empty, all present or all absent."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS, Check, Facts, Finding, Prepared
from cicclo.validation.checks._column import column_param, list_param
from cicclo.validation.model import CheckUse


def _prepare(use: CheckUse, header: Sequence[str], strict: bool) -> Prepared:  # noqa: ARG001, FBT001
    column = column_param(use.params)
    names = (column, *list_param(use.params, "othercolumns"))
    absent = tuple(name for name in names if name not in header)
    facts = {"columns": names, "absent": absent, "column": column}
    if len(absent) == len(names):
        return Prepared(names, None)
    if absent:
        return Prepared(names, None, opening=(Finding("", facts),))

    def row(values: Mapping[str, Any]) -> Iterable[Finding]:
        filled = [values.get(name) is not None for name in names]
        return () if all(filled) or not any(filled) else (Finding(column, facts),)

    return Prepared(names, row)


def _strict(facts: Facts) -> tuple[str, str]:
    title, names = "Colonnes Non Solidaires", facts["columns"]
    if facts["absent"]:
        return title, (
            f"Les colonnes {_quoted(names)} doivent être soit toutes présentes, soit toutes absentes "
            f"(sont absentes\u00a0: {_quoted(facts['absent'])})"
        )
    return title, (
        f"Les colonnes présentes parmi {', '.join(names)} doivent toutes comporter une valeur ou toutes être vides"
    )


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _say(facts: Facts) -> Text:
    names, absent = ", ".join(facts["columns"]), ", ".join(facts["absent"])
    if absent:
        return Text(
            f"Les colonnes {names} vont ensemble : ajouter {absent}, ou les retirer toutes.",
            f"Columns {names} go together: add {absent}, or remove them all.",
        )
    return Text(
        f"Les colonnes {names} vont ensemble : les remplir toutes, ou aucune.",
        f"Columns {names} go together: fill all of them, or none.",
    )


CHECKS.add(
    Check(
        ("cohesive-columns-value",),
        "french-values/cohesive-columns",
        _prepare,
        _strict,
        _say,
        Text("Colonnes qui vont ensemble", "Columns that go together"),
        kind="cohesive-columns-value",
    )
)
