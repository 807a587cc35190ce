"""What an ASGI scope says: our address as the client knows it, the query, the body."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, quote

from cicclo.features.http.delivery import matches
from cicclo.features.http.guard import Receive
from cicclo.features.service import Service
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.web.problems import TooLarge

Send = Callable[[Any], Awaitable[None]]
_HOST = re.compile(rb"[A-Za-z0-9._:\[\]-]{1,255}")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")


class AddressTooLong(BadInput):
    slug = "address-too-long"
    title = Text("Adresse trop longue", "Address too long")
    status = 414


@dataclass(slots=True)
class Incoming:
    """A request before it is understood.

    `raw` is its path below where we are mounted, `tail` the last segment of it, both still percent-encoded; `base`
    is our address as the client knows it. Header names are in lower case.
    """

    scope: Any
    raw: bytes
    tail: bytes
    headers: dict[bytes, bytes]
    base: str
    receive: Receive
    send: Send

    @property
    def head(self) -> bool:
        """Whether only the header of the answer is wanted."""
        return bool(self.scope["method"] == "HEAD")

    def has(self, tag: bytes, modified: bytes = b"") -> bool:
        """Whether the client has this representation already: by its tag, else by its date (RFC 9110, 13.2.2)."""
        asked = self.headers.get(b"if-none-match")
        if asked is not None:
            return matches(asked, tag)
        return bool(modified) and self.headers.get(b"if-modified-since") == modified

    def text(self, name: bytes) -> str:
        """A header field, empty when it is not there."""
        return self.headers.get(name, b"").decode("latin-1")


def raw_path(scope: Mapping[str, Any]) -> bytes:
    """The path below where we are mounted, still percent-encoded: `%2F` in an id is not a slash."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"], safe="/%").encode()
    raw = raw.partition(b"?")[0]
    root = scope.get("root_path", "").rstrip("/").encode()
    return raw[len(root) :] or b"/" if root and raw.startswith(root) else raw


def base(scope: Mapping[str, Any], headers: Mapping[bytes, bytes], service: Service) -> str:
    """Our public address: as configured, as a trusted proxy says, or as the client calls us."""
    if service.base:
        return service.base
    scheme, host = scope.get("scheme", "http"), headers.get(b"host", b"")
    prefix = scope.get("root_path", "")
    if service.forwarded:
        host = _first(headers.get(b"x-forwarded-host", host))
        told = _first(headers.get(b"x-forwarded-proto", b"")).decode("latin-1")
        scheme = told if told in ("http", "https") else scheme
        prefix = headers.get(b"x-forwarded-prefix", prefix.encode()).strip().decode("latin-1")
    server = scope.get("server") or ("localhost", None)
    return _joined(scheme, host, prefix, server[0], server[1])


def _first(value: bytes) -> bytes:
    """What the nearest client of a chain of proxies said."""
    return value.split(b",")[0].strip()


@lru_cache(maxsize=256)
def _joined(scheme: str, host: bytes, prefix: str, name: str, port: int | None) -> str:
    """Nothing of a stranger's is written into our links but what a host or a path may be."""
    if not _HOST.fullmatch(host):
        host = (f"{name}:{port}" if port else name).encode()
    kept = prefix.rstrip("/") if _PREFIX.fullmatch(prefix) else ""
    return f"{scheme}://{host.decode()}{kept}"


def query(raw: bytes) -> dict[str, str]:
    """Read the query; raise BadInput for a parameter given twice, or for what is not UTF-8."""
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=False,
            errors="strict",
            max_num_fields=200,
        )
    except ValueError as error:
        raise BadInput(
            Text(
                "requête illisible : UTF-8 et codage pour-cent attendus",
                "unreadable query: percent-encoded UTF-8 expected",
            ),
            at="?",
        ) from error
    given = dict(pairs)
    if len(given) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise BadInput(Text("paramètre donné deux fois", "parameter given twice"), at=", ".join(twice))
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise BadInput(Text("caractère nul dans la requête", "null character in the query"), at="?")
    return given


async def body(receive: Receive, most: int) -> bytes:
    """Read the body; raise TooLarge (413) as soon as it passes `most`."""
    whole = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadInput(Text("corps interrompu", "body cut short"))
        whole += message.get("body", b"")
        if len(whole) > most:
            raise TooLarge(Text(f"plus de {most} octets", f"more than {most} bytes"), at="body")
        if not message.get("more_body", False):
            return bytes(whole)
