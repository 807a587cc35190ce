"""Every requirement of tables is found unmet by a table that breaks it alone."""

from typing import Any

import pytest
from tests.validation.rows import field, report

from cicclo.kernel.text import LANGS
from cicclo.requirements import library
from cicclo.validation import wording

TEXT = field("a")
CELLS: dict[str, tuple[dict[str, Any], Any]] = {
    "type/array": (field("a", "array"), "{}"),
    "type/boolean": (field("a", "boolean"), "oui"),
    "type/date": (field("a", "date"), "31/12/2021"),
    "type/datetime": (field("a", "datetime"), "2021-12-31"),
    "type/duration": (field("a", "duration"), "2 h"),
    "type/geojson": (field("a", "geojson"), '{"type": "Point"}'),
    "type/geopoint": (field("a", "geopoint"), "48.85;2.35"),
    "type/integer": (field("a", "integer"), "12.5"),
    "type/list": (field("a", "list", itemType="integer"), "1,x"),
    "type/number": (field("a", "number"), "1,5"),
    "type/object": (field("a", "object"), "[]"),
    "type/string": (field("a", format="email"), "contact at exemple.fr"),
    "type/time": (field("a", "time"), "25:00:00"),
    "type/year": (field("a", "year"), "21"),
    "type/yearmonth": (field("a", "yearmonth"), "2021-13"),
    "constraint/required": (field("a", constraints={"required": True}), ""),
    "constraint/min-length": (field("a", constraints={"minLength": 2}), "x"),
    "constraint/max-length": (field("a", constraints={"maxLength": 2}), "xxx"),
    "constraint/pattern": (field("a", constraints={"pattern": "x+"}, example="xx"), "y"),
    "constraint/minimum": (field("a", "integer", constraints={"minimum": 2}), "1"),
    "constraint/maximum": (field("a", "integer", constraints={"maximum": 2}), "3"),
    "constraint/exclusive-minimum": (field("a", "integer", constraints={"exclusiveMinimum": 2}), "2"),
    "constraint/exclusive-maximum": (field("a", "integer", constraints={"exclusiveMaximum": 2}), "2"),
    "constraint/enum": (field("a", constraints={"enum": ["x", "y"]}), "z"),
}
TABLES: dict[str, tuple[list[Any], list[list[Any]], dict[str, Any]]] = {
    "header/required-column": ([TEXT, field("b", constraints={"required": True})], [["a"], ["1"]], {}),
    "header/known-column": ([TEXT], [["x"], ["1"]], {}),
    "header/unique-names": ([TEXT], [["a", "a"], ["1", "2"]], {}),
    "header/named-column": ([TEXT], [["a", ""], ["1", "2"]], {}),
    "header/first-line": ([TEXT], [[], ["a"], ["1"]], {}),
    "header/optional-column": ([TEXT, field("b")], [["a"], ["1"]], {}),
    "header/no-extra-column": ([TEXT], [["a", "b"], ["1", "2"]], {}),
    "header/order": ([TEXT, field("b")], [["b", "a"], ["1", "2"]], {}),
    "row/not-blank": ([TEXT], [["a"], [""]], {}),
    "row/no-extra-cell": ([TEXT], [["a"], ["1", "2"]], {}),
    "row/no-missing-cell": ([TEXT, field("b")], [["a", "b"], ["1"]], {}),
    "constraint/unique": ([field("a", constraints={"unique": True})], [["a"], ["1"], ["1"]], {}),
    "key/primary": ([TEXT], [["a"], ["1"], ["1"]], {"primaryKey": "a"}),
    "key/foreign": (
        [TEXT, field("b")],
        [["a", "b"], ["1", "2"]],
        {"foreignKeys": [{"fields": "b", "reference": {"resource": "", "fields": "a"}}]},
    ),
    "schema/valid": ([TEXT], [["a"], ["1"]], {"name": "With spaces"}),
    "schema/field": ([field("a", "date", constraints={"pattern": "x"})], [["a"], ["2021-12-31"]], {}),
    "schema/usable-check": (
        [TEXT],
        [["a"], ["1"]],
        {"custom_checks": [{"name": "no-such-check", "params": {}}]},
    ),
    "schema/current-check": (
        [TEXT],
        [["a"], ["356000000"]],
        {"custom_checks": [{"name": "french-siren-value", "params": {"column": "a"}}]},
    ),
}
CASES = TABLES | {rule: ([f, field("z")], [["a", "z"], [cell, "z"]], {}) for rule, (f, cell) in CELLS.items()}


@pytest.mark.parametrize("rule", CASES)
def test_a_table_that_breaks_it_says_so_and_nothing_else(rule: str) -> None:
    fields, lines, more = CASES[rule]
    found = report(fields, *lines, **more)
    told = [fault.requirement for fault in found.faults] + [notice.requirement for notice in found.notices]
    implied = {"tableschema/header/no-extra-column"} if rule.startswith("header/") else set()
    implied |= (
        {"tableschema/schema/field"} if "exclusive" in rule else set()
    )  # a term of v2 in a schema of v1
    implied |= {"tableschema/header/optional-column"} if rule == "header/known-column" else set()
    assert f"tableschema/{rule}" in told
    assert set(told) - implied <= {f"tableschema/{rule}"}


@pytest.mark.parametrize("rule", CASES)
def test_what_is_told_is_worded_in_both_languages(rule: str) -> None:
    fields, lines, more = CASES[rule]
    found = report(fields, *lines, **more)
    texts = [(wording.title(fault), wording.say(fault)) for fault in found.faults]
    texts += [(wording.notice_title(notice), wording.say_notice(notice)) for notice in found.notices]
    assert texts
    assert all(part.get(lang).strip() for pair in texts for part in pair for lang in LANGS)


def test_every_requirement_of_tables_has_its_table() -> None:
    family = {rule for rule in library() if rule.startswith("tableschema/")}
    assert family == {f"tableschema/{rule}" for rule in CASES}
