"""Opening hours in OpenStreetMap's syntax (wiki.openstreetmap.org/wiki/Key:opening_hours)."""

import re
from collections.abc import Sequence
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS, Check, CheckCrashes, Facts, Prepared
from cicclo.validation.checks._column import column_param, one_column
from cicclo.validation.checks._memory import remembered
from cicclo.validation.model import CheckUse

QUOTED = re.compile(r'"[^"]*"')
NOT_YET = re.compile(
    r"(?<!\d)\d:\d\d|\d\+|\bweek\b|\bSH\b|\d\s+-\s+\d|\b(?!(?:Mo|Tu|We|Th|Fr|Sa|Su)\b)(?i:mo|tu|we|th|fr|sa|su)\b"
)
"""What the syntax allows and the reader that Validata 0.13 uses (opening-hours-py 0.6.18) refuses, as observed."""


@remembered
def is_opening_hours(text: str) -> bool:
    from opening_hours import validate  # noqa: PLC0415  (slow to import, seldom needed)

    return bool(validate(text))


def _prepare(use: CheckUse, header: Sequence[str], strict: bool) -> Prepared:  # noqa: ARG001, FBT001
    def accepts(value: Any) -> bool:
        if isinstance(value, str):
            return is_opening_hours(value) and not (strict and NOT_YET.search(QUOTED.sub("", value)))
        if strict:
            kind = type(value).__name__
            raise CheckCrashes(f"argument 'oh': '{kind}' object cannot be converted to 'PyString'")
        return False

    return one_column(column_param(use.params), accepts)


def _strict(_facts: Facts) -> tuple[str, str]:
    return (
        "Horaires d'Ouverture Incorrects",
        (
            "Horaires d'ouverture incorrects.\n\n La valeur doit respecter la spécification "
            "[OpenStreetMap](https://wiki.openstreetmap.org/wiki/Key:opening_hours) de description d'horaires d'ouverture."
        ),
    )


CHECKS.add(
    Check(
        ("opening-hours-value",),
        "french-values/opening-hours",
        _prepare,
        _strict,
        lambda _facts: Text(
            "Écrire les horaires dans la syntaxe d'OpenStreetMap : « Mo-Fr 08:00-12:00; Sa 09:00-12:00 », ou « 24/7 ».",
            "Write the hours in OpenStreetMap's syntax: “Mo-Fr 08:00-12:00; Sa 09:00-12:00”, or “24/7”.",
        ),
        Text("Horaires d'ouverture illisibles", "Unreadable opening hours"),
        kind="opening-hours-value",
    )
)
