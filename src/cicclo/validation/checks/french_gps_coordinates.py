"""French GPS coordinates: a geopoint (longitude first) inside France; a point that would be if turned round is told."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS, Check, Facts, Finding, Prepared
from cicclo.validation.checks._column import column_param
from cicclo.validation.checks._france import in_france, pair
from cicclo.validation.model import CheckUse

REVERSED = "reversed-french-gps-coordinates"


def accepts(value: Any) -> bool:
    found = pair(value)
    return found is not None and in_france(*found)


def _prepare(use: CheckUse, header: Sequence[str], strict: bool) -> Prepared:  # noqa: ARG001, FBT001
    column = column_param(use.params)

    def row(values: Mapping[str, Any]) -> Iterable[Finding]:
        value = values.get(column)
        if value is None or accepts(value):
            return ()
        found = pair(value)
        turned = found is not None and in_france(found[1], found[0])
        facts = {"value": value, "column": column, "turned": turned}
        return (Finding(column, facts, kind=REVERSED if turned else ""),)

    return Prepared((column,), row, accepts=accepts)


def _strict(facts: Facts) -> tuple[str, str]:
    if facts["turned"]:
        return (
            "Coordonnées GPS Inversées",
            "Les coordonnées GPS semblent inversées et ne tombent pas en France",
        )
    return (
        "Coordonnées GPS Invalides",
        "La valeur ne correspond pas à des coordonnées GPS françaises valides.",
    )


def _say(facts: Facts) -> Text:
    if facts["turned"]:
        return Text(
            "Latitude et longitude sont inversées : écrire la longitude d'abord.",
            "Latitude and longitude are swapped: write the longitude first.",
        )
    return Text("Ces coordonnées ne tombent pas en France.", "These coordinates are not in France.")


CHECKS.add(
    Check(
        ("french-gps-coordinates",),
        "french-values/french-gps-coordinates",
        _prepare,
        _strict,
        _say,
        Text("Coordonnées hors de France", "Coordinates outside France"),
        kind="french-gps-coordinates",
    )
)
