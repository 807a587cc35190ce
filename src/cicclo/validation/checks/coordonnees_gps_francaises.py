"""Coordonnées GPS françaises: a point inside France. Validata 0.13 breaks on any value; we read `latitude,longitude`."""

from collections.abc import Sequence
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS, Check, CheckCrashes, Facts, Prepared
from cicclo.validation.checks._column import FORMAT_TITLE, column_param, one_column
from cicclo.validation.checks._france import in_france, pair
from cicclo.validation.model import CheckUse

BROKEN = "CoordonneesGPSFrancaises.is_valid() missing 1 required positional argument: 'lat'"


def _crash(_value: Any) -> bool:
    raise CheckCrashes(BROKEN)


def accepts(value: Any) -> bool:
    """A geopoint is longitude first (Table Schema); a text, as people write coordinates, latitude first."""
    found = pair(value)
    if found is None:
        return False
    first, second = found
    return in_france(second, first) if isinstance(value, str) else in_france(first, second)


def _prepare(use: CheckUse, header: Sequence[str], strict: bool) -> Prepared:  # noqa: ARG001, FBT001
    column = column_param(use.params, "Internal error")
    bound = one_column(column, _crash if strict else accepts)
    return Prepared(bound.columns, bound.row, accepts=None if strict else accepts)


def _strict(_facts: Facts) -> tuple[str, str]:
    return FORMAT_TITLE, "La valeur n'est pas conforme au format Coordonnees Gps Francaises."


CHECKS.add(
    Check(
        ("coordonnees-gps-francaises",),
        "french-values/coordonnees-gps-francaises",
        _prepare,
        _strict,
        lambda _facts: Text(
            "Ces coordonnées ne tombent pas en France : vérifier l'ordre (latitude, longitude) et le signe.",
            "These coordinates are not in France: check their order (latitude, longitude) and sign.",
        ),
        Text("Coordonnées hors de France", "Coordinates outside France"),
    )
)
