"""Pays: a French name of the COG's list of countries."""

from cicclo.kernel.text import Text
from cicclo.validation import reference
from cicclo.validation.checks import CHECKS, CheckWrong
from cicclo.validation.checks._cog import vintage
from cicclo.validation.checks._column import Accepts, Params, format_check, is_text


def _accepts(params: Params, strict: bool) -> Accepts:  # noqa: FBT001
    asked = vintage(params, strict, "pays", "Pays et territoires étrangers")
    if strict and asked < 2024:
        raise CheckWrong(
            "No data available for official geographical code (cog): 2023",
            Text("La liste des pays n'existe pas pour 2023.", "There is no list of countries for 2023."),
        )
    known = reference.country_names(strict=strict)
    return is_text(known.__contains__)


CHECKS.add(
    format_check(
        "pays",
        label="Pays",
        title=Text("Pays inconnu", "Unknown country"),
        say=Text(
            "Ce nom n'est pas celui d'un pays, écrit en français comme dans le COG.",
            "This is not a country's name, in French as the COG writes it.",
        ),
        accepts=_accepts,
    )
)
