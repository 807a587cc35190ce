"""A server on loopback that does on purpose what servers do by accident, or by malice."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Write = Callable[[bytes], Awaitable[None]]
Behaviour = bytes | Callable[[Write], Awaitable[None]]


@dataclass
class Hostile:
    """`routes` are behaviours by path; `seen` the requests received, `sent` the bytes, `most_at_once` the crowd."""

    routes: dict[str, Behaviour] = field(default_factory=dict)
    port: int = 0
    scheme: str = "http"
    seen: list[bytes] = field(default_factory=list)
    sent: int = 0
    open: int = 0
    busy: int = 0
    most_at_once: int = 0
    connections: int = 0

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [request.split(b" ", 2)[1].decode() for request in self.seen]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                first = await reader.readexactly(1)
                if first == b"\x16":  # a TLS greeting on a clear port: what nginx and Apache answer
                    writer.write(reply(b"plain HTTP here", "400 Bad Request"))
                    break
                head = first + await reader.readuntil(b"\r\n\r\n")
                self.seen.append(head)
                self.busy += 1
                self.most_at_once = max(self.most_at_once, self.busy)
                try:
                    await self._behave(head, writer)
                finally:
                    self.busy -= 1
                if b"\r\nconnection: close" in self._last.lower():
                    break
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError, asyncio.LimitOverrunError):
            pass  # the client had enough
        finally:
            writer.close()

    async def _behave(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        path = head.split(b" ", 2)[1].decode().partition("?")[0]
        behaviour = self.routes.get(path, reply(b"not found", status="404 Not Found"))
        self._last = behaviour if isinstance(behaviour, bytes) else b"\r\nconnection: close"

        async def write(data: bytes) -> None:
            writer.write(data)
            self.sent += len(data)
            await writer.drain()

        if isinstance(behaviour, bytes):
            await write(
                behaviour.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if head.startswith(b"HEAD ") else behaviour
            )
        else:
            await behaviour(write)

    _last: bytes = b""


@asynccontextmanager
async def hostile(
    routes: dict[str, Behaviour], tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[Hostile]:
    """Run the server while the block runs."""
    server = Hostile(dict(routes), scheme="https" if tls else "http")
    tasks: set[asyncio.Task[None]] = set()

    async def on_connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await server.serve(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            tasks.discard(task)

    listening = await asyncio.start_server(on_connect, host, 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


def reply(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A complete, honest HTTP answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named = {"content-type": "application/json", "content-length": str(len(body)), **named}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in named.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return reply(b"", status, location=location)


async def endless(write: Write) -> None:
    """A body that never ends."""
    await write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        await write(b"10000\r\n" + b"[" * 65536 + b"\r\n")


def announced(size: int) -> Callable[[Write], Awaitable[None]]:
    """A body as long as it says, and it says a lot."""

    async def behave(write: Write) -> None:
        await write(b"HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\ncontent-length: %d\r\n\r\n" % size)
        for _ in range(size // 65536):
            await write(b" " * 65536)

    return behave


async def drip(write: Write) -> None:
    """One byte at a time, each before the read time-out."""
    await write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
    while True:
        await write(b" ")
        await asyncio.sleep(0.02)


async def silence(write: Write) -> None:
    """A request that is never answered."""
    await asyncio.Event().wait()


def bomb(megabytes: int) -> bytes:
    """A gzip body a thousand times smaller than its content."""
    return reply(gzip.compress(b"\0" * (megabytes << 20), 9), content_encoding="gzip")
