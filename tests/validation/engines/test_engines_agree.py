"""The embedded engine sorts, the judge decides: its report is that of the exact engine, whatever the file looks like."""

import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.validation.cells import Cells

from cicclo.validation import actions, schemas
from cicclo.validation.errors import SchemaWrong, SourceUnreadable
from cicclo.validation.model import Options, Report, Schema
from cicclo.validation.readers import open_table
from cicclo.validation.sorting import chunks, keys, walk

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "schemas"
FILES = sorted(SHARED.glob("*/*.csv")) if SHARED.is_dir() else []

SCHEMA = {
    "missingValues": ["", "n/a"],
    "primaryKey": ["id"],
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": True}},
        {"name": "nom", "type": "string", "constraints": {"minLength": 2, "maxLength": 12}},
        {"name": "code", "type": "string", "constraints": {"pattern": "^[A-Z]{2}\\d{3}$", "unique": True}},
        {"name": "jour", "type": "date"},
        {"name": "fin", "type": "date"},
        {"name": "montant", "type": "number", "constraints": {"minimum": -5, "maximum": 1000.5}},
        {"name": "oui", "type": "boolean"},
        {"name": "liste", "type": "array"},
    ],
    "custom_checks": [
        {"name": "compare-columns-value", "params": {"column": "fin", "op": ">=", "column2": "jour"}},
        {"name": "siret", "params": {"column": "code"}},
        {"name": "cohesive-columns-value", "params": {"column": "nom", "othercolumns": ["oui"]}},
        {"name": "one-of-required", "params": {"column1": "nom", "column2": "liste"}},
        {"name": "unknown-check", "params": {"column": "nom"}},
    ],
}


def told(source: Path, schema: Schema, engine: str, limit: int, *, strict: bool) -> Any:
    """What a user sees of a validation, or why there is none."""
    try:
        table = open_table(source, strict=strict)
        report = actions.validate(table, schema, Options(engine=engine, limit=limit, strict=strict))
    except SourceUnreadable as error:
        return str(error)
    return _seen(report)


def _seen(report: Report) -> tuple[Any, ...]:
    return (
        list(report.faults),
        report.notices,
        report.rows,
        report.rows_processed,
        report.complete,
        report.columns,
        report.fields,
    )


