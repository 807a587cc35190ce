"""Code pays ISO 3166-1, two letters."""

from cicclo.kernel.text import Text
from cicclo.validation import reference
from cicclo.validation.checks import CHECKS
from cicclo.validation.checks._cog import vintage
from cicclo.validation.checks._column import Accepts, Params, format_check, is_text


def _accepts(params: Params, strict: bool) -> Accepts:  # noqa: FBT001
    vintage(params, strict, "code-pays-iso2", "Codes ISO2 Pays")
    known = reference.country_codes(2, strict=strict)
    return is_text(known.__contains__)


CHECKS.add(
    format_check(
        "code-pays-iso2",
        label="Code Pays Iso2",
        title=Text("Code de pays inconnu", "Unknown country code"),
        say=Text(
            "Ce code n'est pas celui d'un pays (ISO 3166-1, deux lettres capitales).",
            "This is not a country's code (ISO 3166-1, two capital letters).",
        ),
        accepts=_accepts,
    )
)
