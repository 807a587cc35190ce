"""Département: a name of the COG."""

from cicclo.kernel.text import Text
from cicclo.validation import reference
from cicclo.validation.checks import CHECKS
from cicclo.validation.checks._cog import vintage
from cicclo.validation.checks._column import Accepts, Params, format_check, is_text


def _accepts(params: Params, strict: bool) -> Accepts:  # noqa: FBT001
    vintage(params, strict, "departement", "Nom de département")  # the list has been the same since 2023
    known = frozenset(reference.departements().values())
    return is_text(known.__contains__)


CHECKS.add(
    format_check(
        "departement",
        label="Departement",
        title=Text("Département inconnu", "Unknown département"),
        say=Text(
            "Ce nom n'est pas celui d'un département, écrit comme dans le COG (accents et traits d'union compris).",
            "This is not the name of a département, as the COG writes it (accents and hyphens included).",
        ),
        accepts=_accepts,
    )
)
