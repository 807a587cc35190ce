"""Code FANTOIR: type of way, rank in the commune, control letter (DGFiP, “Descriptif du fichier FANTOIR”).

The shape only: Validata also wants the first four characters to be in use somewhere, a list with no open source at hand.
"""

import re

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS
from cicclo.validation.checks._column import always, format_check, is_text

FANTOIR = re.compile(r"[0-9A-Z][0-9]{3}[A-Z]")

CHECKS.add(
    format_check(
        "code-fantoir",
        label="Code Fantoir",
        title=Text("Code FANTOIR mal formé", "Malformed FANTOIR code"),
        say=Text(
            "Un code FANTOIR a quatre caractères et une lettre de contrôle : 0123A.",
            "A FANTOIR code has four characters and a control letter: 0123A.",
        ),
        accepts=always(is_text(lambda text: FANTOIR.fullmatch(text) is not None)),
    )
)
