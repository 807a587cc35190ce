"""A forward proxy on loopback: what a real client asks goes through our own address policy and byte cap.

GDAL and OWSLib resolve names and follow redirects by themselves; behind this proxy every connection is made
to an address that the policy allowed, and the total they may receive is bounded.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from cicclo.web.outgoing.addresses import AddressPolicy, PrivateAddress, UnknownHost

HEAD_LIMIT = 64 * 1024
CONNECT_SECONDS = 10.0
READING = (b"GET", b"HEAD", b"POST", b"OPTIONS")


@dataclass(slots=True)
class Proxy:
    """`refused` are the hosts that the policy did not allow; `asked` counts connections."""

    addresses: AddressPolicy
    max_bytes: int = 64 * 1024 * 1024
    refused: list[str] = field(default_factory=list)
    asked: int = 0
    received: int = 0
    _server: asyncio.Server | None = None
    _busy: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=HEAD_LIMIT)
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._busy):
            task.cancel()
        await asyncio.gather(*self._busy, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._busy.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError):
            await _say(writer, 502)
        except asyncio.CancelledError:
            pass  # the client run is over
        finally:
            self._busy.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), CONNECT_SECONDS)
        method, target, _version = head.split(b"\r\n", 1)[0].split(b" ", 2)
        tunnel = method == b"CONNECT"
        if not tunnel and method not in READING:
            return await _say(writer, 405)
        self.asked += 1
        host, port = _host(target.decode("ascii"), tunnel=tunnel)
        try:
            upstream = await self._connect(host, port)
        except (PrivateAddress, UnknownHost) as error:
            if isinstance(error, PrivateAddress):
                self.refused.append(host)
            return await _say(writer, 403)
        if tunnel:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            upstream[1].write(_forwarded(head, target.decode("ascii")))
        await self._pipe((reader, writer), upstream)
        return None

    async def _connect(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        addresses = await self.addresses.resolve(host, port)
        return await asyncio.wait_for(asyncio.open_connection(addresses[0], port), CONNECT_SECONDS)

    async def _pipe(
        self,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        up = asyncio.create_task(_copy(client[0], server[1]))
        try:
            while self.received < self.max_bytes and (chunk := await server[0].read(65536)):
                self.received += len(chunk)
                client[1].write(chunk)
                await client[1].drain()
        finally:
            up.cancel()
            await asyncio.gather(up, return_exceptions=True)
            server[1].close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()


async def _say(writer: asyncio.StreamWriter, status: int) -> None:
    with suppress(OSError):
        writer.write(f"HTTP/1.1 {status} cicclo\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()


def _host(target: str, *, tunnel: bool) -> tuple[str, int]:
    """Host and port of a request line; raise ValueError when it has none."""
    parts = urlsplit(f"//{target}" if tunnel else target)
    if not parts.hostname or (not tunnel and parts.scheme != "http"):
        msg = f"no host in {target[:100]}"
        raise ValueError(msg)
    return parts.hostname, parts.port or (443 if tunnel else 80)


def _forwarded(head: bytes, target: str) -> bytes:
    """The head as the origin server expects it: path only, one request per connection."""
    parts = urlsplit(target)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    first, _, rest = head.partition(b"\r\n")
    lines = [
        line
        for line in rest.split(b"\r\n")
        if line and not line.lower().startswith((b"proxy-", b"connection:"))
    ]
    start = b" ".join((first.split(b" ", 1)[0], path.encode("ascii"), b"HTTP/1.1"))
    return b"\r\n".join((start, *lines, b"Connection: close", b"", b""))
