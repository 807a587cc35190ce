"""The same CQL2 selects the same features in every engine; what is none gets 400; and none of it reaches SQL.

`python -m conformance cql2` runs these tests with 10,000 expressions of each sort.
"""

import asyncio
import hashlib
import json
import os
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from anyio.from_thread import start_blocking_portal
from starlette.testclient import TestClient
from tests.features import cql2_world as world
from tests.features.cql2_expressions import Maker, mutated, written
from tests.postgresql import Cluster

from cicclo.features.asgi import application
from cicclo.features.http import filters
from cicclo.features.model import Query, View
from cicclo.features.ports import Store
from cicclo.features.service import Service, Writer
from cicclo.features.stores import Source
from cicclo.features.stores import published as index
from cicclo.kernel.errors import BadInput, CiccloError
from cicclo.kernel.text import Text
from cicclo.ogc.cql2 import evaluate, limits, operators
from cicclo.ogc.crs import CRS84

EXPRESSIONS = int(os.environ.get("CICCLO_CQL2_EXPRESSIONS", "300"))
SEED = int(os.environ.get("CICCLO_CQL2_SEED", "1"))
SCHEMA = "cql2_moteurs"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return world.records()


@pytest.fixture(scope="module")
def published(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    index.build(world.prepared(rows), folder)
    return folder / "lieux"


async def opened(folder: Path) -> Store:
    return index.open_store(folder)


@pytest.fixture(scope="module")
def live(postgis: str, rows: list[dict[str, Any]]) -> str:
    """The address of the table; a store belongs to one event loop, so that each test opens its own."""
    asyncio.run(world.fill(postgis, rows, SCHEMA))
    return f"{postgis}?table={SCHEMA}.lieux"


async def open_live(address: str) -> Store:
    from cicclo.features.stores.postgis import open_stores  # noqa: PLC0415 - only where there is PostgreSQL

    (store,) = await open_stores(Source(address, Path(), "lieux"))
    return store


def series(number: int, seed: int) -> Iterator[tuple[str, str]]:
    """Filters with their languages, half in text, half in JSON."""
    maker = Maker(seed)
    for at in range(number):
        yield written(maker.condition(), as_json=bool(at % 2))


async def selected(store: Store, filter_: Any, *, streamed: bool) -> set[str]:
    """The ids of one page of everything, or of the batches of a download."""
    if streamed:
        batches = [each async for each in store.stream(Query(filter=filter_, view=View(properties=())))]
        return {id_ for each in batches for id_ in each.column("id").to_pylist()}
    page = await store.page(Query(limit=10_000, filter=filter_, view=View(properties=(), geometry=False)))
    return set(page.batch.column("id").to_pylist())


async def disagreements(store: Store, rows: list[dict[str, Any]]) -> list[str]:
    """Every filter that selects other features than the plain evaluation does, with some of them."""
    found = []
    for at, (filter_, language) in enumerate(series(EXPRESSIONS, SEED)):
        checked = filters.read(filter_, language, CRS84, world.collection())
        wanted = {row["id"] for row in rows if evaluate.matches(checked, row)}
        try:
            got = await selected(store, checked, streamed=at % 20 == 0)
        except CiccloError as error:
            found.append(f"{filter_}: {error.say('en')} ({error.__cause__!r})")
            continue
        if got != wanted:
            found.append(f"{filter_}: {len(got)} for {len(wanted)}, e.g. {sorted(got ^ wanted)[:3]}")
    await store.close()
    return found


def test_expressions_are_worth_the_comparison(rows: list[dict[str, Any]]) -> None:
    """They are all understood, all operators are among them, and many select some features but not all."""
    checked = [filters.read(*each, CRS84, world.collection()) for each in series(300, SEED)]
    met = {node.op for each in checked for node, _ in limits.walk(each) if isinstance(node, evaluate.Call)}
    assert met == operators.ALL
    counts = [sum(evaluate.matches(each, row) for row in rows) for each in checked]
    assert sum(0 < count < len(rows) for count in counts) > 100


def test_the_published_index_selects_the_same(published: Path, rows: list[dict[str, Any]]) -> None:
    """The embedded store against the plain evaluation."""
    assert asyncio.run(disagreements(index.open_store(published), rows)) == []


def test_postgis_selects_the_same(live: str, rows: list[dict[str, Any]]) -> None:
    """PostGIS against the plain evaluation."""

    async def run() -> list[str]:
        return await disagreements(await open_live(live), rows)

    assert asyncio.run(run()) == []


@contextmanager
def http(make: Callable[[], Awaitable[Store]], *, editable: bool = False) -> Iterator[TestClient]:
    """The application in this process; the store is opened and closed in the loop that serves."""
    with start_blocking_portal() as portal:
        store = portal.call(make)
        try:
            writers = (Writer("mairie", hashlib.sha256(TOKEN.encode()).hexdigest()),)
            service = Service(Text("Essai", "Trial"), {"lieux": store}, editable=editable, writers=writers)
            client = TestClient(application(service), base_url="http://data.example")
            client.portal = portal
            yield client
        finally:
            portal.call(store.close)


def fits(filter_: str, language: str) -> bool:
    try:
        filters.read(filter_, language, CRS84, world.collection())
    except BadInput:
        return False
    return True


def test_malformed_filters_are_refused(published: Path) -> None:
    """What is no filter is answered 400 with a document that says why; what is one still, 200; nothing else ever."""
    draw, refused = random.Random(SEED), 0
    valid = list(series(200, SEED))
    with http(lambda: opened(published)) as client:
        while refused < EXPRESSIONS:
            filter_, language = draw.choice(valid)
            wrong = mutated(draw, filter_)
            answer = client.get(
                "/collections/lieux/items", params={"filter": wrong, "filter-lang": language, "limit": "1"}
            )
            if fits(wrong, language):
                assert answer.status_code == 200, wrong
                continue
            refused += 1
            assert answer.status_code == 400, wrong
            assert answer.headers["content-type"] == "application/problem+json", wrong
            assert answer.json()["status"] == 400


HOSTILE = [
    "'", "''", "';", "\\'", '"', '"";', "--", "/*", "*/", ";", "$1", "$$", "%s", "{0}", "\\", "\x00", "\\x00", "%00", "%27",
    "' OR '1'='1", "' OR 1=1 --", "'; DROP TABLE cql2_moteurs.lieux; --", "1; DELETE FROM cql2_moteurs.lieux",
    "' UNION SELECT secret FROM cql2_moteurs.secrets --", "'||pg_sleep(5)||'", "1 AND (SELECT pg_sleep(5)) IS NULL",
    '" OR TRUE OR "', 'nom" = nom OR "nom', "id::text", "(SELECT secret FROM cql2_moteurs.secrets)", "ASC; SELECT 1",
    "+nom,(SELECT 1)", "E'\\047'", "U&'\\0027'", "ʼ OR 1=1", "＇ OR 1=1", "geom", "ctid", "xmin", "lieux", "pg_user",
]  # fmt: skip


def attacks(draw: random.Random) -> str:
    """An address with something hostile in one of the places that reach a database."""
    hostile = draw.choice(HOSTILE) + draw.choice(["", "", "", draw.choice(HOSTILE)])
    value, name = (
        quote(hostile, safe=""),
        quote(json.dumps({"op": "=", "args": [{"property": hostile}, "x"]}), safe=""),
    )
    literal = quote(json.dumps({"op": "like", "args": [{"property": "nom"}, hostile]}), safe="")
    listed = quote(json.dumps({"op": "a_overlaps", "args": [{"property": "select"}, [hostile]]}), safe="")
    called = quote(json.dumps({"op": hostile or "x", "args": [{"property": "nom"}]}), safe="")
    text = quote("nom = '" + hostile.replace("'", "''") + "'", safe="")
    raw = quote(f"nom = '{hostile}'", safe="")
    quoted = quote('"' + hostile.replace('"', '""') + "\" = 'x'", safe="")
    items = "/collections/lieux/items"
    return draw.choice(
        [
            f"{items}/{value}", f"/collections/{value}/items", f"{items}?nom={value}", f"{items}?{value}=1",
            f"{items}?filter={text}", f"{items}?filter={raw}", f"{items}?filter={quoted}", f"{items}?filter={value}",
            *(f"{items}?filter-lang=cql2-json&filter={each}" for each in (name, literal, listed, called)),
            f"{items}?sortby={value}", f"{items}?properties={value}", f"{items}?crs={value}", f"{items}?bbox={value}",
            f"{items}?bbox=0,0,1,1&bbox-crs={value}", f"{items}?filter=TRUE&filter-crs={value}", f"{items}?n={value}",
            f"{items}?datetime={value}", f"{items}?limit={value}", f"{items}?offset={value}", f"{items}?cursor={value}",
            f"{items}?f={value}",
        ]
    )  # fmt: skip


def test_nothing_hostile_reaches_sql(live: str, cluster: Cluster, rows: list[dict[str, Any]]) -> None:
    """Whatever stands in an address is refused or compared: nothing is run, shown, lost or waited for."""
    draw = random.Random(SEED)
    log = cluster.folder / "log"
    before = log.stat().st_size
    with http(lambda: open_live(live)) as client:
        secret = "le trésor est sous le pont"
        client.portal.call(_hide, cluster.url.replace("/postgres", "/geo"), secret)  # type: ignore[union-attr]
        for _ in range(EXPRESSIONS):
            address = attacks(draw)
            started = time.perf_counter()
            answer = client.get(address)
            assert time.perf_counter() - started < 4, address
            assert answer.status_code in {200, 400, 404, 406}, (address, answer.text)
            assert secret not in answer.text, address
        assert client.get("/collections/lieux/items?limit=1000").json()["numberReturned"] == len(rows)
    with log.open("rb") as written_:
        written_.seek(before)
        said = written_.read().decode()
    assert "syntax error" not in said
    assert "does not exist" not in said


TOKEN = "a-long-random-token"


def test_nothing_hostile_is_written(live: str, cluster: Cluster, rows: list[dict[str, Any]]) -> None:
    """Names and values of changed features: those of the schema are kept as they are, others are refused."""
    draw, log = random.Random(SEED), cluster.folder / "log"
    before = log.stat().st_size
    me = {"authorization": f"Bearer {TOKEN}", "content-type": "application/geo+json"}
    made: dict[str, str] = {}
    with http(lambda: open_live(live), editable=True) as client:
        for at in range(max(EXPRESSIONS // 20, 30)):
            hostile = draw.choice(HOSTILE)
            named = draw.random() < 0.3
            properties = {hostile: "x"} if named else {"nom": hostile}
            feature = {"type": "Feature", "id": f"neuf {at}", "geometry": None, "properties": properties}
            answer = client.post("/collections/lieux/items", json=feature, headers=me)
            assert answer.status_code == (400 if named or "\x00" in hostile else 201), (hostile, answer.text)
            if answer.status_code == 201:
                made[answer.headers["location"].removeprefix("http://data.example")] = hostile
        for address, hostile in made.items():
            assert client.get(address).json()["properties"]["nom"] == hostile
            assert client.delete(address, headers={**me, "if-match": "*"}).status_code in {200, 204}
        assert client.get("/collections/lieux/items?limit=1000").json()["numberReturned"] == len(rows)
    with log.open("rb") as written_:
        written_.seek(before)
        said = written_.read().decode()
    assert made
    assert "syntax error" not in said
    assert "does not exist" not in said


async def _hide(url: str, secret: str) -> None:
    import asyncpg  # noqa: PLC0415 - only where there is PostgreSQL

    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE TABLE IF NOT EXISTS {SCHEMA}.secrets (secret text)")
    await connection.execute(f"INSERT INTO {SCHEMA}.secrets VALUES ($1)", secret)
    await connection.close()
