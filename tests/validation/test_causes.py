"""Faults are grouped by what caused them, counted, and explained in both languages."""

from pathlib import Path
from typing import Any

import pytest
from tests.validation.made import schema, table

from cicclo.validation.actions import validate
from cicclo.validation.causes import Cause, causes
from cicclo.validation.model import Options

ALL = Options(limit=0, key=("id",))
ID = {"name": "id"}


def found(tmp_path: Path, text: str, *fields: dict[str, Any], **more: Any) -> list[Cause]:
    return causes(validate(table(tmp_path, text), schema(ID, *fields, **more), ALL))


def column(values: list[str]) -> str:
    return "id,x\n" + "".join(f'k{i},"{value}"\n' for i, value in enumerate(values))


def test_a_column_of_decimal_commas_is_one_cause(tmp_path: Path) -> None:
    values = [f"{i},5" for i in range(3412)]
    [cause] = found(tmp_path, column(values), {"name": "x", "type": "number"})
    assert cause.say("fr") == (
        "Les 3\u202f412 valeurs de « x » utilisent une virgule décimale : remplacer « , » par « . »"
    )
    assert cause.say("en") == "All 3,412 values of “x” use a decimal comma: replace “,” by “.”"
    assert (cause.count, cause.repair, len(cause.samples)) == (3412, "decimal-comma", 5)
    assert [(s.row, s.key, s.cell, s.proposed) for s in cause.samples[:2]] == [
        (2, "k0", "0,5", "0.5"),
        (3, "k1", "1,5", "1.5"),
    ]


@pytest.mark.parametrize(
    ("field", "values", "name", "proposed"),
    [
        ({"type": "number"}, ["1 234,5"], "thousands", "1234.5"),
        ({"type": "date"}, ["31/12/2021"], "dates", "2021-12-31"),
        ({"type": "boolean"}, ["Oui"], "boolean-words", "true"),
        ({"constraints": {"enum": ["Voirie"]}}, [" Voirie "], "trimmed-spaces", "Voirie"),
        ({"constraints": {"enum": ["Voirie"]}}, ["VOIRIE"], "enum-case", "Voirie"),
        ({"constraints": {"enum": ["Privé"]}}, ["prive"], "enum-accents", "Privé"),
        ({"constraints": {"pattern": r"\d{5}"}, "title": "code INSEE"}, ["1053"], "lost-zeros", "01053"),
        ({"constraints": {"pattern": r"\d{14}"}}, ["1,30025E+13"], "scientific-notation", ""),
        ({"format": "uri"}, ["www.exemple.fr"], "missing-scheme", "https://www.exemple.fr"),
        ({"type": "number"}, ["22 kW"], "unit-in-value", "22"),
        ({"type": "integer"}, ["NC"], "word-for-nothing", ""),
        ({"format": "email"}, ["a@x.fr ; b@x.fr"], "several-values", "a@x.fr"),
        ({"constraints": {"enum": ["Accès"]}}, ["AccÃ¨s"], "garbled-accents", "Accès"),
    ],
)
def test_each_cause_is_recognised(
    tmp_path: Path, field: dict[str, Any], values: list[str], name: str, proposed: str
) -> None:
    name_of_field = "x" if name != "lost-zeros" else "code_insee"
    text = column(values).replace("id,x", f"id,{name_of_field}")
    [cause] = found(tmp_path, text, {"name": name_of_field, **field})
    assert (cause.name, cause.samples[0].proposed) == (name, proposed)
    assert cause.say("fr") != cause.say("en")


def test_coordinates_the_wrong_way_round_are_recognised(tmp_path: Path) -> None:
    """A geopoint whose latitude would be 145 is no point; once exchanged it is none in France either: no such cause."""
    [cause] = found(tmp_path, column(["2.35,148.85"]), {"name": "x", "type": "geopoint"})
    assert cause.name != "swapped-coordinates"


def test_a_value_that_only_another_rule_refuses_is_not_blamed_on_its_spelling(tmp_path: Path) -> None:
    """` a ` is accepted where any text is; that it comes twice is not for spaces to explain."""
    [cause] = found(tmp_path, column([" a ", " a "]), {"name": "x", "constraints": {"unique": True}})
    assert cause.name == "tableschema/constraint/unique"


def test_an_absent_cell_is_not_a_word(tmp_path: Path) -> None:
    """Validata shows the required cell of a row that is too short as “None”."""
    needed = {"name": "x", "constraints": {"required": True}}
    names = {cause.name for cause in found(tmp_path, "id,x\n1\n", needed)}
    assert names == {"tableschema/row/no-missing-cell", "tableschema/constraint/required"}


def test_absent_columns_are_one_cause_that_names_them(tmp_path: Path) -> None:
    needed = [{"name": name, "constraints": {"required": True}} for name in ("a", "b", "c")]
    [cause] = found(tmp_path, "id\n1\n", *needed)
    assert "« a », « b », « c »" in cause.say("fr")
    assert cause.count == 3


def test_errors_come_before_warnings_and_the_most_frequent_first(tmp_path: Path) -> None:
    text = "id,x,y\n1,a,b\n2,a,3\n"
    first, second = found(tmp_path, text, {"name": "x", "type": "integer"}, {"name": "y", "type": "integer"})
    assert (first.field, first.count, second.field, second.count) == ("x", 2, "y", 1)


def test_memory_does_not_grow_with_the_causes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cicclo.validation.causes.MOST_CAUSES", 10)
    names = [f"c{i}" for i in range(50)]
    text = ",".join(names) + "\n" + ",".join("x" for _ in names) + "\n"
    of = schema(*({"name": name, "type": "integer"} for name in names))
    grouped = causes(validate(table(tmp_path, text), of, ALL))
    assert len(grouped) <= 12
    assert sum(cause.count for cause in grouped) == 50
