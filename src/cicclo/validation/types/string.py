"""`string`: a text, in the form that its format says."""

import base64
import binascii
import re
from collections.abc import Callable
from uuid import UUID

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import TYPES, FieldType, Read, Unreadable, _wkt

SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
"""RFC 3986: what makes a reference a URI. Nothing after it is looked at, as frictionless does not."""

_LATIN = "\u00a0-\u00ff\u0100-\u024f"
_ATOM = rf"[{_LATIN}0-9a-z!#$%&'*+/=?^_`{{}}|~\-]+"
MAILBOX = re.compile(
    rf"(?:^[{_LATIN}]|{_ATOM}(?:\.{_ATOM})*"
    rf'|^"(?:[{_LATIN}\001-\010\013\014\016-\037!#-\[\]-\177]|\\[\011.])*")$',
    re.IGNORECASE,
)
"""RFC 5322, as the library `validators` takes it."""
DOMAIN = re.compile(
    r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z]$", re.IGNORECASE
)
UNFIT = re.compile(r"\s|__+")


def is_uri(text: str) -> bool:
    return SCHEME.match(text) is not None


def is_email(text: str) -> bool:
    name, at, host = text.rpartition("@")
    if not at or "@" in name or len(name) > 64 or len(host) > 253:
        return False
    return is_host(host) and MAILBOX.match(name) is not None


def is_host(host: str) -> bool:
    """Tell whether `host` is a domain name of at least two labels (RFC 1035), international ones in their ASCII form."""
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    return (
        len(ascii_host.rstrip(".")) <= 253 and not UNFIT.search(host) and DOMAIN.match(ascii_host) is not None
    )


def is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def is_binary(text: str) -> bool:
    try:
        base64.b64decode(text)
    except (binascii.Error, ValueError):
        return False
    return True


FORMS: dict[str, Callable[[str], bool]] = {
    "uri": is_uri,
    "email": is_email,
    "uuid": is_uuid,
    "binary": is_binary,
    "wkt": _wkt.is_wkt,
}


def _text(cell: Cell) -> str:
    if not isinstance(cell, str):
        raise Unreadable("not-text")
    return cell


def _reader(field: Field) -> Read:
    accepts = FORMS.get(field.format)
    if accepts is None:
        return _text

    def read(cell: Cell) -> str:
        if not isinstance(cell, str):
            raise Unreadable("not-text")
        if not accepts(cell):
            raise Unreadable("form")
        return cell

    return read


TYPES.add(
    FieldType(
        "string",
        _reader,
        ("required", "minLength", "maxLength", "pattern", "enum"),
        ("default", "email", "uri", "binary", "uuid", "wkt"),
    )
)
