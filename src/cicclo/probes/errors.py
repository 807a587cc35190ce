"""What a document or an answer can be that a check did not hope for.

These are facts about the audited service: the runner turns them into verdicts, they never end an audit.
"""

from cicclo.kernel.text import Text
from cicclo.web.outgoing import Answer


class Unusable(Exception):
    """An answer that cannot be judged further."""

    def __init__(self, answer: Answer, message: Text, *, at: str = "", code: str = "") -> None:
        super().__init__(message.en)
        self.answer = answer
        self.message = message
        self.at = at or answer.url
        self.code = code


class NoAnswer(Unusable):
    """Nothing came back, or the request was not allowed: the verdict is `cannot tell` or `untested`."""


class BadStatus(Unusable):
    """An HTTP error where a success is required: the verdict is `failed`."""


class BadDocument(Unusable):
    """Something came back and it is not what the media type or the standard says: the verdict is `failed`."""


class Missing(Exception):
    """What the check needs is not there (no collection, no geometry…): the verdict is `inapplicable`."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(fr, en)
