"""What two spellings of one word have in common."""

import unicodedata

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
