"""A body that may be larger than memory: the same checks, limits and manners, but written to a file as it comes."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any, BinaryIO

import httpcore2

from cicclo.web.outgoing import bodies
from cicclo.web.outgoing.live import LiveTransport
from cicclo.web.outgoing.model import Answer, Failure, Request
from cicclo.web.outgoing.redaction import safe_headers

FIRST_BYTES = 16384


class Download(LiveTransport):
    """Writes the body of a successful answer to `target`, and keeps only its first bytes in the answer.

    `tell` hears how many bytes came and how many are announced (0: unknown). One request per object.
    """

    def __init__(
        self, target: BinaryIO, *, tell: Callable[[int, int], None] | None = None, **given: Any
    ) -> None:
        super().__init__(**given)
        self._target = target
        self._tell = tell or (lambda _came, _announced: None)

    async def _answer(
        self, request: Request, response: httpcore2.Response, headers: tuple[tuple[str, str], ...]
    ) -> Answer:
        if response.status != 200 or request.url.endswith("/robots.txt"):
            return await super()._answer(request, response, headers)
        self._target.seek(0)
        self._target.truncate()
        named = dict(reversed(headers))
        async with aclosing(response.aiter_stream()) as chunks:
            first, length, digest, failure = await self._write(
                chunks, named.get("content-encoding", "").lower(), named.get("content-length", "")
            )
        return Answer(
            request=request,
            url=request.url,
            status=response.status,
            headers=safe_headers(headers),
            body=first,
            length=length,
            sha256=digest,
            truncated=length > len(first),
            failure=failure,
        )

    async def _write(
        self, chunks: AsyncIterator[bytes], encoding: str, announced: str
    ) -> tuple[bytes, int, str, Failure | None]:
        most, length, digest, first = self._limits.max_bytes, 0, hashlib.sha256(), b""
        total = int(announced) if announced.isdigit() and not encoding else 0
        if total > most:
            return b"", 0, "", Failure.TOO_LARGE
        try:
            decode, ended = bodies.decoder(encoding)
            async for chunk in chunks:
                piece = bytearray()
                fits = decode(chunk, piece, most - length)
                self._target.write(piece)
                digest.update(piece)
                length += len(piece)
                first += bytes(piece[: FIRST_BYTES - len(first)])
                self._tell(length, total)
                if not fits:
                    return first, length, digest.hexdigest(), Failure.TOO_LARGE
            ended()
        except bodies.BadEncoding:
            return first, length, digest.hexdigest(), Failure.BAD_ENCODING
        self._target.flush()
        return first, length, digest.hexdigest(), None
