"""Conditions over a whole record."""

from typing import Any

from cicclo.validation import schemas
from cicclo.validation.judging import Judge
from cicclo.validation.predicates.rows import Key, Plan, plan
from cicclo.validation.predicates.tree import Always, Holds, Never, NotIn, Ordered


def planned(*fields: dict[str, Any], header: list[str] | None = None, **more: Any) -> Plan | None:
    schema = schemas.read({"fields": list(fields), **more})
    return plan(Judge(schema, header or [field["name"] for field in fields]))


def test_a_required_column_says_that_no_record_is_blank() -> None:
    """Nothing more has to be asked of the record."""
    found = planned({"name": "a", "constraints": {"required": True}}, {"name": "b"})
    assert found is not None
    assert isinstance(found.record, Always)


def test_else_one_cell_has_to_be_filled() -> None:
    """A record of missing values alone is blank."""
    found = planned({"name": "a"}, header=["a"])
    assert found is not None
    assert found.record == Holds(0, NotIn(("",)))


def test_keys() -> None:
    """Unique columns, then the primary key; an incomplete one is none."""
    fields = ({"name": "a", "constraints": {"unique": True}}, {"name": "b"})
    found = planned(*fields, primaryKey=["a", "b"])
    assert found is not None
    assert found.keys == (Key((0,)), Key((0, 1), whole=True))
    absent = planned(*fields, header=["a"], primaryKey=["a", "b"])
    assert absent is not None
    assert absent.keys == (Key((0,)),)


def test_dates_are_compared_as_texts_numbers_as_numbers() -> None:
    """And columns of other types are left to the check."""
    for kind, numbers in (("date", False), ("number", True), ("integer", True)):
        found = planned(
            {"name": "a", "type": kind, "constraints": {"required": True}},
            {"name": "b", "type": kind},
            custom_checks=[
                {"name": "compare-columns-value", "params": {"column": "a", "op": "<", "column2": "b"}}
            ],
        )
        assert found is not None
        assert f"{Ordered(0, '<', 1, numbers=numbers)}" in f"{found.record}"


def test_a_check_without_a_condition_leaves_every_record() -> None:
    """The sum of columns is asked of each record by the exact reading."""
    found = planned(
        {"name": "a", "type": "integer", "constraints": {"required": True}},
        {"name": "b", "type": "integer"},
        custom_checks=[{"name": "sum-columns-value", "params": {"column": "a", "columns": ["b"]}}],
    )
    assert found is not None
    assert isinstance(found.record, Never)


def test_the_same_label_twice_cannot_be_planned() -> None:
    """The exact engine takes such a table."""
    assert planned({"name": "a"}, {"name": "b"}, header=["a", "a"]) is None
