"""What clients are told when the database is slow, busy, gone or back; and what becomes of abandoned queries."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.postgresql import Cluster

from cicclo.features.errors import TooSlow
from cicclo.features.model import Query
from cicclo.features.stores import Source
from cicclo.features.stores._postgis import pool as pools
from cicclo.features.stores.postgis import PostgisStore, open_stores
from cicclo.kernel.errors import CiccloError, Unavailable

_SLOW = """
CREATE SCHEMA IF NOT EXISTS lent;
CREATE OR REPLACE VIEW lent.lente AS SELECT 1 AS gid, pg_sleep(30)::text AS nom;
CREATE TABLE IF NOT EXISTS lent.vite (gid int PRIMARY KEY);
"""


@pytest.fixture(scope="module")
def slow(postgis: str) -> str:
    async def prepare() -> None:
        connection = await asyncpg.connect(postgis)
        await connection.execute(_SLOW)
        await connection.close()

    asyncio.run(prepare())
    return postgis


def using(address: str, work: Callable[[PostgisStore], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        (store,) = await open_stores(Source(address, Path()))
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


async def sleepers(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(
            await connection.fetchval(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND application_name = 'cicclo'"
            )
        )
    finally:
        await connection.close()


async def until(url: str, number: int) -> None:
    async with asyncio.timeout(10):
        while await sleepers(url) != number:  # noqa: ASYNC110 - what another process does sets no event
            await asyncio.sleep(0.02)


def test_a_statement_that_lasts_is_given_up(slow: str) -> None:
    """503 with what to do, and the connection serves the next request."""

    async def work(store: PostgisStore) -> None:
        with pytest.raises(TooSlow) as caught:
            await store.encoded_page(Query())
        assert caught.value.status == 503
        assert caught.value.remedy
        assert (await store._pool.row("SELECT 1"))[0] == 1

    using(f"{slow}?table=lent.lente&id_column=gid&seconds=0.2", work)


def test_an_abandoned_request_is_cancelled_in_the_database(slow: str) -> None:
    """The client is gone: its query ends at once, and its place in the pool is free again."""

    async def work(store: PostgisStore) -> None:
        task = asyncio.create_task(store.encoded_page(Query()))
        await until(slow, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(slow, 0)
        assert (await store._pool.row("SELECT 1"))[0] == 1

    using(f"{slow}?table=lent.lente&id_column=gid&pool=1", work)


def test_a_full_pool_says_to_come_back(slow: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 after a short wait in the queue; those who waited less are served in turn."""
    monkeypatch.setattr(pools, "WAIT", 0.2)

    async def work(store: PostgisStore) -> None:
        busy = [asyncio.create_task(store.encoded_page(Query(limit=5 + n))) for n in range(2)]
        await until(slow, 2)
        with pytest.raises(Unavailable, match="too many requests"):
            await store._pool.row("SELECT 1")
        monkeypatch.setattr(pools, "WAIT", 10)
        waiting = [asyncio.create_task(store._pool.row("SELECT 2")) for _ in range(5)]
        await asyncio.sleep(0)
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
        assert [(await each)[0] for each in waiting] == [2] * 5
        assert store._pool._open <= 2

    using(f"{slow}?table=lent.lente&id_column=gid&pool=2", work)


def test_many_at_once_share_few_connections(slow: str) -> None:
    """Requests, some of which are abandoned at random moments, leave no connection lost."""

    async def work(store: PostgisStore) -> None:
        tasks = [
            asyncio.create_task(store._pool.row("SELECT pg_sleep(0.002), $1::int", n)) for n in range(300)
        ]
        for number, task in enumerate(tasks):
            if number % 3 == 0:
                asyncio.get_running_loop().call_later(number / 2000, task.cancel)
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(each, asyncio.CancelledError) or each[1] == n for n, each in enumerate(done))
        assert [(await store._pool.row("SELECT 1"))[0] for _ in range(20)] == [1] * 20
        assert store._pool._open <= 3

    using(f"{slow}?table=lent.vite&pool=3", work)


def test_a_server_that_went_and_came_back(slow: str, cluster: Cluster) -> None:
    """503 while it is away, pages again as soon as it is back, without a restart of ours."""

    async def work(store: PostgisStore) -> None:
        await store.encoded_page(Query())
        cluster.stop("fast")
        try:
            for _ in range(3):
                with pytest.raises(Unavailable) as caught:
                    await store.encoded_page(Query())
                assert "127.0.0.1" in caught.value.say("en")
        finally:
            cluster.start()
        assert (await store.encoded_page(Query())).returned == 0

    using(f"{slow}?table=lent.vite", work)


def test_a_connection_that_the_server_ended_is_replaced(slow: str) -> None:
    """An administrator ends our sessions: the next request knows nothing of it."""

    async def work(store: PostgisStore) -> None:
        await store.encoded_page(Query())
        other = await asyncpg.connect(slow)
        await other.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cicclo'"
        )
        await other.close()
        assert (await store.encoded_page(Query())).returned == 0

    using(f"{slow}?table=lent.vite", work)


@pytest.mark.parametrize(
    "url", ["postgresql://moi:s3cr%C3%A9t@127.0.0.1:1/geo", "postgresql://moi:s3cr%C3%A9t@rien.invalid/geo"]
)
def test_a_password_is_never_told(url: str) -> None:
    """Not by the problem, nor by its cause's text, nor by the address's own representation."""
    with pytest.raises(CiccloError) as caught:
        asyncio.run(open_stores(Source(url, Path())))
    error: BaseException | None = caught.value
    while error is not None:
        assert "s3cr" not in f"{error!s}{error!r}"
        error = error.__cause__
    assert "s3cr" not in caught.value.say("fr") + caught.value.say("en")


def test_readers_cannot_write(slow: str) -> None:
    """Even a statement that should never have come does no harm: sessions are read-only."""

    async def work(store: PostgisStore) -> None:
        with pytest.raises(Unavailable, match="ReadOnlySQLTransactionError"):
            await store._pool.row("INSERT INTO lent.vite VALUES (1) RETURNING gid")

    using(f"{slow}?table=lent.vite", work)
