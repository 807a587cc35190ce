"""Each constraint, by the standard's text and the verdicts of frictionless 5.21."""

from typing import Any

import pytest
from tests.validation.rows import faults, field

from cicclo.validation.constraints import CONSTRAINTS, ORDER, Unfit
from cicclo.validation.types import reader

CASES: list[tuple[str, Any, str, list[str], list[str]]] = [
    ("minLength", 3, "string", ["abc", "abcd"], ["ab"]),
    ("maxLength", 3, "string", ["abc", ""], ["abcd"]),
    ("minLength", 2, "array", ["[1, 2]"], ["[1]"]),
    ("maxLength", 1, "object", ['{"a": 1}'], ['{"a": 1, "b": 2}']),
    ("pattern", "[0-9]{5}", "string", ["75001"], ["7500", "750011", " 75001"]),
    ("pattern", "a|b", "string", ["a", "ax", "b"], ["xb", "c"]),  # not grouped: `^a` or `b$`
    ("pattern", "^a$", "string", ["a", "a\n"], ["b"]),
    ("pattern", r"\d+", "string", ["12", "٣"], ["x"]),
    ("minimum", 2, "integer", ["2", "3"], ["1"]),
    ("minimum", "2.5", "number", ["2.5", "1e5", "Infinity"], ["2.4", "NaN"]),
    ("maximum", 0.1, "number", ["0.1", "-1"], ["0.11"]),
    ("maximum", "2021-12-31", "date", ["2021-12-31"], ["2022-01-01"]),
    ("minimum", "2020", "year", ["2020"], ["2019"]),
    (
        "minimum",
        "2021-01-01T00:00:00",
        "datetime",
        ["2021-01-01T00:00:00"],
        ["2020-01-01T00:00:00", "2022-01-01T00:00:00Z"],
    ),
    ("exclusiveMinimum", 2, "integer", ["3"], ["2"]),
    ("exclusiveMaximum", 2, "integer", ["1"], ["2"]),
    ("enum", ["un", "deux"], "string", ["un"], ["Un", "trois"]),
    ("enum", [1, 2], "integer", ["1", "01"], ["3"]),
    ("enum", ["1.0"], "number", ["1", "1.00"], ["1.1"]),
    ("enum", ["true"], "boolean", ["1"], ["0"]),
    ("enum", [["a"]], "array", ['["a"]'], ['["b"]']),
]


def broken(name: str, bound: Any, kind: str, text: str) -> list[str]:
    """Which constraints a cell breaks."""
    found = faults([field("a", kind, constraints={name: bound}), field("z")], ["a", "z"], [text, "z"])
    return [str(fault.facts["constraint"]) for fault in found if fault.kind == "constraint-error"]


@pytest.mark.parametrize(("name", "bound", "kind", "good", "bad"), CASES)
def test_it_holds_within_its_bound_and_not_beyond(
    name: str, bound: Any, kind: str, good: list[str], bad: list[str]
) -> None:
    assert [text for text in good if broken(name, bound, kind, text)] == []
    assert [text for text in bad if broken(name, bound, kind, text) != [name]] == []


def test_required_refuses_what_means_no_value() -> None:
    fields = [field("a", constraints={"required": True}, missingValues=["", "NA"]), field("z")]
    found = faults(fields, ["a", "z"], ["", "z"], ["NA", "z"], ["na", "z"])
    assert [fault.row for fault in found] == [2, 3]


def test_a_missing_value_is_held_against_nothing_else() -> None:
    bounds = {"minLength": 3, "pattern": "x+", "enum": ["xxx"]}
    assert faults([field("a", constraints=bounds), field("z")], ["a", "z"], ["", "z"]) == []


def test_constraints_come_in_their_order_whatever_the_schema_s() -> None:
    bounds = {"enum": ["x"], "pattern": "x", "maxLength": 1, "minLength": 3}
    found = faults([field("a", constraints=bounds)], ["a"], ["yy"])
    assert [fault.facts["constraint"] for fault in found] == ["minLength", "maxLength", "pattern", "enum"]


def test_a_bad_type_hides_the_constraints() -> None:
    found = faults([field("a", "integer", constraints={"minimum": 3})], ["a"], ["x"])
    assert [fault.kind for fault in found] == ["type-error"]


@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("pattern", "("),
        ("minimum", "x"),
        ("minLength", "3"),
        ("enum", "x"),
        ("maxLength", True),
        ("pattern", "a{99999999999}"),
    ],
)
def test_a_bound_that_cannot_be_used_is_the_schema_s_fault(name: str, bound: Any) -> None:
    from cicclo.validation.model import Field  # noqa: PLC0415 - named like this module's helper

    with pytest.raises(Unfit):
        CONSTRAINTS[name].compile(bound, reader(Field("a", "integer")))
    assert faults([field("a", "string", constraints={name: bound})], ["a"], ["x"]) == []


def test_every_constraint_has_its_place_in_the_order() -> None:
    assert set(ORDER) == set(CONSTRAINTS)


def test_items_of_an_array_are_held_against_what_the_schema_says_of_them() -> None:
    item = {"type": "integer", "constraints": {"minimum": 3}}
    found = faults([field("a", "array", arrayItem=item)], ["a"], ["[5]"], ["[1, 2]"], ['["x"]'])
    assert [(fault.row, fault.kind) for fault in found] == [(3, "constraint-error"), (4, "type-error")]
