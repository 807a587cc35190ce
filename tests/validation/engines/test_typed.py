"""Workbooks are sorted as text tables are: the report is the exact engine's, whatever the cells are typed as."""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from tests.validation.engines.test_engines_agree import SCHEMA, _seen, rows

from cicclo.validation import actions, schemas
from cicclo.validation.engines import ENGINES
from cicclo.validation.judging import Judge
from cicclo.validation.model import Options
from cicclo.validation.predicates.rows import plan
from cicclo.validation.readers._cells import CellTable
from cicclo.validation.sorting import keys, walk
from cicclo.validation.sorting.typed import sortable

HEADER = [field["name"] for field in SCHEMA["fields"]]  # type: ignore[index]
TYPED = {
    **SCHEMA,
    "fields": [
        *SCHEMA["fields"][:-1],  # type: ignore[index]
        {"name": "liste", "type": "year", "constraints": {"minimum": 1990}},
    ],
}
ODD: tuple[Callable[[random.Random], Any], ...] = (
    lambda _dice: None,
    lambda dice: dice.randrange(-3, 40),
    lambda dice: dice.randrange(40) / 4,
    lambda dice: float(dice.randrange(40)),
    lambda dice: Decimal(dice.randrange(40)) / 8,
    lambda dice: dice.random() < 0.5,
    lambda dice: date(2024, 1, dice.randrange(1, 29)),
    lambda dice: datetime(2024, 1, dice.randrange(1, 29), dice.choice((0, 7))),  # noqa: DTZ001 - as workbooks have it
    lambda _dice: time(7, 30),
    lambda _dice: float("nan"),
    lambda _dice: 10**20,
    lambda _dice: 1e-7,
    lambda dice: str(dice.randrange(40)),
    lambda _dice: "n/a",
)


def cells(count: int, seed: int) -> list[list[Any]]:
    """The rows of the other test, with numbers as a workbook has them, and one cell in ten typed as anything."""
    dice, made = random.Random(seed), []
    for row in rows(count, seed):
        typed: list[Any] = list(row)
        for place, cell in enumerate(typed):
            if place == 0 and cell.isdecimal():
                typed[place] = int(cell)
            if place == 5 and cell.replace(".", "", 1).isdecimal():
                typed[place] = float(cell)
            if dice.random() < 0.1:
                typed[place] = dice.choice(ODD)(dice)
        if len(typed) > 7 and dice.random() < 0.9:
            typed[7] = dice.choice((2024, "2024", 1889, 2024.0))
        made.append(typed)
    return made


def table(records: list[list[Any]], *, strict: bool) -> CellTable:
    def read() -> Iterator[tuple[int, list[Any]]]:
        yield 1, list(HEADER)
        yield from ((number, list(record)) for number, record in enumerate(records, 2))

    return CellTable("table.xlsx", HEADER, read, strict, packed=10**9)


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "BATCH", 20)
    monkeypatch.setattr(keys, "IN_MEMORY", 40)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("keyed", [True, False])
def test_typed_cells_are_judged_as_they_are(seed: int, keyed: bool) -> None:  # noqa: FBT001
    """Numbers in columns of text, texts in columns of numbers, dates, nothing: faults, counts, order, cells."""
    descriptor = TYPED if keyed else {**TYPED, "primaryKey": []}
    schema = schemas.read(descriptor)
    records = cells(150, seed)
    assert ENGINES["polars"].fits(table(records, strict=False), Judge(schema, HEADER))
    for limit, strict in ((0, True), (0, False), (7, False)):
        seen = [
            _seen(
                actions.validate(
                    table(records, strict=strict), schema, Options(engine=engine, limit=limit, strict=strict)
                )
            )
            for engine in ("exact", "polars")
        ]
        assert seen[0][0], "a table without a fault shows nothing"
        assert seen[0] == seen[1]


def test_keys_whose_texts_tell_nothing_of_equality_are_left_to_the_judge() -> None:
    """A date typed as one, and the same written as a text in another format, are one value and two texts."""
    fields = [{"name": "jour", "type": "date", "format": "%d/%m/%Y", "constraints": {"unique": True}}]
    schema = schemas.read({"fields": fields})
    found = plan(Judge(schema, ["jour"]))
    assert found is not None
    assert not sortable(found)
    records = [["02/01/2024"], [date(2024, 1, 2)], [date(2024, 1, 3)]]

    def read() -> Iterator[tuple[int, list[Any]]]:
        yield 1, ["jour"]
        yield from enumerate(records, 2)

    made = CellTable("t.xlsx", ["jour"], read, strict=False, packed=10**9)
    report = actions.validate(made, schema, Options(engine="polars"))
    assert [(fault.kind, fault.row) for fault in report.faults] == [("unique-error", 3)]
