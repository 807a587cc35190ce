"""Year interval: two years, the second one later."""

import re
from collections.abc import Sequence
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS, Check, CheckCrashes, Facts, Prepared
from cicclo.validation.checks._column import column_param, one_column, text_param
from cicclo.validation.model import CheckUse

INTERVAL = re.compile(r"(\d{4})/(\d{4})")
YEAR = re.compile(r"\d{4}")
YES = ("true", "yes")


def reason(value: str, *, alone: bool) -> str:
    """Why the text is no interval: `shape`, `same`, `order`; empty when it is one."""
    found = INTERVAL.fullmatch(value)
    if found is None:
        return "" if alone and YEAR.fullmatch(value) else "shape"
    first, second = int(found[1]), int(found[2])
    if first == second:
        return "same"
    return "order" if first > second else ""


def _prepare(use: CheckUse, header: Sequence[str], strict: bool) -> Prepared:  # noqa: ARG001, FBT001
    column = column_param(use.params)
    alone = "allow-year-only" in use.params and text_param(use.params, "allow-year-only") in YES

    def accepts(value: Any) -> bool:
        if not isinstance(value, str):
            if strict:
                raise CheckCrashes("expected string or bytes-like object")
            return alone and isinstance(value, int)
        return not reason(value, alone=alone)

    return one_column(
        column, accepts, lambda value: {"alone": alone, "reason": reason(str(value), alone=alone)}
    )


def _strict(facts: Facts) -> tuple[str, str]:
    title = "Intervalle d'Années Incorrect"
    if facts["reason"] == "same":
        return title, "Les deux années doivent être différentes"
    if facts["reason"] == "order":
        first, second = (int(part) for part in str(facts["value"]).split("/"))
        # Validata swaps the two years
        return title, f"la deuxième année ({first}) doit être postérieure à la première ({second})"
    shape = "année (AAAA) ou intervale (AAAA/AAAA)" if facts["alone"] else "AAAA/AAAA"
    return title, f"Format attendu\u00a0: {shape}"


def _say(facts: Facts) -> Text:
    if facts["reason"] == "same":
        return Text("Les deux années doivent être différentes.", "The two years must differ.")
    if facts["reason"] == "order":
        return Text(
            "La seconde année doit suivre la première.", "The second year must be later than the first."
        )
    if facts["alone"]:
        return Text("Écrire AAAA ou AAAA/AAAA.", "Write YYYY or YYYY/YYYY.")
    return Text("Écrire AAAA/AAAA.", "Write YYYY/YYYY.")


CHECKS.add(
    Check(
        ("year-interval-value",),
        "french-values/year-interval",
        _prepare,
        _strict,
        _say,
        Text("Intervalle d'années incorrect", "Incorrect interval of years"),
        kind="year-interval-value",
    )
)
