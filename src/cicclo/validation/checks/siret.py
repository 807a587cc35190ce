"""SIRET: a SIREN and five digits, the last one is a key; La Poste's offices follow another rule."""

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS
from cicclo.validation.checks._column import always, format_check, is_text
from cicclo.validation.checks._luhn import is_siret

CHECKS.add(
    format_check(
        "siret",
        "french-siret-value",
        label="Siret",
        title=Text("Numéro SIRET incorrect", "Incorrect SIRET number"),
        say=Text(
            "Un SIRET a quatorze chiffres, dont le dernier est une clé : ce n'en est pas un.",
            "A SIRET has fourteen digits, the last of which is a key: this is none.",
        ),
        accepts=always(is_text(is_siret)),
    )
)
