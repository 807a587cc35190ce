"""The published index answers as a plain reading of the same features would: boxes, time, order, pages."""

import asyncio
import math
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from tests.features import cql2_world as world

from cicclo.features.model import Interval, Query, Sort, View
from cicclo.features.stores import published
from cicclo.features.stores.published import hilbert, hits, tree
from cicclo.features.stores.published import store as published_store
from cicclo.features.stores.published.store import PublishedStore
from cicclo.kernel.errors import BadInput
from cicclo.ogc.cql2.check import check
from cicclo.ogc.cql2.text import parse
from cicclo.ogc.crs import CRS84

LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/2154"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return world.records()


@pytest.fixture(scope="module")
def store(rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> PublishedStore:
    folder = tmp_path_factory.mktemp("published")
    published.build(world.prepared(rows), folder)
    return PublishedStore(folder / world.prepared(rows).collection.id)


def pages(store: PublishedStore, query: Query) -> list[pa.RecordBatch]:
    """Every page of a query, by its cursors."""

    async def walk() -> list[pa.RecordBatch]:
        found, asked = [], query
        while True:
            page = await store.page(asked)
            found.append(page.batch)
            if not page.next:
                return found
            asked = replace(asked, after=page.next)

    return asyncio.run(walk())


def ids(store: PublishedStore, query: Query) -> list[str]:
    return [each for batch in pages(store, query) for each in batch.column("id").to_pylist()]


def test_keys_follow_the_curve() -> None:
    """Neighbours along the curve are neighbours on the ground: each step of a full small grid is one cell."""
    side = 16
    step = 360 / (2**hilbert.ORDER - 1)
    half = 180 / (2**hilbert.ORDER - 1)
    x, y = (each.ravel() for each in np.meshgrid(np.arange(side), np.arange(side)))
    keys = hilbert.keys(-180 + (x + 0.5) * step, -90 + (y + 0.5) * half)
    order = np.argsort(keys)
    steps = np.abs(np.diff(x[order])) + np.abs(np.diff(y[order]))
    assert set(steps.tolist()) == {1}


def test_the_tree_finds_what_a_full_reading_finds() -> None:
    """Runs and rows of random boxes, against a comparison of all boxes."""
    draw = np.random.default_rng(4)
    corners = draw.uniform(0, 100, (5_000, 2))
    boxes = np.concatenate([corners, corners + draw.exponential(2, (5_000, 2))], 1)
    boxes = boxes[np.argsort(hilbert.keys(boxes[:, 0], boxes[:, 1]))]
    boxes[-7:] = math.nan
    index = tree.Tree(boxes, tree.levels(boxes), 4_993)
    for _ in range(200):
        west, south = draw.uniform(-5, 100, 2)
        box = (west, south, west + draw.exponential(20), south + draw.exponential(20))
        inside, crossing = index.search(box)
        found = np.concatenate([*(np.arange(a, b) for a, b in inside), crossing])
        wanted = np.flatnonzero(
            (boxes[:, 0] <= box[2])
            & (boxes[:, 2] >= box[0])
            & (boxes[:, 1] <= box[3])
            & (boxes[:, 3] >= box[1])
        )
        assert sorted(found.tolist()) == wanted.tolist()


@pytest.mark.parametrize(
    "box",
    [
        (-1, 43, 1, 46),
        (1.2, 45.1, 2.5, 46),
        (2, 48, 3, 49),
        (-180, -90, 180, 90),
        (4, 40, 1, 50),
        (1, 45, 1, 45),
    ],
)
def test_a_box_selects_what_meets_it(store: PublishedStore, rows: list[dict[str, Any]], box: Any) -> None:
    """Geometries are compared one by one with the box; those without geometry match every box (17-069r4, 7.15.3)."""
    west, south, east, north = box
    parts = (
        [shapely.box(*box)]
        if west <= east
        else [shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)]
    )
    wanted = {
        row["id"]
        for row in rows
        if row["geometry"] is None
        or any(shapely.intersects(shapely.force_2d(row["geometry"]), part) for part in parts)
    }
    query = Query(limit=7, box=box)
    assert set(ids(store, query)) == wanted
    assert asyncio.run(store.encoded_page(query)).matched == len(wanted)


def test_an_outline_is_exact(store: PublishedStore, rows: list[dict[str, Any]]) -> None:
    """A box of another CRS comes with its outline: what only its bounds meet is left out."""
    area = shapely.Polygon([(0, 44), (3, 45), (2, 48)])
    wanted = {
        row["id"] for row in rows if row["geometry"] is None or shapely.intersects(area, row["geometry"])
    }
    query = Query(limit=11, box=area.bounds, area=shapely.to_wkb(area))
    assert set(ids(store, query)) == wanted


