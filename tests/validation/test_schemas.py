"""A schema document is read; what is wrong with it is told as frictionless tells it, and what it does not see too."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.validation.rows import field, report

from cicclo.kernel.text import LANGS
from cicclo.validation import schemas
from cicclo.validation.errors import SchemaUnreadable, SchemaWrong
from cicclo.validation.model import CheckUse, ForeignKey, Severity

ONE = [{"name": "a"}]
V2 = "https://datapackage.org/profiles/2.0/tableschema.json"

# frictionless 5.21's own sentences, taken from its run on each document
REFUSED: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["'fields' is a required property"]),
    ({"fields": None}, ["None is not of type 'array' at property 'fields'"]),
    ({"fields": {}}, ["{} is not of type 'array' at property 'fields'", "'name' is a required property"]),
    ({"fields": [{}]}, ["'name' is a required property"]),
    ({"fields": [{"name": "a", "type": "foo"}]}, ['field type "foo" is not supported']),
    ({"fields": [*ONE, *ONE]}, ["names of the fields are not unique"]),
    ({"fields": ONE, "primaryKey": ["z"]}, ["primary key \"['z']\" does not match the fields \"['a']\""]),
    (
        {"fields": [{"name": "a", "constraints": {"required": "yes"}}]},
        ["'yes' is not of type 'boolean' at property 'constraints/required'"],
    ),
    (
        {"fields": [{"name": "a", "constraints": {"enum": "x"}}]},
        ["'x' is not of type 'array' at property 'constraints/enum'"],
    ),
    (
        {"fields": [{"name": "a", "constraints": {"minLength": "3"}}]},
        ["'3' is not of type 'integer' at property 'constraints/minLength'"],
    ),
    ({"fields": [{"name": "a", "title": 3}]}, ["3 is not of type 'string' at property 'title'"]),
    ({"fields": [{"name": 3}]}, ["3 is not of type 'string' at property 'name'"]),
    (
        {"fields": [{"name": "a", "format": "foo"}]},
        ["'foo' is not one of ['default', 'email', 'uri', 'binary', 'uuid', 'wkt'] at property 'format'"],
    ),
    (
        {"fields": [{"name": "a", "type": "boolean", "trueValues": "x"}]},
        ["'x' is not of type 'array' at property 'trueValues'"],
    ),
    ({"fields": [{"name": "a", "required": True}]}, ['"required" should be set as "constraints.required"']),
    (
        {
            "fields": ONE,
            "foreignKeys": [{"fields": "z", "reference": {"resource": "", "fields": ["a", "b"]}}],
        },
        [
            (
                "foreign key \"{'fields': ['z'], 'reference': {'resource': '', 'fields': ['a', 'b']}}\" "
                "does not match the fields \"['a']\""
            ),
            "foreign key fields \"['z']\" does not match the reference fields \"['a', 'b']\"",
        ],
    ),
    ({"fields": ONE, "foreignKeys": "x"}, ["'x' is not of type 'array' at property 'foreignKeys'"]),
    (
        {"fields": ONE, "missingValues": "x"},
        ["'x' is not valid under any of the given schemas at property 'missingValues'"],
    ),
    (
        {"fields": ONE, "missingValues": [{"value": "x"}]},
        ["missing values in object form require datapackage v2"],
    ),
    (
        {"fields": ONE, "fieldsMatch": "foo"},
        ["'foo' is not one of ['exact', 'equal', 'subset', 'superset', 'partial'] at property 'fieldsMatch'"],
    ),
    (
        {"fields": [{"name": "a", "type": "geojson", "format": "x"}]},
        ["'x' is not one of ['default', 'topojson'] at property 'format'"],
    ),
    (
        {"fields": [{"name": "a", "constraints": {"unknown": 1}}]},
        ['constraint "unknown" is not supported by type "string"'],
    ),
    (
        {"fields": [{"name": "a", "constraints": []}]},
        ["[] is not of type 'object' at property 'constraints'"],
    ),
    ({"fields": [{"name": "a", "type": None}]}, ["None is not of type 'string' at property 'type'"]),
    (
        {"name": "A b", "title": ["x"], "fields": ONE},
        [
            "'A b' does not match '^([-a-z0-9._/])+$' at property 'name'",
            "['x'] is not of type 'string' at property 'title'",
        ],
    ),
    (
        {"fields": [{"name": "a", "type": "integer", "example": "x"}]},
        ['example value "x" for field "a" is not valid'],
    ),
    (
        {"fields": [{"name": "a", "type": "integer", "constraints": {"pattern": "x", "minLength": 2}}]},
        [
            'constraint "pattern" is not supported by type "integer"',
            'constraint "minLength" is not supported by type "integer"',
        ],
    ),
    (
        {"fields": [{"name": "a", "type": "integer", "constraints": {"exclusiveMinimum": 2}}]},
        ['constraint "exclusiveMinimum" requires datapackage v2'],
    ),
    (
        {"fields": [{"name": "a", "type": "list", "itemType": "foo"}]},
        [
            (
                "'foo' is not one of ['string', 'integer', 'boolean', 'number', 'datetime', 'date', 'time'] "
                "at property 'itemType'"
            )
        ],
    ),
]


@pytest.mark.parametrize(("document", "notes"), REFUSED)
def test_what_frictionless_refuses_is_told_in_its_words(document: dict[str, Any], notes: list[str]) -> None:
    found = [problem for problem in schemas.problems(document) if problem.severity is Severity.ERROR]
    assert [problem.note for problem in found] == notes
    assert all(problem.message.get(lang) for problem in found for lang in LANGS)
    assert all(problem.message.fr != problem.message.en for problem in found)


@pytest.mark.parametrize(
    "document",
    [
        {"fields": ONE},
        {"fields": ONE, "$schema": V2, "missingValues": [{"value": "NA", "label": "absent"}]},
        {"fields": [field("a", "integer", constraints={"exclusiveMinimum": 2})], "$schema": V2},
        {"fields": [field("a", "date", format="fmt:%d/%m/%Y", example="31/12/2021")], "primaryKey": "a"},
        {"fields": [field("a", "boolean", trueValues=["oui"], example="oui")], "fieldsMatch": "subset"},
    ],
)
def test_a_good_schema_has_no_problem(document: dict[str, Any]) -> None:
    assert schemas.problems(document) == []


def test_slips_that_no_tool_refuses_are_told_with_what_was_meant() -> None:
    found = schemas.problems({"fields": [{"name": "a", "contraints": {}, "exemple": "x", "titel": "A"}]})
    assert [(problem.place, problem.severity) for problem in found] == [
        ("fields/0/contraints", Severity.WARNING),
        ("fields/0/exemple", Severity.WARNING),
        ("fields/0/titel", Severity.WARNING),
    ]
    assert [
        "constraints" in found[0].remedy.en,
        "example" in found[1].remedy.en,
        "title" in found[2].remedy.en,
    ] == [True] * 3


def test_a_bound_that_its_type_cannot_use_is_told() -> None:
    bounds = {"minimum": "x", "enum": ["1", "y"]}
    found = schemas.problems({"fields": [field("a", "integer", constraints=bounds)]})
    assert [problem.place for problem in found] == ["fields/0/constraints/minimum"]


def test_a_schema_is_read_with_its_keys_its_checks_and_its_missing_values() -> None:
    schema = schemas.read(
        {
            "name": "s",
            "fields": [
                field("a", customCheck="siren"),
                field("b", missingValues=[{"value": "NA"}], customCheck={"name": "siret", "x-y": 1}),
                field("b"),
            ],
            "primaryKey": "a",
            "foreignKeys": [{"fields": "a", "reference": {"resource": "r", "fields": "z"}}],
            "missingValues": ["", "-"],
            "custom_checks": [{"name": "compare-columns-value", "params": {"column": "a"}}],
        },
        "s.json",
    )
    assert [(found.name, found.missing) for found in schema.fields] == [("a", ("", "-")), ("b", ("NA",))]
    assert schema.primary_key == ("a",)
    assert schema.foreign_keys == (ForeignKey(("a",), "r", ("z",)),)
    assert schema.checks == (
        CheckUse("compare-columns-value", {"column": "a"}),
        CheckUse("siren", {"column": "a"}),
        CheckUse("siret", {"column": "b", "x-y": 1}),
    )


def test_an_old_schema_is_used_anyway_and_its_faults_told() -> None:
    fields = [field("a", "date", constraints={"pattern": "x", "required": True})]
    found = report(fields, ["a"], ["2021-12-31"], ["x"], name="With Capitals")
    assert [fault.kind for fault in found.faults] == ["type-error"]
    assert [notice.facts["place"] for notice in found.notices] == ["name", "fields/0/constraints/pattern"]


@pytest.mark.parametrize("document", [{}, {"fields": []}, {"fields": {}}, {"fields": [{}, 3, {"name": 4}]}])
def test_a_document_without_a_field_is_no_schema(document: dict[str, Any]) -> None:
    with pytest.raises(SchemaWrong) as found:
        schemas.read(document, "s.json")
    assert found.value.at == "s.json/fields"
    assert found.value.remedy


@pytest.mark.parametrize(
    "text",
    ["", "<!doctype html>", "[]", "3", "[" * 100_000, '{"fields": ', "\x00"],
    ids=["empty", "html", "list", "number", "deep", "cut", "nul"],
)
def test_a_file_that_is_no_schema_says_so(text: str, tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_text(text, "utf-8")
    with pytest.raises(SchemaUnreadable) as found:
        schemas.load(path)
    assert found.value.at == str(path)


def test_a_file_that_is_absent_or_of_another_encoding_says_so(tmp_path: Path) -> None:
    with pytest.raises(SchemaUnreadable):
        schemas.load(tmp_path / "absent.json")
    (tmp_path / "latin.json").write_bytes('{"fields": [{"name": "é"}]}'.encode("latin-1"))
    with pytest.raises(SchemaUnreadable):
        schemas.load(tmp_path / "latin.json")


def test_a_mark_of_order_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps({"fields": ONE}), "utf-8-sig")
    assert schemas.load(path) == {"fields": ONE}
