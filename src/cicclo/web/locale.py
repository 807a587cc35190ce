"""Sentences, numbers and dates in the reader's language.

Pages write both languages side by side, `{{ _("Plateformes", "Platforms") }}`, as `Text(fr, en)` does in code:
whoever changes one sees the other, and a page cannot be rendered with one missing.
"""

from datetime import datetime

from babel.dates import format_datetime
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup

from cicclo.kernel.text import LANGS, Text

__all__ = ["LANGS", "Words"]

LOCALES = {"fr": "fr_FR", "en": "en_GB"}
LANGUAGE_NAMES = {"fr": "Français", "en": "English"}


class Words:
    """How one language says things."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._locale = LOCALES[lang]
        self.colon = "\u00a0:" if lang == "fr" else ":"

    def choose(self, fr: str, en: str) -> Markup:
        """Return the sentence of a template in this language; templates are ours, so it may hold markup."""
        return Markup(Text(fr, en).get(self.lang))  # noqa: S704 - both sentences are written in a template

    def count(self, number: int, one: tuple[str, str], many: tuple[str, str]) -> str:
        """Return “1 échec”, “12 échecs”; French has a singular zero."""
        single = abs(number) < 2 if self.lang == "fr" else number == 1
        return f"{self.number(number)} {Text(*(one if single else many)).get(self.lang)}"

    def say(self, text: Text) -> str:
        """Return a text of the model; it may quote a stranger, so it is escaped like any string."""
        return text.get(self.lang)

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self._locale)

    def percent(self, part: float, whole: float) -> str:
        """Return the share; rounded down, so that 100 % means all."""
        return format_percent(int(100 * part / whole) / 100 if whole else 0, locale=self._locale)

    def date(self, iso: str) -> str:
        """Return a moment as people write it, in UTC; empty stays empty."""
        return (
            f"{format_datetime(datetime.fromisoformat(iso), 'd MMM y, HH:mm', locale=self._locale)} UTC"
            if iso
            else ""
        )
