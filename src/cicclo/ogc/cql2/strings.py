"""How strings are folded and matched: what every engine must agree with."""

import re
import unicodedata
from functools import lru_cache

_MARKS = re.compile("[\u0300-\u036f]")


def casei(value: str) -> str:
    """Full case folding (21-065r2, /req/case-insensitive-comparison/casei-function): ß is ss, ς is σ."""
    return value.casefold()


def accenti(value: str) -> str:
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", value)))


@lru_cache(maxsize=256)
def like(pattern: str) -> re.Pattern[str]:
    """`%` is any text, `_` one character, after a backslash they are themselves.

    Pieces between `%` are looked for from left to right, never again (atomic groups): no pattern costs more
    than the length of the text times its own.
    """
    pieces = [""]
    characters = iter(pattern)
    for each in characters:
        if each == "%":
            pieces.append("")
        else:
            pieces[-1] += "." if each == "_" else re.escape(next(characters, "\\") if each == "\\" else each)
    first, *others = pieces
    if not others:
        return re.compile(first, re.DOTALL)
    middle = "".join(f"(?>.*?{piece})" for piece in others[:-1] if piece)
    return re.compile(f"{first}{middle}(?:.*{others[-1]})", re.DOTALL)