def assert_same(source: Path, schema: Schema) -> None:
    for limit, strict in ((0, True), (0, False), (7, False)):
        expected = told(source, schema, "exact", limit, strict=strict)
        assert told(source, schema, "polars", limit, strict=strict) == expected


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks, batches and what is kept in memory are made tiny, so that their edges are met."""
    monkeypatch.setattr(chunks, "STEP", 2_000)
    monkeypatch.setattr(walk, "BATCH", 20)
    monkeypatch.setattr(keys, "IN_MEMORY", 40)


@pytest.fixture
def _middling_steps(_small_steps: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "STEP", 30_000)
    monkeypatch.setattr(walk, "BATCH", 200)


@pytest.mark.usefixtures("_middling_steps")
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_on_published_files(file: Path) -> None:
    """Every CSV file of the reference data."""
    try:
        schema = schemas.read(json.loads((file.parent / "schema.json").read_text("utf-8")))
    except SchemaWrong:
        pytest.skip("not a table schema")
    assert_same(file, schema)


def rows(count: int, seed: int) -> list[list[str]]:
    """Mostly right records, with faults of every kind, among them duplicates written in another way."""
    dice, schema = random.Random(seed), schemas.read(SCHEMA)
    streams = [Cells(field, dice) for field in schema.fields]
    made = []
    for number in range(count):
        row = [
            str(number),
            "nom",
            f"AB{number:03d}",
            "2024-01-02",
            "2024-02-03",
            "12.5",
            "true",
            '["a", "b"]',
        ]
        for place in range(len(row)):
            if dice.random() < 0.03:
                row[place] = streams[place].text().replace("\x00", "")
        if dice.random() < 0.05:
            row[0] = dice.choice(("0{}", "{}.0", " {} ", "+{}", "{}")).format(dice.randrange(max(1, number)))
        if dice.random() < 0.05:
            row = dice.choice(
                ([], [""] * 8, row[:5], [*row, "de trop"], [*row, ""], ["n/a", *[""] * 7], row[:1])
            )
        made.append(row)
    return made


def plain(text: str) -> bytes:
    return text.encode()


def written(made: list[list[str]], **form: Any) -> str:
    stream = io.StringIO()
    csv.writer(stream, **{"lineterminator": "\n", **form}).writerows(
        [[f["name"] for f in SCHEMA["fields"]], *made]
    )
    return stream.getvalue()


def tame(made: list[list[str]]) -> list[list[str]]:
    """Without the characters that the encoding or the separator at hand cannot carry."""
    return [
        ["".join(letter for letter in cell if letter.isascii() and letter not in "\r\n") for cell in row]
        for row in made
    ]


FORMS: dict[str, Callable[[list[list[str]]], bytes]] = {
    "plain": lambda made: written(made).encode(),
    "tame": lambda made: written(tame(made)).encode(),
    "crlf": lambda made: written(made, lineterminator="\r\n").encode(),
    "tame crlf": lambda made: written(tame(made), lineterminator="\r\n").encode(),
    "bom": lambda made: b"\xef\xbb\xbf" + written(made).encode(),
    "all quoted": lambda made: written(made, quoting=csv.QUOTE_ALL).encode(),
    "semicolons": lambda made: written(tame(made), delimiter=";").encode(),
    "cp1252": lambda made: written(
        [
            [*row, "é"] if i % 50 == 9 else [cell.replace("nom", "nœud é") for cell in row]
            for i, row in enumerate(tame(made))
        ],
        delimiter=";",
    ).encode("cp1252"),
    "lone cr": lambda made: written(tame(made), lineterminator="\r").encode(),
    "one lone cr": lambda made: written(tame(made)).encode().replace(b"\n150,", b"\r150,"),
    "stray quote": lambda made: written(tame(made)).encode().replace(b"\n120,nom", b'\n120,n"om'),
    "text after a quote": lambda made: written(tame(made)).encode().replace(b"\n120,nom", b'\n120,"n"om'),
    "never closed": lambda made: written(tame(made)).encode().replace(b"\n180,nom", b'\n180,"nom'),
    "no last line end": lambda made: written(tame(made)).encode().rstrip(b"\n"),
    "empty lines at the end": lambda made: written(tame(made)).encode() + b"\n\n\n",
    "bytes of another encoding": lambda made: (
        written(tame(made)).encode().replace(b"\n120,nom", b"\n120,n\xe9m")
    ),
    "nul": lambda made: written(tame(made)).encode().replace(b"\n120,nom", b"\n120,n\x00m"),
    "header only": lambda made: written([]).encode(),
    "multi-line cells": lambda made: written(
        [[cell.replace("nom", 'n\no"m') for cell in row] for row in made]
    ).encode(),
    "utf-16": lambda made: written(tame(made)).encode("utf-16"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seed", [1, 2])
def test_on_generated_files(form: str, seed: int, tmp_path: Path) -> None:
    """Faults of every kind, ragged records, empty lines, duplicates, in every way a file may be written."""
    file = tmp_path / "table.csv"
    file.write_bytes(FORMS[form](rows(260, seed)))
    assert_same(file, schemas.read(SCHEMA))


@pytest.mark.parametrize("key", [["id"], ["id", "nom"], ["code"], []])
def test_on_other_keys(key: list[str], tmp_path: Path) -> None:
    """A primary key of one column, of several, of texts, and none."""
    file = tmp_path / "table.csv"
    file.write_bytes(FORMS["tame"](rows(200, seed=5)))
    assert_same(file, schemas.read({**SCHEMA, "primaryKey": key}))


@pytest.mark.parametrize("kind", ["string", "integer", "number"])
def test_on_one_column(kind: str, tmp_path: Path) -> None:
    """With one column an empty line and an empty cell look alike."""
    file = tmp_path / "table.csv"
    file.write_bytes(b'a\n1\n\n2\n""\n 3\n1\nx\n01\n\n' * 40)
    schema = {
        "fields": [{"name": "a", "type": kind, "constraints": {"unique": True}}],
        "missingValues": ["", "x"],
    }
    assert_same(file, schemas.read(schema))
