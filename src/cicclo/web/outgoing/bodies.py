"""Read a body within limits: sizes, compression bombs, ranges that the server ignores, glances at big files."""

import re
import zlib
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass

from cicclo.web.outgoing.model import Failure, Limits, Request

_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
OPEN_RANGE = 4 << 20
ERROR_PAGE = 1 << 20
FIRST_BYTES = 16384
# how texts in two or four bytes per character begin: a byte order mark, or `<`, `{`, `[` and zeros
_WIDE_TEXTS = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"{\0", b"[\0")


class BadEncoding(Exception):
    """The body does not decompress."""


@dataclass(slots=True)
class Appetite:
    """How much of a body is wanted. `enough` ends the reading without failure; `peek` does so for what is not text."""

    limit: int
    enough: int | None = None
    peek: int | None = None


@dataclass(slots=True)
class Body:
    """What was read of a body; `truncated` when there was more."""

    data: bytes
    truncated: bool = False
    failure: Failure | None = None


def appetite(request: Request, status: int, limits: Limits) -> Appetite:
    """Decide from the request and the status; a range is a promise to read little, whatever the server does."""
    span = _RANGE.match(request.header("range")) if 200 <= status < 300 else None
    if span:
        first, last = span.groups()
        wanted = int(last) - int(first) + 1 if first and last else int(last) if last else OPEN_RANGE
        return Appetite(limits.max_bytes, max(1, min(wanted, limits.max_bytes)))
    peek = request.header("x-cicclo-peek")
    if peek.isdigit():
        return Appetite(limits.max_bytes, peek=int(peek))
    return Appetite(limits.max_bytes if status < 400 else min(limits.max_bytes, ERROR_PAGE))


async def read(chunks: AsyncIterable[bytes], encoding: str, announced: str, want: Appetite) -> Body:
    """Read a body until it ends, is enough, or passes the limit."""
    data = bytearray()
    stop = want.limit if want.enough is None else want.enough
    if want.peek is None and want.enough is None and announced.isdigit() and int(announced) > want.limit:
        stop = min(stop, FIRST_BYTES)  # it will be refused: its first bytes tell what it was
    looked = want.peek is None
    try:
        decode, ended = decoder(encoding)
        async for chunk in chunks:
            full = not decode(chunk, data, stop)
            if not looked and len(data) >= (want.peek or 0):
                looked = True
                if not is_text(data):
                    return Body(bytes(data[: want.peek]), truncated=True)
            if full:
                return Body(
                    bytes(data),
                    truncated=True,
                    failure=None if want.enough is not None else Failure.TOO_LARGE,
                )
        ended()
    except BadEncoding:
        return Body(bytes(data), failure=Failure.BAD_ENCODING)
    return Body(bytes(data))


def is_text(start: bytes | bytearray) -> bool:
    """Tell a text from a binary file by its first bytes: only UTF-16 and UTF-32 texts have null bytes."""
    return b"\0" not in start[:1024] or start[:4].lstrip(b"\0").startswith(_WIDE_TEXTS)


Decode = Callable[[bytes, bytearray, int], bool]


def decoder(encoding: str) -> tuple[Decode, Callable[[], None]]:
    """Return how to append a chunk (False when the buffer is full) and what to ask at the end of the body."""
    names = [name for name in re.split(r"[\s,]+", encoding) if name not in ("", "identity")]
    if not names:
        return _plain, lambda: None
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate"):
        raise BadEncoding(encoding)
    unzip = _Unzip(names[0])
    return unzip.decode, unzip.ended


def _plain(chunk: bytes, body: bytearray, limit: int) -> bool:
    room = limit - len(body)
    body += chunk if len(chunk) <= room else chunk[:room]
    return len(chunk) <= room


class _Unzip:
    """gzip, in several members too (RFC 1952), and deflate as zlib or raw, as servers send both."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._fed = False

    def decode(self, chunk: bytes, body: bytearray, limit: int) -> bool:
        while chunk:
            if self._stream.eof:
                if not chunk.startswith(b"\x1f\x8b"):
                    return True  # padding after the last member
                self._stream = zlib.decompressobj(zlib.MAX_WBITS | 32)
            # one byte over the limit tells a body that fits from a bomb, without inflating more
            body += self._inflate(chunk, limit + 1 - len(body))
            self._fed = True
            if len(body) > limit:
                del body[limit:]
                return False
            chunk = self._stream.unused_data
        return True

    def _inflate(self, chunk: bytes, most: int) -> bytes:
        try:
            return self._stream.decompress(chunk, most)
        except zlib.error as error:
            if self._name != "deflate" or self._fed:
                raise BadEncoding(str(error)) from error
        self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            return self._stream.decompress(chunk, most)
        except zlib.error as error:
            raise BadEncoding(str(error)) from error

    def ended(self) -> None:
        if self._fed and not self._stream.eof:
            raise BadEncoding("truncated")
