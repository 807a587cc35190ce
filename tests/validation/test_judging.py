"""The judge: header, cells, rows, keys, in Validata's order; and where our default differs from it (decision 0010)."""

import io
import json
from typing import Any

import pytest
from tests.validation.rows import faults, field, report

from cicclo.validation import schemas
from cicclo.validation.judging import Judge
from cicclo.validation.model import Fault, Options
from cicclo.validation.reports.strict import write

STRICT = Options(strict=True, engine="exact")
LETTERS = [field("a"), field("b", "integer", constraints={"required": True}), field("c")]


def seen(found: list[Fault]) -> list[tuple[str, int, str, int, Any]]:
    return [(fault.kind, fault.row, fault.field, fault.position, fault.cell) for fault in found]


def test_a_required_cell_that_is_absent_is_told_twice() -> None:
    assert seen(faults(LETTERS, ["a", "b", "c"], ["1"])) == [
        ("constraint-error", 2, "b", 2, "None"),
        ("missing-cell", 2, "b", 2, ""),
        ("missing-cell", 2, "c", 3, ""),
    ]


def test_cells_beyond_the_header_are_told_one_by_one() -> None:
    assert seen(faults(LETTERS, ["a", "b", "c"], ["1", "2", "3", "4", "5"])) == [
        ("extra-cell", 2, "", 4, "4"),
        ("extra-cell", 2, "", 5, "5"),
    ]


@pytest.mark.parametrize("cells", [[], ["", "", ""], ["", "", "", "x"], [""]])
def test_a_blank_row_hides_the_faults_of_its_cells(cells: list[str]) -> None:
    assert seen(faults(LETTERS, ["a", "b", "c"], cells)) == [("blank-row", 2, "", 0, None)]


def test_a_blank_row_has_no_primary_key_either() -> None:
    found = faults(LETTERS, ["a", "b", "c"], ["", "", ""], primaryKey="a")
    assert [fault.kind for fault in found] == ["blank-row", "primary-key"]


def test_columns_of_keys_are_told_before_the_others() -> None:
    # frictionless reads the columns of unique and of the keys first
    fields = [field("a", "integer"), field("b", "integer", constraints={"unique": True})]
    assert [fault.field for fault in faults(fields, ["a", "b"], ["x", "y"])] == ["b", "a"]
    found = faults(
        [field("a", "integer"), field("b", "integer")], ["a", "b"], ["x", "y"], primaryKey=["b", "a"]
    )
    assert [fault.field for fault in found] == ["b", "a", ""]


def test_the_last_columns_read_before_a_broken_key_decide_the_order() -> None:
    fields = [
        field("a", constraints={"maxLength": 1}),
        field("b", constraints={"unique": True}),
        field("c", constraints={"unique": True, "maxLength": 1}),
    ]
    found = faults(fields, ["a", "b", "c"], ["aa", "x", "cc"], ["aa", "x", "dd"])
    # row 3: b is broken before c is read, so a comes first
    assert [(fault.row, fault.field) for fault in found] == [(2, "c"), (2, "a"), (3, "a"), (3, "c"), (3, "b")]


def test_uniqueness_is_of_values_not_of_texts() -> None:
    fields = [field("a", "number", constraints={"unique": True}), field("b")]
    found = faults(fields, ["a", "b"], ["1", "x"], ["1.0", "x"], ["y", "x"], ["y", "x"], ["", "x"], ["", "x"])
    assert [(fault.kind, fault.row) for fault in found] == [
        ("unique-error", 3),
        ("type-error", 4),
        ("type-error", 5),
    ]
    assert (found[0].cell, found[0].facts["row"]) == ("1.0", 2)


def test_a_key_partly_empty_is_a_key() -> None:
    lines = [["1", "x"], ["1", "x"], ["", "y"], ["", "y"]]
    found = faults([field("a"), field("b")], ["a", "b"], *lines, primaryKey=["a", "b"])
    assert [(fault.kind, fault.row) for fault in found] == [("primary-key", 3), ("primary-key", 5)]


def test_the_key_identifies_the_row_of_each_fault() -> None:
    found = faults([field("a"), field("b", "integer")], ["a", "b"], ["k1", "x"], primaryKey="a")
    assert found[0].key == "k1"
    fields = [field("a"), field("b", "integer")]
    named = report(fields, ["a", "b"], ["k1", "x"], options=Options(engine="exact", key=("a",)))
    assert next(iter(named.faults)).key == "k1"


