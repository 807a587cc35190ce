"""What two spellings of one word have in common."""

import unicodedata
from collections.abc import Callable

from cicclo.validation.model import Field

_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "–": "-", "—": "-", "‑": "-"})


def squeeze(text: str) -> str:
    """Case and spaces aside."""
    return " ".join(text.casefold().split())


def fold(text: str) -> str:
    """Case, spaces, accents and kinds of apostrophe aside."""
    if text.isascii():
        return squeeze(text.replace("`", "'"))
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES))
    return squeeze("".join(mark for mark in plain if not unicodedata.combining(mark)))


def listed(field: Field, text: str, form: Callable[[str], str]) -> str | None:
    """Return the only value of the field's list that has the same form as a text; None when none or several have."""
    values = field.constraints.get("enum")
    if not isinstance(values, list | tuple):
        return None
    wanted = form(text)
    alike = [value for value in values if isinstance(value, str) and form(value) == wanted]
    return alike[0] if len(alike) == 1 else None
