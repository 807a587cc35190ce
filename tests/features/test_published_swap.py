"""A publication takes over at once or not at all, and whoever reads the former one reads it to its end."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.features import cql2_world as world

from cicclo.features.errors import BadSource
from cicclo.features.model import Query
from cicclo.features.sources import Account, Prepared
from cicclo.features.stores import published
from cicclo.features.stores.published import store
from cicclo.features.stores.published.build import UNFINISHED, current
from cicclo.features.stores.published.store import PublishedStore

ROWS = world.records()


def publish(folder: Path, rows: list[dict[str, Any]] = ROWS) -> Path:
    published.build(world.prepared(rows), folder)
    return folder / "lieux"


def walk(source: PublishedStore, query: Query, between: Any = lambda: None) -> list[str]:
    """Identifiers of all pages, with something done between two of them."""
    found: list[str] = []
    while True:
        page = asyncio.run(source.page(query))
        found += page.batch.column("id").to_pylist()
        if not page.next:
            return found
        query = replace(query, after=page.next)
        between()


def test_pages_go_on_through_publications(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data is published anew, in another order, between every two pages: each feature comes once."""
    monkeypatch.setattr(store, "LOOK", 0.0)
    place = publish(tmp_path)
    source = PublishedStore(place)
    versions = {source.version}

    def again() -> None:
        publish(tmp_path, ROWS[::-1] if len(versions) % 2 else ROWS)
        versions.add(source.version)

    found = walk(source, Query(limit=50), again)
    assert sorted(found) == sorted(row["id"] for row in ROWS)
    assert len(versions) == 6


def test_features_that_come_and_go_disturb_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the features leave after the first page: those that stay come once, none comes twice."""
    monkeypatch.setattr(store, "LOOK", 0.0)
    source = PublishedStore(publish(tmp_path))
    found = walk(source, Query(limit=40), lambda: publish(tmp_path, ROWS[::2]))
    assert len(found) == len(set(found))
    assert {row["id"] for row in ROWS[::2]} <= set(found)


def test_a_stream_ends_on_the_data_it_began_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of a former publication last until nobody reads them."""
    monkeypatch.setattr(store, "LOOK", 0.0)
    monkeypatch.setattr(store, "BATCH", 20)
    source = PublishedStore(publish(tmp_path))

    async def read() -> list[str]:
        found: list[str] = []
        async for batch in source.stream(Query()):
            found += batch.column("id").to_pylist()
            if len(found) == 20:
                publish(tmp_path, ROWS[:3])
        return found

    assert len(asyncio.run(read())) == len(ROWS)
    assert source.collection.count == 3


def failing(rows: list[dict[str, Any]]) -> Prepared:
    """A source that breaks half-way."""
    whole = world.prepared(rows)

    def batches() -> Any:
        yield next(iter(whole.batches)).slice(0, 10)
        msg = "cut"
        raise OSError(msg)

    return Prepared(whole.collection, batches(), Account())


def test_a_failure_leaves_the_former_publication(tmp_path: Path) -> None:
    """And nothing else."""
    place = publish(tmp_path)
    before = sorted(each.name for each in place.iterdir())
    with pytest.raises(OSError, match="cut"):
        published.build(failing(ROWS), tmp_path)
    assert sorted(each.name for each in place.iterdir()) == before
    assert PublishedStore(place).collection.count == len(ROWS)


def test_nothing_is_served_from_nothing(tmp_path: Path) -> None:
    """A first publication that fails is told as such."""
    with pytest.raises(OSError, match="cut"):
        published.build(failing(ROWS), tmp_path)
    with pytest.raises(BadSource):
        PublishedStore(tmp_path / "lieux")


def test_an_empty_collection_is_served(tmp_path: Path) -> None:
    """No feature is no fault."""
    whole = world.prepared(ROWS)
    empty = Prepared(whole.collection, iter([next(iter(whole.batches)).slice(0, 0)]), Account())
    published.build(empty, tmp_path)
    source = PublishedStore(tmp_path / "lieux")
    for query in (Query(), Query(box=(0, 0, 1, 1))):
        page = asyncio.run(source.encoded_page(query))
        assert (page.features, page.returned, page.matched, page.next) == (b"", 0, 0, "")
    assert asyncio.run(source.item("a", Query().view)) is None


def test_one_publication_at_a_time(tmp_path: Path) -> None:
    """The second is refused with the remedy, and the first is not disturbed."""
    whole = world.prepared(ROWS)

    def batches() -> Any:
        batch = next(iter(whole.batches))
        with pytest.raises(BadSource):
            publish(tmp_path)
        yield batch

    published.build(Prepared(whole.collection, batches(), Account()), tmp_path)
    assert PublishedStore(tmp_path / "lieux").collection.count == len(ROWS)


SLOW = """
import sys, time
from pathlib import Path
from tests.features import cql2_world as world
from cicclo.features.sources import Account, Prepared
from cicclo.features.stores import published
whole = world.prepared(world.records())
def batches():
    yield next(iter(whole.batches))
    print("half-way", flush=True)
    time.sleep(60)
published.build(Prepared(whole.collection, batches(), Account()), Path(sys.argv[1]))
"""


def test_a_killed_publication_leaves_the_former_one(tmp_path: Path) -> None:
    """Kill -9 half-way: what was served still is, and the next publication removes the leftovers."""
    place = publish(tmp_path, ROWS[:7])
    command = [sys.executable, "-c", SLOW, str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONPATH": "."}
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half-way\n"
        process.send_signal(signal.SIGKILL)
    assert PublishedStore(place).collection.count == 7
    assert any(each.name.startswith(UNFINISHED) for each in place.iterdir())
    publish(tmp_path)
    assert PublishedStore(place).collection.count == len(ROWS)
    assert [each.name for each in place.iterdir() if each.is_dir()] == [current(place)]


def test_a_new_publication_is_noticed_by_itself(tmp_path: Path) -> None:
    """Without a word to the server, within a second or so."""
    source = PublishedStore(publish(tmp_path, ROWS[:7]))
    publish(tmp_path)
    end = time.monotonic() + 10
    while source.collection.count == 7 and time.monotonic() < end:
        time.sleep(0.05)
    assert source.collection.count == len(ROWS)


def test_batches_are_what_the_port_promises(tmp_path: Path) -> None:
    """`id` first, the properties of the view, WKB last."""
    source = PublishedStore(publish(tmp_path))
    batch = asyncio.run(source.page(Query(limit=3))).batch
    assert batch.schema.names == ["id", *world.PROPERTIES, "geometry"]
    assert pa.types.is_binary(batch.schema.field("geometry").type)
