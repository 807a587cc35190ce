"""CQL2 in PostGIS selects what the plain-Python meaning of CQL2 selects, on a real database."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from tests.features.filters_world import SOME, drawn, expected, quoted
from tests.features.postgis_world import build

from cicclo.features.http.filters import queryables
from cicclo.features.model import Query
from cicclo.features.stores import Source
from cicclo.features.stores.postgis import open_stores
from cicclo.kernel.errors import CiccloError
from cicclo.ogc.cql2 import check, text
from cicclo.ogc.cql2.model import Call, Name


@pytest.fixture(scope="module")
def world(postgis: str) -> tuple[str, list[dict[str, Any]]]:
    return postgis, asyncio.run(build(postgis, "filtres"))


def selected(url: str, table: str, filters: list[str]) -> list[set[str] | CiccloError]:
    """The ids that each filter selects, all of them on one page."""

    async def run() -> list[set[str] | CiccloError]:
        (store,) = await open_stores(Source(f"{url}?table=filtres.{table}", Path()))
        answers: list[set[str] | CiccloError] = []
        try:
            for each in filters:
                checked = check.check(text.parse(each), queryables(store.collection))
                try:
                    page = await store.page(Query(limit=1000, filter=checked))
                    answers.append(set(page.batch.column("id").to_pylist()))
                except CiccloError as error:
                    answers.append(error)
        finally:
            await store.close()
        return answers

    return asyncio.run(run())


def disagreements(url: str, table: str, filters: list[str], rows: list[dict[str, Any]]) -> list[str]:
    found = []
    for each, got, wanted in zip(
        filters, selected(url, table, filters), expected(filters, rows), strict=True
    ):
        if isinstance(got, CiccloError):
            found.append(f"{each}: {got.say('en')} ({got.__cause__!r})")
        elif got != wanted:
            found.append(f"{each}: {len(got)} instead of {len(wanted)}, e.g. {sorted(got ^ wanted)[:3]}")
    return found


def test_each_operator_selects_what_it_means(world: tuple[str, list[dict[str, Any]]]) -> None:
    """Every operator of CQL2, with nulls, accents, percent signs, antimeridian and collections of geometries."""
    assert disagreements(world[0], "lieux", SOME, world[1]) == []


def test_powers_beside_the_largest_double_are_told_as_everywhere(
    world: tuple[str, list[dict[str, Any]]],
) -> None:
    """2 ^ 1024 is none, 2 ^ 1023 is, nor does a power of anything so large or so small fail."""
    edges = ["1023", "1024", "-1074", "-1e308", "1e308", "(n ^ 10)", "(n ^ 300)", "0.5"]
    bases = ["2", "n", "v", "1.7976931348623157e308", "1e-300", "0.5"]
    filters = [f"{base} ^ {edge} > 1" for base in bases for edge in edges]
    assert disagreements(world[0], "lieux", filters, world[1]) == []


def test_random_filters_select_the_same_rows(world: tuple[str, list[dict[str, Any]]]) -> None:
    """Three hundred well-typed filters at random, against the plain evaluation."""
    draw = random.Random(11)
    assert disagreements(world[0], "lieux", [drawn(draw) for _ in range(300)], world[1]) == []


def test_a_projected_table_selects_the_same_rows(world: tuple[str, list[dict[str, Any]]]) -> None:
    """Places stored in Lambert-93 meet literals in degrees as those stored in degrees do, but on shared edges."""
    filters = [
        "S_INTERSECTS(geometry, BBOX(4.03, 44.03, 5.07, 45.07))",
        "S_WITHIN(geometry, POLYGON((3.01 43.02, 6.03 43.04, 6.05 46.06, 3.01 43.02)))",
        "S_DISJOINT(geometry, BBOX(4.03, 44.03, 5.07, 45.07))",
        "S_CROSSES(geometry, LINESTRING(3.01 43.03, 7.04 47.02))",
        "S_CONTAINS(geometry, POINT(4.551 44.552))",
        "S_INTERSECTS(geometry, BBOX(-180, -90, 180, 90))",
    ]
    assert disagreements(world[0], "lieux_93", filters, world[1]) == []


def test_hostile_texts_are_values(world: tuple[str, list[dict[str, Any]]]) -> None:
    """Quotes, comments and statements in a literal are compared, not run; names come from the catalogue only."""
    hostile = ["'; DROP TABLE filtres.lieux; --", "' OR 1=1 --", "$1", "%s", "{}", "\\x00", "/*"]
    filters = [f"nom = {quoted(each)} OR code LIKE {quoted(each)}" for each in hostile]
    assert selected(world[0], "lieux", filters) == [set()] * len(hostile)
    assert len(selected(world[0], "lieux", ["TRUE"])[0]) == len(world[1])  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["gid", 'nom" OR TRUE OR "', "pg_sleep(9)", "geom", "t.nom"])
def test_a_name_that_the_schema_lacks_is_refused(world: tuple[str, list[dict[str, Any]]], name: str) -> None:
    """Even a filter that was not checked reaches no column that is not a property."""

    async def run() -> None:
        (store,) = await open_stores(Source(f"{world[0]}?table=filtres.lieux", Path()))
        try:
            with pytest.raises(CiccloError, match="unknown property"):
                await store.page(Query(filter=Call("=", (Name(name), "x"))))
        finally:
            await store.close()

    asyncio.run(run())
