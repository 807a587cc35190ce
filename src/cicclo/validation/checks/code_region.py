"""Code région: two digits of the COG."""

from cicclo.kernel.text import Text
from cicclo.validation import reference
from cicclo.validation.checks import CHECKS
from cicclo.validation.checks._cog import vintage
from cicclo.validation.checks._column import Accepts, Params, format_check, is_text


def _accepts(params: Params, strict: bool) -> Accepts:  # noqa: FBT001
    vintage(params, strict, "code-region", "Code région")  # the list has been the same since 2023
    known = frozenset(reference.regions())
    return is_text(known.__contains__)


CHECKS.add(
    format_check(
        "code-region",
        label="Code Region",
        title=Text("Code de région inconnu", "Unknown région code"),
        say=Text(
            "Ce code n'est pas celui d'une région du COG (deux chiffres, zéro de tête compris).",
            "This is not the code of a région of the COG (two digits, leading zero included).",
        ),
        accepts=_accepts,
    )
)
