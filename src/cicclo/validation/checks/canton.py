"""Canton: the shape of a name only, for no list of cantons is shipped (Validata has one)."""

import re

from cicclo.kernel.text import Text
from cicclo.validation.checks import CHECKS
from cicclo.validation.checks._cog import vintage
from cicclo.validation.checks._column import Accepts, Params, format_check, is_text

NAME = re.compile(r"[A-ZÀ-ÖØ-ÞŒ][A-Za-zÀ-ÖØ-öø-ÿŒœ' ,-]*[A-Za-zÀ-ÖØ-öø-ÿ](-[0-9]{1,2})?")


def _accepts(params: Params, strict: bool) -> Accepts:  # noqa: FBT001
    vintage(params, strict, "canton", "Nom de canton")
    return is_text(lambda text: NAME.fullmatch(text) is not None)


CHECKS.add(
    format_check(
        "canton",
        label="Canton",
        title=Text("Nom de canton mal formé", "Malformed canton name"),
        say=Text(
            "Ce n'est pas la forme d'un nom de canton : majuscule, lettres, tirets, un numéro à la fin (Lille-1).",
            "This is not the shape of a canton's name: a capital, letters, hyphens, a number at the end (Lille-1).",
        ),
        accepts=_accepts,
    )
)
