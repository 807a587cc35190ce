"""A sentence in the two languages of the house."""

from dataclasses import dataclass
from typing import Literal, get_args

Lang = Literal["fr", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)


@dataclass(frozen=True, slots=True)
class Text:
    """French first, English second; both are always present."""

    fr: str
    en: str

    def __post_init__(self) -> None:
        if bool(self.fr) != bool(self.en):
            msg = f"one language is missing: {self!r}"
            raise ValueError(msg)

    def __bool__(self) -> bool:
        return bool(self.fr)

    def get(self, lang: str) -> str:
        """Return the sentence in `lang`, French for any language but English."""
        return self.en if lang == "en" else self.fr


NOTHING = Text("", "")
