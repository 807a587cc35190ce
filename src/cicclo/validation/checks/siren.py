"""SIREN: nine digits, the last one is a key."""

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS
from cicclo.validation.checks._column import always, format_check, is_text
from cicclo.validation.checks._luhn import is_siren

CHECKS.add(
    format_check(
        "siren",
        "french-siren-value",
        label="Siren",
        title=Text("Numéro SIREN incorrect", "Incorrect SIREN number"),
        say=Text(
            "Un SIREN a neuf chiffres, dont le dernier est une clé : ce n'en est pas un.",
            "A SIREN has nine digits, the last of which is a key: this is none.",
        ),
        accepts=always(is_text(is_siren)),
    )
)
