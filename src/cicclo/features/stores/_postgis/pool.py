"""Connections to one database, and what its failures mean to a client.

asyncpg's own pool is used: it cancels the query of an abandoned task on the server, replaces broken connections and
closes idle ones. Its reset between two uses (a round trip) is left out: our statements leave no state behind.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from cicclo.features.errors import TooSlow
from cicclo.features.stores._postgis.address import Address
from cicclo.kernel.errors import BadInput, CiccloError, Unavailable
from cicclo.kernel.text import Text

WAIT = 5.0  # seconds in the queue for a connection, before 503
CONNECT = 5.0  # seconds to reach the server
_FAILURES = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    UnicodeError,
)
_LOST = (
    ConnectionError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)


class Pool:
    """`search_path` is where PostGIS lives: names of functions mean the same whatever a role's own path."""

    def __init__(self, address: Address, search_path: str = "") -> None:
        self._address = address
        self._path = search_path
        self._pool: asyncpg.Pool | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

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

    def _current(self) -> asyncpg.Pool:
        """The pool of the running loop: a store may be opened by one loop and served by another."""
        loop = asyncio.get_running_loop()
        if self._pool is None or self._loop is not loop:
            self._loop = loop
            self._pool = asyncpg.create_pool(
                self._address.dsn,
                min_size=0,
                max_size=self._address.pool,
                reset=_leave,
                timeout=CONNECT,
                statement_cache_size=256,
                server_settings=self._settings(),
            )
        return self._pool

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """Lend a connection; what goes wrong comes out as a fact for the client."""
        pool = self._current()
        if not pool._initialized:  # noqa: SLF001 - awaiting it is how asyncpg starts one, once
            await pool
        try:
            lent = await pool.acquire(timeout=WAIT)
        except TimeoutError:
            raise self._busy() from None
        except _FAILURES as error:
            raise self.explain(error) from error
        try:
            yield lent
        except CiccloError:
            raise
        except _FAILURES as error:
            raise self.explain(error) from error
        finally:
            await asyncio.shield(pool.release(lent))

    async def row(self, sql: str, *values: Any) -> Any:
        """One row; tried again, once, on a connection that the server had closed meanwhile."""
        try:
            async with self.connection() as lent:
                return await lent.fetchrow(sql, *values)
        except Gone:
            async with self.connection() as lent:
                return await lent.fetchrow(sql, *values)

    async def rows(self, sql: str, *values: Any) -> Any:
        async with self.connection() as lent:
            return await lent.fetch(sql, *values)

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        if self._loop is not asyncio.get_running_loop():
            return  # its loop is over, and its sockets with it
        try:
            await asyncio.wait_for(pool.close(), CONNECT)
        except TimeoutError:
            pool.terminate()

    def _busy(self) -> Unavailable:
        return Unavailable(
            Text("trop de demandes à la fois à la base", "too many requests to the database at once"),
            at=self._address.shown,
            remedy=Text("réessayer dans quelques secondes", "try again in a few seconds"),
        )

    def explain(self, error: BaseException) -> CiccloError:
        """What a failure of the database means; its own words may hold data or secrets, and stay in the log."""
        place = self._address.shown
        if isinstance(error, asyncpg.QueryCanceledError):
            return TooSlow(
                Text(
                    f"la base n'a pas répondu en {self._address.seconds:g} s",
                    f"the database did not answer within {self._address.seconds:g} s",
                ),
                at=place,
                remedy=Text(
                    "demander moins : bbox, filtre plus simple", "ask for less: bbox, a simpler filter"
                ),
            )
        if isinstance(error, (asyncpg.DataError, UnicodeError)):
            return Unfit(
                Text(
                    "la base refuse une valeur ou un calcul de la demande",
                    "the database refuses a value or a calculation of the request",
                ),
                at="filter",
            )
        if isinstance(error, (asyncpg.StatementTooComplexError, asyncpg.ProgramLimitExceededError)):
            return Unfit(
                Text("filtre trop complexe pour la base", "filter too complex for the database"), at="filter"
            )
        if isinstance(error, (asyncpg.TooManyConnectionsError, asyncpg.InsufficientResourcesError)):
            return self._busy()
        if isinstance(error, _LOST) or (isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)):
            return Gone(Text("la base a coupé la connexion", "the database closed the connection"), at=place)
        kind = type(error).__name__
        return Unavailable(
            Text(f"la base ne peut pas répondre ({kind})", f"the database cannot answer ({kind})"),
            at=place,
            remedy=Text(
                "vérifier l'adresse, le compte, ses droits, et que la table n'a pas changé",
                "check the address, the account, its rights, and that the table did not change",
            ),
        )


class Unfit(BadInput):
    """The statement was understood, and a value in it is impossible."""


class Gone(Unavailable):
    """The connection was lost: worth another try."""


async def _leave(_connection: Any) -> None:
    """Leave the session as it is."""