@pytest.mark.parametrize("limit", [1, 7, 100, 299, 300, 301])
def test_pages_give_each_feature_once(store: PublishedStore, rows: list[dict[str, Any]], limit: int) -> None:
    """Cursors lead through everything, and the last page leads nowhere."""
    found = ids(store, Query(limit=limit))
    assert sorted(found) == sorted(row["id"] for row in rows)
    assert len(pages(store, Query(limit=limit))) == math.ceil(len(rows) / limit)


def test_offsets_skip_as_many_rows(store: PublishedStore) -> None:
    """`offset` gives the same order as cursors, filtered or not."""
    for query in (
        Query(limit=1_000),
        Query(limit=1_000, filter=parse("v > 0")),
        Query(limit=1_000, sort=(Sort("v"),)),
    ):
        everything = ids(store, query)
        for offset in (1, 17, len(everything) - 1, len(everything)):
            page = asyncio.run(store.page(replace(query, limit=5, offset=offset)))
            assert page.batch.column("id").to_pylist() == everything[offset : offset + 5]


@pytest.mark.parametrize(
    "keys",
    [(Sort("nom"),), (Sort("nom", descending=True),), (Sort("v"),), (Sort("grand", descending=True),), (Sort("ok"), Sort("v", descending=True)), (Sort("jour", descending=True), Sort("nom"))],
)  # fmt: skip
@pytest.mark.parametrize("filter_", [None, "v > -1000"])
def test_sorted_pages_are_in_order(
    store: PublishedStore, rows: list[dict[str, Any]], keys: Any, filter_: str | None
) -> None:
    """Values come in order with nulls last, each feature once, through cursors."""
    query = Query(limit=13, sort=keys, filter=parse(filter_) if filter_ else None)
    batches = pages(store, query)
    found = [identifier for batch in batches for identifier in batch.column("id").to_pylist()]
    assert sorted(found) == sorted(ids(store, replace(query, sort=())))
    by_id = {row["id"]: row for row in rows}
    previous: Any = None
    for row in (by_id[each] for each in found):
        if previous is not None:
            assert not _comes_before(row, previous, keys)
        previous = row


def _comes_before(row: dict[str, Any], other: dict[str, Any], keys: tuple[Sort, ...]) -> bool:
    for key in keys:
        a, b = row[key.name], other[key.name]
        if a == b:
            continue
        if a is None or b is None:
            return b is None
        return bool(a > b if key.descending else a < b)
    return False


