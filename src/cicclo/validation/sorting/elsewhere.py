"""The same sorting said as one query, for an engine that is elsewhere: conditions, keys that repeat, filled cells."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis

from cicclo.validation.predicates.rows import Key, Plan
from cicclo.validation.predicates.tree import In, NotIn
from cicclo.validation.predicates.with_ibis import expression, number
from cicclo.validation.sorting.landing import NUMBER
from cicclo.validation.sorting.reading import names
from cicclo.validation.sorting.sieve import RECORD

TWICE = "twice"
_PLAIN_NUMBER = r"\A-?[0-9]{1,15}(?:\.[0-9]{1,15})?\z"
_PLAIN_DATE = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z"
_NUMBERS = ("integer", "number", "year")

Standing = Mapping[int, Sequence[Any]]
"""By column of a key, what stands for the values that are not plainly written (the exact reading knows)."""


def landed(plan: Plan, name: str) -> Any:
    """Return the table that `landing` writes, as the query sees it."""
    columns = names(len(plan.columns))
    return ibis.table({NUMBER: "int64", **dict.fromkeys(columns, "string")}, name=name)


def suspects(plan: Plan, table: Any, standing: Standing) -> Any:
    """Return the query of the suspect records: number, cells, for each condition whether it is met, keys that repeat."""
    columns = names(len(plan.columns))
    flags = {
        str(place): expression(condition, table, columns, table[columns[place]])
        for place, condition in plan.cells.items()
    }
    flags[RECORD] = expression(plan.record, table, columns)
    flags[TWICE] = _twice(plan, table, columns, standing)
    flagged = table.mutate(**flags)
    right = reduce(and_, (flagged[name] for name in flags if name != TWICE))
    return flagged.filter(~right | flagged[TWICE] | (flagged[NUMBER] == 2)).order_by(NUMBER)


def filled(plan: Plan, table: Any, upto: int) -> Any:
    """Return the query that counts, by column, the cells that are not missing, up to a record number."""
    columns = names(len(plan.columns))
    counts = {
        name: expression(NotIn(column.field.missing), table, columns, table[name]).ifelse(1, 0).sum()
        if column.field.missing
        else table.count()
        for name, column in zip(columns, plan.columns, strict=True)
    }
    return table.filter(table[NUMBER] <= upto).aggregate(**counts)


def oddly_written(plan: Plan, table: Any, place: int) -> Any:
    """Return the query of the distinct texts of a key's column that do not stand for themselves."""
    cell = table[names(len(plan.columns))[place]]
    return table.filter(~_plain(plan, place, cell)).select(text=cell).distinct()


def _plain(plan: Plan, place: int, cell: Any) -> Any:
    """Tell whether a text stands for its value by itself (missing texts do: for no value)."""
    field = plan.columns[place].field
    if field.type in ("string", "any"):
        return ibis.literal(value=True)
    missing = expression(In(field.missing), {}, (), cell) if field.missing else ibis.literal(value=False)
    if field.type in _NUMBERS:
        return missing | cell.re_search(_PLAIN_NUMBER)
    usual = field.type == "date" and field.format in ("default", "%Y-%m-%d")
    return missing | cell.re_search(_PLAIN_DATE) if usual else missing


def _value(plan: Plan, place: int, cell: Any) -> Any:
    """Return what stands for the value of a plainly written text; null for the others and for missing ones."""
    field = plan.columns[place].field
    there = _plain(plan, place, cell)
    if field.missing:
        there = there & expression(NotIn(field.missing), {}, (), cell)
    value = number(cell) + 0.0 if field.type in _NUMBERS else cell
    return there.ifelse(value, ibis.null(value.type()))


def _twice(plan: Plan, table: Any, columns: Sequence[str], standing: Standing) -> Any:
    """Tell whether a record may share a key with another: it does, or one of them is oddly written."""
    return reduce(
        or_, (_repeats(plan, table, columns, key, standing) for key in plan.keys), ibis.literal(value=False)
    )


def _repeats(plan: Plan, table: Any, columns: Sequence[str], key: Key, standing: Standing) -> Any:
    cells = [table[columns[place]] for place in key.positions]
    values = [_value(plan, place, cell) for place, cell in zip(key.positions, cells, strict=True)]
    there = reduce(or_ if key.whole else and_, (value.notnull() for value in values))
    found = there & (table.count().over(group_by=values) > 1)
    for place, cell, value in zip(key.positions, cells, values, strict=True):
        found = found | ~_plain(plan, place, cell)
        if standing.get(place):
            found = found | ibis.coalesce(value.isin(standing[place]), ibis.literal(value=False))
    return found