def test_a_foreign_key_into_the_same_table_is_looked_up() -> None:
    key = {"fields": "b", "reference": {"resource": "", "fields": "a"}}
    lines = [["1", "2"], ["2", "1"], ["3", "9"], ["4", ""]]
    found = faults([field("a"), field("b")], ["a", "b"], *lines, foreignKeys=[key])
    assert [(fault.kind, fault.row, fault.cells) for fault in found] == [("foreign-key", 4, ("9",))]


def test_a_foreign_key_into_a_table_that_is_not_given_is_said_unchecked() -> None:
    key = {"fields": "a", "reference": {"resource": "others", "fields": "z"}}
    found = report([field("a")], ["a"], ["1"], foreignKeys=[key])
    assert [(notice.kind, notice.field) for notice in found.notices] == [("foreign-key", "a")]


def test_the_case_of_labels_counts_unless_told_otherwise() -> None:
    fields = [field("Nom", constraints={"required": True})]
    assert [fault.kind for fault in faults(fields, ["nom"], ["x"])] == ["unmatched-header", "missing-label"]
    folded = report(fields, ["NOM"], ["x"], options=Options(engine="exact", ignore_case=True))
    assert list(folded.faults) == []


def test_spaces_around_a_label_do_not_count() -> None:
    found = report([field("a", "integer"), field(" b")], [" a ", " b"], ["x", "y"])
    assert [(fault.kind, fault.field) for fault in found.faults] == [("type-error", "a")]
    assert ([notice.kind for notice in found.notices], [c.name for c in found.columns]) == ([], [" a ", " b"])


def test_strict_warns_of_labels_as_they_are_written() -> None:
    # Validata's own words
    found = strict([field("a", "integer"), field("b")], [" a ", "b"], ["1", "y"])
    assert found["errors"] == []
    assert found["warnings"] == [
        "Colonne manquante : Ajoutez la colonne manquante `a`.",
        "Colonne surnuméraire : Retirez la colonne ` a ` non définie dans le schéma.",
    ]


@pytest.mark.parametrize(
    ("match", "header", "kinds"),
    [
        ("partial", ["a", "z"], []),
        ("subset", ["a", "z"], ["missing-label"]),
        ("superset", ["a", "z"], ["extra-label"]),
        ("equal", ["a", "z"], ["extra-label", "missing-label"]),
        ("exact", ["b", "a"], ["incorrect-label", "incorrect-label"]),
    ],
)
def test_the_schema_says_which_columns_it_accepts(match: str, header: list[str], kinds: list[str]) -> None:
    found = faults([field("a"), field("b")], header, ["1", "2"], fieldsMatch=match)
    assert [fault.kind for fault in found] == kinds


@pytest.mark.parametrize(
    ("lines", "ours"),
    [
        ([["x", "y"], ["1", "2"]], ["unmatched-header"]),
        ([["a", "a"], ["1", "2"]], ["duplicate-label"]),
        ([["a", ""], ["1", "2"]], ["blank-label"]),
        ([[], ["a"], ["1"]], ["blank-header"]),
        ([["", ""], ["a", "b"], ["1", "2"]], ["blank-header"]),
    ],
)
def test_by_default_what_validata_breaks_on_is_told_and_the_rest_checked(
    lines: list[list[str]], ours: list[str]
) -> None:
    found = report([field("a", constraints={"maxLength": 3}), field("b")], *lines, ["long value", ""])
    rest = [fault for fault in found.faults if fault.kind not in ours]
    assert [fault.kind for fault in found.faults][: len(ours)] == ours
    assert [fault.kind for fault in rest] == ([] if lines[0] == ["x", "y"] else ["constraint-error"]) or len(
        lines[0]
    ) == 0


def test_the_first_of_two_columns_alike_is_the_schema_s() -> None:
    judge = Judge(schemas.read({"fields": [field("a", "integer")]}), ["a", "a"])
    assert [column.known for column in judge.columns] == [True, False]


def test_an_engine_may_name_the_columns_worth_looking_at() -> None:
    schema = schemas.read(
        {"fields": [field("a", "integer"), field("b", "integer"), field("c")], "primaryKey": "c"}
    )
    judge = Judge(schema, ["a", "b", "c"])
    assert judge.needed == {3}
    assert [fault.field for fault in judge.record(2, ["x", "y", "k"], (2,))] == ["b"]
    assert [fault.kind for fault in judge.record(3, ["", "", ""], ())] == ["blank-row", "primary-key"]
    assert [fault.kind for fault in judge.record(4, ["x"], (2,))] == [
        "type-error",
        "missing-cell",
        "missing-cell",
        "primary-key",
    ]


