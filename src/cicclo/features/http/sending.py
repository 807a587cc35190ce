"""An answer made for one request, on the wire: bytes, a stream, or a prepared file."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

from cicclo.features.http import delivery, files
from cicclo.features.http.delivery import CACHE, VARY, Header
from cicclo.features.http.guard import watching
from cicclo.features.http.ready import Sent, not_modified
from cicclo.features.http.requests import Incoming
from cicclo.features.http.usage import Key
from cicclo.features.resources import Content, Prepared


class BrokenOff(Exception):
    """An answer that had begun cannot be finished: the connection must be cut, so that the client knows."""


@dataclass(slots=True)
class WholeFile:
    """A prepared file."""

    key: Key
    reply: Prepared

    async def send(self, incoming: Incoming) -> Sent:
        return await files.send(self.reply, incoming)


@dataclass(slots=True)
class Whole:
    """Bytes, or a stream that stops when the client leaves."""

    key: Key
    reply: Content
    fields: list[Header]

    async def send(self, incoming: Incoming) -> Sent:
        fields = [*self.fields, VARY]
        if not any(name == b"cache-control" for name, _ in fields):
            fields.append(CACHE)
        if self.reply.version:
            tag = delivery.etag(self.reply.version)
            fields.append((b"etag", tag))
            if incoming.has(tag):
                return await not_modified(fields, incoming)
        if isinstance(self.reply.body, bytes):
            return await self._at_once(self.reply.body, fields, incoming)
        async with watching(incoming.receive), asyncio.timeout(self.reply.seconds or None):
            return await self._streamed(self.reply.body, fields, incoming)

    async def _at_once(self, body: bytes, fields: list[Header], incoming: Incoming) -> Sent:
        worth = len(body) >= delivery.WORTH_IT and _compressible(fields)
        if worth and (name := delivery.coding(incoming.headers.get(b"accept-encoding", b""))):
            body = delivery.squeeze(body, name)
            fields.append((b"content-encoding", name.encode()))
        if self.reply.status != 204:
            fields.append((b"content-length", b"%d" % len(body)))
        await incoming.send(delivery.start(self.reply.status, fields))
        await incoming.send(delivery.content(b"" if incoming.head else body))
        return self.reply.status, len(body)

    async def _streamed(
        self, pieces: AsyncGenerator[bytes, None], fields: list[Header], incoming: Incoming
    ) -> Sent:
        """What goes wrong before the first piece is a problem; after it, the answer can only break off."""
        async with contextlib.aclosing(pieces) as flow:
            first = b"" if incoming.head else await anext(flow, b"")
            size = len(first)
            await incoming.send(delivery.start(self.reply.status, fields))
            try:
                if not incoming.head:
                    await incoming.send(_more(first))
                    async for piece in flow:
                        size += len(piece)
                        await incoming.send(_more(piece))
            except Exception as fault:
                raise BrokenOff from fault
            await incoming.send(delivery.content(b""))
        return self.reply.status, size


def _more(piece: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": piece, "more_body": True}


def _compressible(fields: list[Header]) -> bool:
    kind = next((value for name, value in fields if name == b"content-type"), b"")
    return kind.startswith(b"text/") or any(
        mark in kind for mark in (b"json", b"xml", b"csv", b"vector-tile")
    )
