"""Commune: a name of the COG, of a commune, a delegated or associated one, or a municipal arrondissement."""

from cicclo.kernel.text import Text
from cicclo.validation import reference
from cicclo.validation.checks import CHECKS
from cicclo.validation.checks._cog import vintage
from cicclo.validation.checks._column import Accepts, Params, format_check, is_text


def _accepts(params: Params, strict: bool) -> Accepts:  # noqa: FBT001
    asked = vintage(params, strict, "commune", "Nom de commune")
    known = reference.commune_names(2021 if strict and asked == 2022 else asked)
    return is_text(known.__contains__)


CHECKS.add(
    format_check(
        "commune",
        label="Commune",
        title=Text("Commune inconnue", "Unknown commune"),
        say=Text(
            "Ce nom n'est pas celui d'une commune, écrit comme dans le COG (article, accents, traits d'union).",
            "This is not a commune's name, as the COG writes it (article, accents, hyphens).",
        ),
        accepts=_accepts,
    )
)
