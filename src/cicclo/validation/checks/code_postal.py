"""Code postal: in La Poste's list."""

from cicclo.kernel.text import Text
from cicclo.validation import reference
from cicclo.validation.checks import CHECKS
from cicclo.validation.checks._column import format_check, is_text

CHECKS.add(
    format_check(
        "code-postal",
        label="Code Postal",
        title=Text("Code postal inconnu", "Unknown postal code"),
        say=Text(
            "Ce code postal n'est pas dans la liste de La Poste (cinq chiffres, zéro de tête compris).",
            "This postal code is not in La Poste's list (five digits, leading zero included).",
        ),
        accepts=lambda _params, strict: is_text(reference.postal_codes(strict=strict).__contains__),
    )
)
