"""Bytes on the wire: entity tags, compression, the headers that every answer has."""

import gzip
import hashlib
from functools import lru_cache
from typing import Any

import brotli
import zstandard
from isal import igzip

from cicclo.web.negotiation import _preferred as preferred

Header = tuple[bytes, bytes]
WORTH_IT = 1200  # bytes: less than one packet is not compressed
EXPOSED = b"Allow, Content-Crs, Content-Disposition, Content-Language, ETag, Last-Modified, Link, Location, Retry-After"
OPEN: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", EXPOSED),
)
NO_SNIFFING: Header = (b"x-content-type-options", b"nosniff")
VARY: Header = (b"vary", b"Accept, Accept-Encoding, Accept-Language")
CACHE: Header = (b"cache-control", b"public, max-age=0, must-revalidate")


def etag(*parts: str) -> bytes:
    """A weak tag: the same data asked in the same way, whatever the time stamp and the compression (RFC 9110, 8.8.3)."""
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=9).hexdigest()
    return f'W/"{digest}"'.encode()


def content_tag(*parts: bytes) -> bytes:
    """The tag of a store that cannot tell its version: made of what is sent, time stamp left out."""
    digest = hashlib.blake2b(digest_size=9)
    for part in parts:
        digest.update(part)
    return b'W/"%b"' % digest.hexdigest().encode()


def matches(asked: bytes, tag: bytes) -> bool:
    """If-None-Match: weak comparison with any of a list."""
    if asked.strip() == b"*":
        return True
    bare = tag.removeprefix(b"W/")
    return any(each.strip().removeprefix(b"W/") == bare for each in asked.split(b","))


@lru_cache(maxsize=256)
def coding(accept: bytes, *, brotli_too: bool = False) -> str:
    """The compression to use: the client's, in our order of speed; empty for none."""
    accepted = set(preferred(accept.decode("latin-1")))
    order = ("br", "zstd", "gzip") if brotli_too else ("zstd", "gzip")
    return next((name for name in order if name in accepted), "")


def squeeze(body: bytes, name: str) -> bytes:
    """Compress at the speed of an answer."""
    if name == "zstd":
        return zstandard.ZstdCompressor(level=1).compress(body)
    return bytes(igzip.compress(body, 1))


def squeeze_well(body: bytes, name: str) -> bytes:
    """Compress once what is sent often."""
    if name == "br":
        return bytes(brotli.compress(body, quality=9))
    if name == "zstd":
        return zstandard.ZstdCompressor(level=12).compress(body)
    return gzip.compress(body, 9, mtime=0)


def start(status: int, headers: list[Header]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def content(body: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": body}


def encoded(headers: tuple[tuple[str, str], ...]) -> list[Header]:
    """Header fields as ASGI wants them; what is not Latin-1 must have been encoded before."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
