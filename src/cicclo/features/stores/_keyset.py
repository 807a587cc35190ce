"""The cursor of a page: where the page before it ended, as text that a client hands back unread."""

import base64
import binascii
import json
import re

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text

Part = str | int | float | None


def write(parts: list[Part]) -> str:
    """Return a cursor of the last feature's sort values and id."""
    return pack(json.dumps(parts, separators=(",", ":"), ensure_ascii=False))


def pack(parts: str) -> str:
    """Return a cursor of parts that are a JSON text already."""
    return base64.urlsafe_b64encode(parts.encode()).rstrip(b"=").decode()


def read(cursor: str, length: int) -> list[Part]:
    """Return the `length` parts of a cursor; raise BadInput for one that is not ours."""
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        parts = json.loads(packed)
    except (ValueError, binascii.Error, RecursionError):
        raise stale() from None
    known = isinstance(parts, list) and len(parts) == length
    if not known or any(isinstance(part, bool) or not isinstance(part, Part) for part in parts):
        raise stale()
    return parts  # type: ignore[no-any-return]


def holds(cursor: str, length: int) -> bool:
    """Tell whether a cursor of ours has that many parts."""
    try:
        read(cursor, length)
    except BadInput:
        return False
    return True


def stale() -> BadInput:
    return BadInput(
        Text(
            "ce n'est pas un de nos curseurs, ou pas pour cette demande",
            "not a cursor of ours, or not for this request",
        ),
        at="cursor",
        remedy=Text("suivre le lien next de la première page", "follow the next link of the first page"),
    )


def whole(text: str, size: int) -> bool:
    """Whether a text is a whole number as we write them, of a type that holds `size` values on each side of zero."""
    return bool(_WHOLE.fullmatch(text)) and -size <= int(text) < size


_WHOLE = re.compile(r"0|-?[1-9]\d{0,18}", re.ASCII)


def uuid(text: str) -> bool:
    return bool(_UUID.fullmatch(text))


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
