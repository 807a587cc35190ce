"""Connections to one database.

Not asyncpg's own pool: it wraps each connection in a proxy, a timer and a reset at every use, and answers 6,600 pages
of ten points a second where the bare connections answer 17,000. Our statements leave no state behind, so a connection
goes from one request to the next as it is; one whose request was abandoned is closed, after its query was cancelled.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from cicclo.features.stores._postgis.address import Address
from cicclo.features.stores._postgis.failures import FAILURES, Gone, busy, explain

WAIT = 5.0  # seconds in the queue for a connection, before 503
CONNECT = 5.0  # seconds to reach the server
GRACE = 5.0  # seconds left to the server to notice by itself that a statement is too slow
_ABANDONED = (asyncio.CancelledError, TimeoutError, GeneratorExit, asyncpg.InternalClientError)


class Pool:
    """`search_path` is where PostGIS lives: names of functions mean the same whatever a role's own path."""

    def __init__(self, address: Address, search_path: str = "") -> None:
        self._address = address
        self._path = search_path
        self.losses = 0  # times that the server ended connections
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._restart()

    def _restart(self) -> None:
        self._free: list[Any] = []
        self._open = 0
        self._queue: deque[asyncio.Future[Any]] = deque()
        self._closing: set[asyncio.Task[None]] = set()

    def _settings(self) -> dict[str, str]:
        settings = {
            "application_name": "cicclo",
            "timezone": "UTC",
            "datestyle": "ISO, YMD",
            "standard_conforming_strings": "on",
            "jit": "off",  # compiling costs more than our statements
            "max_parallel_workers_per_gather": "0",  # starting workers costs more too, and halves the throughput
            "statement_timeout": str(int(self._address.seconds * 1000)),
            "idle_in_transaction_session_timeout": "60000",
            "default_transaction_read_only": "on",  # edits say READ WRITE
        }
        return {**settings, "search_path": self._path} if self._path else settings

    async def row(self, sql: str, *values: Any) -> Any:
        """One row; tried again, once, on a connection that the server had closed meanwhile."""
        try:
            return await self._row(sql, values)
        except Gone:
            self.losses += 1
            return await self._row(sql, values)

    async def _row(self, sql: str, values: tuple[Any, ...]) -> Any:
        lent = await self._take()
        try:
            found = await lent.fetchrow(sql, *values)
        except BaseException as error:
            self._give(lent, clean=not isinstance(error, _ABANDONED))
            if isinstance(error, FAILURES):
                raise explain(error, self._address) from error
            raise
        self._give(lent)
        return found

    async def rows(self, sql: str, *values: Any) -> Any:
        async with self.connection() as lent:
            return await lent.fetch(sql, *values)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """Lend a connection for several statements; what goes wrong comes out as a fact for the client."""
        lent = await self._take()
        try:
            yield lent
        except BaseException as error:
            self._give(lent, clean=not isinstance(error, _ABANDONED))
            if isinstance(error, FAILURES):
                raise explain(error, self._address) from error
            raise
        self._give(lent)

    async def _take(self) -> Any:
        if self._loop is not (loop := asyncio.get_running_loop()):
            self._loop = loop  # opened by one loop, served by another: the former's sockets ended with it
            self._closed = False
            self._restart()
        while self._free:
            lent = self._free.pop()
            if not lent.is_closed():
                return lent
            self._open -= 1
            self.losses += 1
        if self._open < self._address.pool:
            return await self._connect()
        return await self._wait(loop)

    async def _connect(self) -> Any:
        self._open += 1
        try:
            return await asyncpg.connect(
                self._address.dsn,
                timeout=CONNECT,
                **({"ssl": False} if self._address.plain else {}),
                command_timeout=self._address.seconds + GRACE,
                statement_cache_size=256,
                server_settings=self._settings(),
            )
        except BaseException as error:
            self._gone()
            if isinstance(error, FAILURES):
                raise explain(error, self._address) from error
            raise

    async def _wait(self, loop: asyncio.AbstractEventLoop) -> Any:
        place: asyncio.Future[Any] = loop.create_future()
        self._queue.append(place)
        try:
            lent = await asyncio.wait_for(asyncio.shield(place), WAIT)
        except BaseException as error:
            if place.done() and not place.cancelled() and place.result() is not None:
                self._give(place.result())
            place.cancel()
            if isinstance(error, TimeoutError):
                raise busy(self._address) from None
            raise
        return lent if lent is not None else await self._take()

    def _give(self, lent: Any, *, clean: bool = True) -> None:
        if lent.is_closed():
            self._gone()
        elif self._closed:
            lent.terminate()  # a stream left by its reader may come back last: nobody would close it after us
            self._gone()
        elif not clean or lent.is_in_transaction():
            task = asyncio.get_running_loop().create_task(self._end(lent))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        elif not self._hand(lent):
            self._free.append(lent)

    def _hand(self, lent: Any) -> bool:
        """Pass a connection (or None: room for a new one) to the first who waits."""
        while self._queue:
            place = self._queue.popleft()
            if not place.done():
                place.set_result(lent)
                return True
        return False

    def _gone(self) -> None:
        self._open -= 1
        self._hand(None)

    async def _end(self, lent: Any) -> None:
        """Close a connection left in the middle of something; asyncpg has asked the server to cancel the query."""
        try:
            await lent.close(timeout=CONNECT)
        except FAILURES:
            lent.terminate()
        self._gone()

    async def close(self) -> None:
        """Close what is free now, and what is lent when it comes back."""
        self._closed = True
        if self._loop is asyncio.get_running_loop():
            await asyncio.gather(*self._closing, *(self._end(lent) for lent in self._free))
        self._restart()
