"""Code commune: five characters of the COG, of a commune, delegated or associated one, municipal arrondissement."""

from cicclo.kernel.text import Text
from cicclo.validation import reference
from cicclo.validation.checks import CHECKS
from cicclo.validation.checks._cog import vintage
from cicclo.validation.checks._column import Accepts, Params, format_check, is_text
from cicclo.validation.checks._merged import explain, say


def _accepts(params: Params, strict: bool) -> Accepts:  # noqa: FBT001
    known = reference.commune_codes(vintage(params, strict, "code-commune-insee", "Code commune INSEE"))
    return is_text(known.__contains__)


CHECKS.add(
    format_check(
        "code-commune-insee",
        label="Code Commune Insee",
        title=Text("Code de commune inconnu", "Unknown commune code"),
        say=say,
        accepts=_accepts,
        explain=explain,
    )
)
