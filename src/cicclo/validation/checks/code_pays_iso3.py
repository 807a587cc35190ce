"""Code pays ISO 3166-1, three letters."""

from cicclo.kernel.text import Text
from cicclo.validation import reference
from cicclo.validation.checks import CHECKS
from cicclo.validation.checks._cog import vintage
from cicclo.validation.checks._column import Accepts, Params, format_check, is_text


def _accepts(params: Params, strict: bool) -> Accepts:  # noqa: FBT001
    vintage(params, strict, "code-pays-iso3", "Codes ISO3 Pays")
    known = reference.country_codes(3, strict=strict)
    return is_text(known.__contains__)


CHECKS.add(
    format_check(
        "code-pays-iso3",
        label="Code Pays Iso3",
        title=Text("Code de pays inconnu", "Unknown country code"),
        say=Text(
            "Ce code n'est pas celui d'un pays (ISO 3166-1, trois lettres capitales).",
            "This is not a country's code (ISO 3166-1, three capital letters).",
        ),
        accepts=_accepts,
    )
)
