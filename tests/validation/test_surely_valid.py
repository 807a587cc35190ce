"""Surely valid ⇒ the exact reading accepts: what lets an engine leave a cell unread. To be kept for ever."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from tests.validation.cells import Cells

from cicclo.validation import schemas
from cicclo.validation.errors import SchemaWrong
from cicclo.validation.model import Field
from cicclo.validation.predicates.exact import reading
from cicclo.validation.predicates.fields import surely_valid
from cicclo.validation.predicates.tree import Condition, In, Never
from cicclo.validation.predicates.with_polars import expression

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data" / "schemas"
OURS = Path(__file__).parent / "published"
CELLS = 200_000
"""Over all the rules of the published schemas, as the issue asks."""


def rules(folder: Path) -> list[Field]:
    """Every distinct field rule of the schemas in a folder."""
    found: dict[str, Field] = {}
    for file in sorted(folder.glob("*/schema.json")) + sorted(folder.glob("*.schema.json")):
        for field in fields(file):
            rule = (field.type, field.format, field.constraints, field.missing, field.options)
            found.setdefault(json.dumps(rule, sort_keys=True, default=str), field)
    return list(found.values())


def fields(file: Path) -> Iterator[Field]:
    descriptor = json.loads(file.read_text("utf-8"))
    if not isinstance(descriptor.get("fields"), list):
        return
    try:
        yield from schemas.read(descriptor, "").fields
    except SchemaWrong:
        return


def contradictions(field: Field, texts: list[str]) -> list[str]:
    """Texts that the condition accepts and the exact reading does not."""
    exact, condition = reading(field), _condition(field)
    frame = pl.DataFrame({"cell": pl.Series(texts, dtype=pl.String)})
    accepted = frame.filter(expression(condition, ["cell"], pl.col("cell")))["cell"]
    return [text for text in accepted if not exact(text)[0]]


def held(folder: Path, total: int, seed: int) -> tuple[int, dict[str, list[str]]]:
    """Hold `total` random cells against the rules of a folder; return how many, and what contradicts."""
    every, dice = rules(folder), random.Random(seed)
    each = -(-total // len(every))
    wrong = {}
    for field in every:
        cells = Cells(field, dice)
        if found := contradictions(field, [cells.text() for _ in range(each)]):
            wrong[f"{field.name} {field.type} {field.constraints}"] = found[:5]
    return each * len(every), wrong


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference schemas (../shared) are absent")
def test_on_every_published_rule() -> None:
    """200,000 cells over the rules of all reference schemas: no counter-example."""
    count, wrong = held(SHARED, CELLS, seed=20261127)
    assert count >= CELLS
    assert wrong == {}


def test_on_the_rules_we_ship() -> None:
    """The same over the schemas copied here, so that it runs everywhere."""
    count, wrong = held(OURS, 20_000, seed=4)
    assert count >= 20_000
    assert wrong == {}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference schemas (../shared) are absent")
def test_most_rules_have_a_condition() -> None:
    """A condition that accepts nothing would hold too: few rules may be left wholly to the exact reading."""
    every = rules(SHARED)
    left = [
        field
        for field in every
        if isinstance(_condition(field), Never | In) and "enum" not in field.constraints
    ]
    assert len(left) < len(every) / 10, [(field.name, field.type, field.constraints) for field in left]


def test_what_is_right_is_accepted() -> None:
    """The plain forms of each type are surely valid: else every row would be replayed."""
    plain = {
        "integer": "12",
        "number": "12.5",
        "date": "2026-11-27",
        "datetime": "2026-11-27T10:00:00Z",
        "time": "10:00:00",
        "year": "2026",
        "yearmonth": "2026-11",
        "geopoint": "2.35, 48.85",
        "array": '["a", "b"]',
        "boolean": "true",
        "string": "texte",
        "any": "x",
    }
    for kind, text in plain.items():
        shown = pl.DataFrame({"cell": [text]}).select(
            expression(_condition(Field("x", kind)), ["cell"], pl.col("cell"))
        )
        assert shown.item() is True, kind


def _condition(field: Field) -> Condition:
    exact = reading(field)
    return surely_valid(field, lambda text: exact(text)[0])