def test_a_thousand_errors_and_no_more_but_all_rows_counted() -> None:
    lines = [["x", "x", "x"]] * 400
    fields = [field(name, "integer") for name in "abc"]
    found = report(fields, ["a", "b", "c"], *lines)
    assert (len(found.faults), found.rows, found.rows_processed, found.complete) == (1000, 400, 334, False)
    whole = report(fields, ["a", "b", "c"], *lines, options=Options(engine="exact", limit=0))
    assert (len(whole.faults), whole.rows_processed, whole.complete) == (1200, 400, True)


def test_columns_are_counted() -> None:
    found = report(
        [field("a"), field("b", "integer")], ["a", "b", "z"], ["1", "x", ""], ["", "2", "z"], ["3"]
    )
    assert [(column.name, column.known, column.filled, dict(column.faults)) for column in found.columns] == [
        ("a", True, 2, {}),
        ("b", True, 2, {"tableschema/row/no-missing-cell": 1, "tableschema/type/integer": 1}),
        ("z", False, 1, {"tableschema/row/no-missing-cell": 1}),
    ]


def strict(fields: list[Any], *lines: list[Any], **more: Any) -> dict[str, Any]:
    out = io.BytesIO()
    write(report(fields, *lines, options=STRICT, **more), out, "fr")
    found: dict[str, Any] = json.loads(out.getvalue())
    found["stats"].pop("seconds")
    return found


def test_strict_says_what_validata_refuses() -> None:
    # each taken from a run of Validata 0.13 with frictionless 5.21
    twice = 'matching fields by name ("fieldsMatch": "partial") requires unique labels in the header'
    found = strict([field("a")], ["a", "a"], ["1", "2"])
    assert found["stats"] == {"errors": 1, "warnings": 0, "fields": 0, "rows": 1, "rows_processed": -1}
    assert found["errors"] == [{"title": "Error", "message": twice, "type": "error", "tags": []}]
    key = {"fields": "a", "reference": {"resource": "x", "fields": "a"}}
    found = strict([field("a")], ["a"], ["1"], foreignKeys=[key])
    assert found["errors"][0]["message"] == (
        'The data resource has an error: package is required for foreign keys to other resources: "{fk}"'
    )
    found = strict([field("a", "array")], ["a"], ["[1]"], primaryKey="a")
    assert found["stats"]["fields"] == -1
    assert found["errors"][0]["message"].endswith("(error message: unhashable type: 'list').")


def test_strict_takes_for_header_the_line_that_is_as_wide_as_the_others() -> None:
    fields = [field(name, "integer") for name in "abcde"]
    found = strict(fields, ["title"], list("abcde"), list("12345"), list("1x345"))
    assert found["stats"] == {"errors": 1, "warnings": 6, "fields": 5, "rows": 3, "rows_processed": 2}
    assert (
        found["warnings"][-1]
        == "Colonne surnuméraire : Retirez la colonne `title` non définie dans le schéma."
    )
    assert (found["errors"][0]["rowNumber"], found["errors"][0]["fieldName"]) == (4, "b")


def test_ten_thousand_columns_are_judged() -> None:
    names = [f"c{place}" for place in range(10_000)]
    found = report([field(name, "integer") for name in names], names, ["1"] * 9_999 + ["x"], ["1"])
    assert len(found.faults) == 1000
    assert next(iter(found.faults)).position == 10_000


def test_long_and_various_cells_do_not_stay_in_memory() -> None:
    judge = Judge(schemas.read({"fields": [field("a", constraints={"minLength": 1})]}), ["a"])
    column = judge.columns[0]
    column._room = 100
    for number in range(1_000):
        judge.record(number + 2, [f"{number}"])
    judge.record(2_000, ["x" * 1_000_000])
    assert len(column.memory) + len(column.dull) <= 100
    assert max(map(len, column.dull)) < 1_000


def test_a_column_that_asks_nothing_of_texts_remembers_none() -> None:
    """Texts are right without being looked at; a number of a workbook in a column of text is not one."""
    judge = Judge(schemas.read({"fields": [field("a")]}), ["a"])
    assert [judge.record(number, [f"{number}"]) for number in range(2, 1_000)] == [[]] * 998
    assert len(judge.columns[0].dull) + len(judge.columns[0].memory) == 0
    assert [fault.kind for fault in judge.record(1_000, [12])] == ["type-error"]
