"""Requests that come together share a statement, and nothing else."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from cicclo.features.model import Query, View
from cicclo.features.stores import Source
from cicclo.features.stores._postgis.failures import Unfit
from cicclo.features.stores._postgis.gathering import Gathering
from cicclo.features.stores._postgis.together import joined, light
from cicclo.kernel.text import Text
from cicclo.ogc.cql2.model import Array, Call, Name

asyncpg = pytest.importorskip("asyncpg")


class Asked:
    """Answers a number with its square, slowly; refuses negative ones; remembers what came together."""

    def __init__(self) -> None:
        self.flights: list[list[int]] = []
        self.cancelled = 0

    async def __call__(self, keys: Sequence[int]) -> Mapping[int, int]:
        self.flights.append(sorted(keys))
        try:
            await asyncio.sleep(0.05)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if min(keys) < 0:
            raise Unfit(Text("négatif", "negative"))
        return {key: key * key for key in keys if key != 7}


def test_what_comes_at_the_same_time_goes_together() -> None:
    """Ten requests, five of them the same: one statement of six keys; a key without answer has none."""
    asked = Asked()

    async def run() -> list[int | None]:
        gathering = Gathering(asked)
        return await asyncio.gather(*(gathering.get(key) for key in (1, 1, 1, 1, 1, 2, 3, 4, 5, 7)))

    assert asyncio.run(run()) == [1, 1, 1, 1, 1, 4, 9, 16, 25, None]
    assert asked.flights == [[1, 2, 3, 4, 5, 7]]


def test_an_answer_was_read_after_its_request_came() -> None:
    """The same key, asked while a statement is under way, is asked again: what was written in between is seen."""
    asked = Asked()

    async def run() -> None:
        gathering = Gathering(asked)
        first = asyncio.create_task(gathering.get(1))
        await asyncio.sleep(0.01)
        assert asked.flights == [[1]]
        await asyncio.gather(first, gathering.get(1))

    asyncio.run(run())
    assert asked.flights == [[1], [1]]


def test_a_bad_value_spoils_no_other() -> None:
    """The one who sent it is told; the others have their answers."""

    async def run() -> list[Any]:
        gathering = Gathering(Asked())
        return await asyncio.gather(*(gathering.get(key) for key in (2, -1, 3)), return_exceptions=True)

    two, bad, three = asyncio.run(run())
    assert (two, three) == (4, 9)
    assert isinstance(bad, Unfit)


def test_a_statement_lasts_as_long_as_someone_waits_for_it() -> None:
    """One of two leaves: the other is answered. Both leave: the statement is cancelled."""
    asked = Asked()

    async def leave(number: int) -> list[Any]:
        gathering = Gathering(asked)
        waiting = [asyncio.create_task(gathering.get(2)) for _ in range(2)]
        await asyncio.sleep(0.01)
        for task in waiting[:number]:
            task.cancel()
        found = await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.sleep(0.1)
        return found

    assert asyncio.run(leave(1))[1] == 4
    assert asked.cancelled == 0
    asyncio.run(leave(2))
    assert asked.cancelled == 1


def test_only_parameters_are_replaced() -> None:
    """What looks like one in a quoted name or text stays; arrays cannot be joined."""
    sql = """SELECT 'it''s $1::text', "a$1::text" FROM t WHERE x = $1::text AND y = $2::double precision"""
    assert joined(sql) == (
        "SELECT p.turn, q.* FROM unnest($1::text[], $2::double precision[]) WITH ORDINALITY p(a1, a2, turn) CROSS JOIN LATERAL "
        """(SELECT 'it''s $1::text', "a$1::text" FROM t WHERE x = p.a1::text AND y = p.a2::double precision) q"""
    )
    assert joined("SELECT $1::float8[]") is None
    assert joined("SELECT 1") is None


@pytest.mark.parametrize(
    ("filter_", "together"),
    [
        (None, True),
        (Call("=", (Name("nom"), "x")), True),
        (Call("and", (Call("=", (Name("nom"), "x")), Call("=", (Name("n"), 1)))), True),
        (Call(">", (Name("n"), 1)), False),
        (Call("=", (Name("nom"), Name("code"))), False),
        (Call("=", (Name("tags"), Array(("a", "b")))), False),
        (Call("or", (Call("=", (Name("nom"), "x")), Call("=", (Name("n"), 1)))), False),
    ],
)
def test_only_what_any_value_reads_alike_goes_together(filter_: Any, together: bool) -> None:  # noqa: FBT001
    """A range may want another plan for another value."""
    assert light(Query(filter=filter_)) is together


@pytest.mark.peer
def test_pages_and_items_asked_together_are_those_asked_apart(postgis: str) -> None:
    """Thirty values at once, and thirty ids, against the same one by one; real tables, odd names, values of every kind."""
    from cicclo.features.stores.postgis import open_stores  # noqa: PLC0415 - only where there is PostgreSQL

    async def run() -> None:
        connection = await asyncpg.connect(postgis)
        await connection.execute(
            "DROP SCHEMA IF EXISTS ensemble CASCADE; CREATE SCHEMA ensemble; "
            'CREATE TABLE ensemble.rangs (gid int PRIMARY KEY, "a$1::text" text, n int, v float8, j date)'
        )
        await connection.execute(
            "INSERT INTO ensemble.rangs SELECT i, 'v' || i % 30, i % 7, i / 8.0, date '2020-01-01' + i % 5 "
            "FROM generate_series(1, 900) i"
        )
        await connection.close()
        (store,) = await open_stores(Source(f"{postgis}?table=ensemble.rangs", Path()))
        try:
            queries = [
                Query(
                    limit=limit,
                    filter=Call(
                        "and", (Call("=", (Name("a$1::text"), f"v{i}")), Call("=", (Name("n"), i % 7)))
                    ),
                )
                for limit in (3, 60)
                for i in range(31)
            ]
            apart = [await store.encoded_page(query) for query in queries]
            assert await asyncio.gather(*map(store.encoded_page, queries)) == apart
            assert {page.returned for page in apart} >= {0, 3, 4}
            ids = [str(i) for i in range(880, 910)]
            alone = [await store.encoded_item(id_, View()) for id_ in ids]
            assert await asyncio.gather(*(store.encoded_item(id_, View()) for id_ in ids)) == alone
            assert [found is None for found in alone] == [i > 900 for i in range(880, 910)]
        finally:
            await store.close()

    asyncio.run(run())