def test_time_selects_what_meets_it(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    """`datetime` on an instant: within the interval, ends included, or without time (17-069r4, 7.15.4)."""
    prepared = world.prepared(rows)
    prepared.collection = replace(prepared.collection, instants=("quand",))
    published.build(prepared, tmp_path)
    store = PublishedStore(tmp_path / prepared.collection.id)
    known = sorted(round(row["quand"].timestamp() * 1000) for row in rows if row["quand"] is not None)
    for start, end in ((known[3], known[-9]), (None, known[40]), (known[40], None), (known[5], known[5])):
        wanted = {
            row["id"]
            for row in rows
            if row["quand"] is None
            or (
                (start is None or round(row["quand"].timestamp() * 1000) >= start)
                and (end is None or round(row["quand"].timestamp() * 1000) <= end)
            )
        }
        assert set(ids(store, Query(limit=50, interval=Interval(start, end)))) == wanted


def test_items_are_found_by_their_identifiers(store: PublishedStore, rows: list[dict[str, Any]]) -> None:
    """Every feature by its id, whole; nothing for another id."""
    for row in rows[:40]:
        found = asyncio.run(store.item(row["id"], View()))
        assert found is not None
        shape = found.column("geometry")[0].as_py()
        assert (shape is None) == (row["geometry"] is None)
        if shape is not None:
            assert shapely.from_wkb(shape).equals(row["geometry"])
    assert asyncio.run(store.item("no such id", View())) is None
    assert asyncio.run(store.encoded_item("999999999999999999999", View())) is None


def test_another_crs_moves_coordinates_only(store: PublishedStore) -> None:
    """The same features, in the same order, in Lambert-93."""
    degrees, metres = pages(store, Query(limit=50)), pages(store, Query(limit=50, view=View(crs=LAMBERT)))
    assert [b.column("id") for b in degrees] == [b.column("id") for b in metres]
    assert degrees[0].column("geometry") != metres[0].column("geometry")


@pytest.mark.parametrize("cursor", ["", "x", "WyJhIl0", "WzEsMl0", "é", "WyJhIiwiYiJd", "W10"])
def test_strange_cursors_are_refused(store: PublishedStore, cursor: str) -> None:
    """A cursor that is none of ours is the client's fault."""
    if not cursor:
        return
    for sort in ((), (Sort("v"),)):
        with pytest.raises(BadInput) as caught:
            asyncio.run(store.page(Query(after=cursor, sort=sort)))
        assert caught.value.at == "cursor"


def test_a_stream_gives_everything(store: PublishedStore, rows: list[dict[str, Any]]) -> None:
    """In batches, filtered and sorted alike."""

    async def read(query: Query) -> list[str]:
        return [each async for batch in store.stream(query) for each in batch.column("id").to_pylist()]

    assert sorted(asyncio.run(read(Query()))) == sorted(row["id"] for row in rows)
    for query in (
        Query(filter=parse("v > 0")),
        Query(sort=(Sort("nom"),)),
        Query(sort=(Sort("v", descending=True),), filter=parse("n > 0")),
    ):
        assert asyncio.run(read(query)) == ids(store, replace(query, limit=1_000))


def test_crs84_is_what_features_are_prepared_in(store: PublishedStore) -> None:
    """The prepared text and the batch tell the same."""
    encoded = asyncio.run(store.encoded_page(Query(limit=1_000)))
    asked = asyncio.run(store.page(Query(limit=1_000, view=View(crs=CRS84))))
    assert encoded.returned == asked.batch.num_rows == encoded.matched


@pytest.mark.parametrize(
    "condition",
    [
        ("nom IN ('Zoé', 'zoé', 'no such word', 'Zoé')", lambda row: row["nom"] in ("Zoé", "zoé")),
        ("n >= 2 AND n < 5", lambda row: row["n"] is not None and 2 <= row["n"] < 5),
        ("n IN (1, 3) AND v > 0", lambda row: row["n"] in (1, 3) and row["v"] is not None and row["v"] > 0),
        ("n * 2 + 1 = 7", lambda row: row["n"] == 3),
        ("v / n > 0", lambda row: None not in (row["v"], row["n"]) and row["n"] != 0 and row["v"] / row["n"] >= 1e-307),
        ("quand < fin", lambda row: None not in (row["quand"], row["fin"]) and row["quand"] < row["fin"]),
        ("casei(nom) = 'zoé'", lambda row: row["nom"] is not None and row["nom"].casefold() == "zoé"),
        ("nom LIKE '%s%'", lambda row: row["nom"] is not None and "s" in row["nom"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("few", [0, 20_000])
def test_counts_are_exact_by_index_and_by_scan(
    store: PublishedStore, rows: list[dict[str, Any]], condition: Any, few: int, monkeypatch: Any
) -> None:
    """The same features and the same count, whether an index lists the rows or all are tested, on every page."""
    text, keep = condition
    monkeypatch.setattr(hits, "FEW", few)
    wanted = {row["id"] for row in rows if keep(row)}
    asked = check(parse(text), world.KINDS)
    assert set(ids(store, Query(limit=5, filter=asked))) == wanted
    page = asyncio.run(store.encoded_page(Query(limit=5, filter=asked)))
    assert page.matched == len(wanted)
    if page.next:
        assert asyncio.run(store.encoded_page(Query(limit=5, filter=asked, after=page.next))).matched == len(
            wanted
        )


def test_a_search_that_lasts_is_given_up(store: PublishedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two blocks the loop turns: the server's time-out ends a filter that would run for minutes."""
    monkeypatch.setattr(published_store, "TURN", 0.0)
    monkeypatch.setattr(hits, "FIRST_BLOCK", 1)
    monkeypatch.setattr(hits, "QUICK", -1.0)
    turns = 0

    async def search() -> None:
        nonlocal turns
        running = asyncio.create_task(store.encoded_page(Query(filter=parse("v ^ 2 < -1"))))
        while turns < 100:
            await asyncio.sleep(0)
            turns += 1
        assert not running.done()
        running.cancel()
        await asyncio.wait([running])
        assert running.cancelled()

    asyncio.run(search())


def test_time_is_counted_by_the_index(rows: list[dict[str, Any]], tmp_path: Path) -> None:
    """`datetime` on days: a moment within a day that began before the interval does not select it."""
    prepared = world.prepared(rows)
    prepared.collection = replace(prepared.collection, instants=("jour",))
    published.build(prepared, tmp_path)
    store = PublishedStore(tmp_path / prepared.collection.id)
    day = 86_400_000
    first = 18_262 * day  # 2020-01-01
    for start, end in (
        (first, first + 8 * day),
        (first + 1, first + 8 * day - 1),
        (None, first),
        (first, None),
    ):
        wanted = {row["id"] for row in rows if _on(row["jour"], start, end)}
        query = Query(limit=50, interval=Interval(start, end))
        assert set(ids(store, query)) == wanted
        assert asyncio.run(store.encoded_page(query)).matched == len(wanted)


def _on(day: date | None, start: int | None, end: int | None) -> bool:
    if day is None:
        return True
    moment = (day - date(1970, 1, 1)).days * 86_400_000
    return (start is None or moment >= start) and (end is None or moment <= end)
