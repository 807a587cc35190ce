"""What can go wrong, as facts.

* CiccloError
  + BadInput        the person's request, file or setting is wrong (exit 2, HTTP 400)
  + NotFound        the named thing does not exist (exit 2, HTTP 404)
  + NotAllowed      refused by a rule of the operator (exit 2, HTTP 403)
  + Unavailable     a part that this needs is missing or down (exit 2, HTTP 503)

Doors (web, command line) translate them once; nothing below a door raises a web exception.
"""

from cicclo.kernel.text import NOTHING, Text


class CiccloError(Exception):
    """A fact with a place and a remedy, in both languages."""

    slug = "error"
    title = Text("Erreur", "Error")
    status = 500
    exit_code = 2

    def __init__(self, message: Text, *, at: str = "", remedy: Text = NOTHING) -> None:
        super().__init__(message.en)
        self.message = message
        self.at = at
        self.remedy = remedy

    def say(self, lang: str) -> str:
        """Return one plain sentence: place, fact, remedy."""
        parts = (self.at, self.message.get(lang), self.remedy.get(lang))
        return " — ".join(part for part in parts if part)


class BadInput(CiccloError):
    slug = "bad-input"
    title = Text("Demande incorrecte", "Incorrect request")
    status = 400


class NotFound(CiccloError):
    slug = "not-found"
    title = Text("Introuvable", "Not found")
    status = 404


class NotAllowed(CiccloError):
    slug = "not-allowed"
    title = Text("Refusé", "Refused")
    status = 403


class Unavailable(CiccloError):
    slug = "unavailable"
    title = Text("Indisponible", "Unavailable")
    status = 503
