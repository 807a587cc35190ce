"""What makes a whole record surely valid: its cells one by one, and what looks at several of them.

A `Plan` is all that an engine has to know of a schema and a header. A record that meets the conditions of all its cells
and of the record itself has no fault, duplicated keys aside: engines find those by `keys`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cicclo.validation import checks as custom
from cicclo.validation.checks import CheckWrong, Prepared
from cicclo.validation.judging import Judge
from cicclo.validation.model import CheckUse, Field, Schema
from cicclo.validation.predicates.fields import luhn, surely_valid
from cicclo.validation.predicates.tree import (
    Always,
    Condition,
    Holds,
    In,
    Never,
    NotIn,
    Ordered,
    both,
    either,
)
from cicclo.validation.verdicts import Column


@dataclass(frozen=True, slots=True)
class Key:
    """Columns whose values, together, may not come twice; positions from 0.

    `whole` is a primary key: a missing part is a value like another. Otherwise a missing value is never a duplicate.
    """

    positions: tuple[int, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """`cells` are by position from 0; `exact` tells of a text whether its column, checks included, accepts it."""

    columns: tuple[Column, ...]
    cells: Mapping[int, Condition]
    record: Condition
    exact: Mapping[int, Callable[[str], bool]]
    keys: tuple[Key, ...]


def plan(judge: Judge) -> Plan | None:
    """Return the plan for a judge; None when nothing cheap can be said and each record must be judged."""
    columns, checks = judge.columns, _prepared(judge)
    places = {column.name: number for number, column in enumerate(columns)}
    if len(places) != len(columns) or not columns or judge.schema.foreign_keys:
        return None
    asked = _asked_of_cells(checks, places)
    cells = {number: _cell(columns[number], asked.get(number, ())) for number in _watched(columns, asked)}
    several = [
        _several(use, prepared, columns, places, cells) for use, prepared in checks if _looks_across(prepared)
    ]
    keys = _keys(judge.schema, columns, places)
    record = both(_not_blank(columns), *(_some_key(columns, key) for key in keys if key.whole), *several)
    exact = {number: _exact(columns[number], [each for _, each in asked.get(number, ())]) for number in cells}
    kept = {number: condition for number, condition in cells.items() if not isinstance(condition, Always)}
    return Plan(tuple(columns), kept, record, exact, keys)


def _prepared(judge: Judge) -> list[tuple[CheckUse, Prepared]]:
    """Return the custom checks that can be made; the judge tells about the others."""
    ready = []
    header = [column.name for column in judge.columns]
    for use in judge.uses:
        found = custom.find(use.name)
        if found is None:
            continue
        try:
            ready.append((use, found[0].prepare(use, header, judge.options.strict)))
        except CheckWrong:
            continue
    return ready


Asked = Mapping[int, Sequence[tuple[str, Callable[[Any], bool]]]]
"""Custom checks of one column each, by position: name and what accepts a value."""


def _watched(columns: Sequence[Column], asked: Asked) -> list[int]:
    return [number for number, column in enumerate(columns) if column.known or number in asked]


def _looks_across(prepared: Prepared) -> bool:
    return prepared.row is not None and not (prepared.accepts and len(prepared.columns) == 1)


def _asked_of_cells(checks: Sequence[tuple[CheckUse, Prepared]], places: Mapping[str, int]) -> Asked:
    asked: dict[int, list[tuple[str, Callable[[Any], bool]]]] = {}
    for use, prepared in checks:
        if prepared.row is None or _looks_across(prepared) or prepared.accepts is None:
            continue
        if prepared.columns[0] in places:
            asked.setdefault(places[prepared.columns[0]], []).append((use.name, prepared.accepts))
    return asked


_LUHN = {"siren": 9, "french-siren-value": 9, "siret": 14, "french-siret-value": 14}


def _cell(column: Column, asked: Sequence[tuple[str, Callable[[Any], bool]]]) -> Condition:
    own = surely_valid(column.field, lambda text: not column.verdict(text).wrong)
    missing = _missing(column)
    for name, _ in asked:
        length = _LUHN.get(name) if column.field.type == "string" else None
        right = luhn(length) if length else Never()
        own = both(own, right if column.field.required else either(missing, right))
    return own


def _missing(column: Column) -> Condition:
    return In(column.field.missing) if column.field.missing else Never()


def _filled(column: Column) -> Condition:
    return NotIn(column.field.missing) if column.field.missing else Always()


def _exact(column: Column, asked: Sequence[Callable[[Any], bool]]) -> Callable[[str], bool]:
    def accepts(text: str) -> bool:
        verdict = column.verdict(text)
        if verdict.wrong:
            return False
        return verdict.value is None or all(check(verdict.value) for check in asked)

    return accepts


def _not_blank(columns: Sequence[Column]) -> Condition:
    """A record is blank when every cell is a missing value; where a column is required its own condition says no."""
    if any(column.known and column.field.required for column in columns):
        return Always()
    return either(*(Holds(number, _filled(column)) for number, column in enumerate(columns)))


def _some_key(columns: Sequence[Column], key: Key) -> Condition:
    return either(*(Holds(number, _filled(columns[number])) for number in key.positions))


def _keys(schema: Schema, columns: Sequence[Column], places: Mapping[str, int]) -> tuple[Key, ...]:
    primary = tuple(places[name] for name in schema.primary_key if name in places)
    if len(primary) != len(schema.primary_key):
        primary = ()
    alone = [Key((number,)) for number, column in enumerate(columns) if column.unique]
    return (*alone, *([Key(primary, whole=True)] if primary else ()))


def _several(
    use: CheckUse,
    prepared: Prepared,
    columns: Sequence[Column],
    places: Mapping[str, int],
    cells: Mapping[int, Condition],
) -> Condition:
    """Return the condition under which a check of several columns has nothing to say."""
    rule = ACROSS.get(use.name)
    if rule is None or any(name not in places for name in prepared.columns):
        return Never()
    numbers = [places[name] for name in prepared.columns]
    return rule(use, numbers, columns, cells)


def _cohesive(
    _use: CheckUse, numbers: Sequence[int], columns: Sequence[Column], _cells: Mapping[int, Condition]
) -> Condition:
    filled = both(*(Holds(number, _filled(columns[number])) for number in numbers))
    empty = both(*(Holds(number, _missing(columns[number])) for number in numbers))
    return either(filled, empty)


def _one_of(
    _use: CheckUse, numbers: Sequence[int], columns: Sequence[Column], _cells: Mapping[int, Condition]
) -> Condition:
    return either(*(Holds(number, _filled(columns[number])) for number in numbers))


_NUMBERS = {"integer", "number", "year"}
_ORDERED_TEXTS = {"date": ("default", "%Y-%m-%d"), "datetime": ("default",), "time": ("default",)}


def _compared(
    use: CheckUse, numbers: Sequence[int], columns: Sequence[Column], cells: Mapping[int, Condition]
) -> Condition:
    """Either value is missing, or both are plainly written and in order."""
    left, right = numbers[0], numbers[-1]
    one, other = columns[left].field, columns[right].field
    operator = str(use.params.get("op", ""))
    either_missing = either(Holds(left, _missing(columns[left])), Holds(right, _missing(columns[right])))
    if len(numbers) != 2 or operator not in ("<", "<=", "==", ">=", ">"):
        return Never()
    if {one.type, other.type} <= _NUMBERS:
        ordered: Condition = Ordered(left, operator, right, numbers=True)
    elif one.type == other.type and _in_order(one) and _in_order(other):
        ordered = Ordered(left, operator, right)
    else:
        return either_missing
    plain = both(*(Holds(number, cells.get(number, Never())) for number in numbers))
    return either(either_missing, both(plain, ordered))


def _in_order(field: Field) -> bool:
    """Tell whether texts that are surely valid are in the order of their values."""
    return field.type == "string" or field.format in _ORDERED_TEXTS.get(field.type, ())


Rule = Callable[[CheckUse, Sequence[int], Sequence[Column], Mapping[int, Condition]], Condition]

ACROSS: Mapping[str, Rule] = {
    "cohesive-columns-value": _cohesive,
    "one-of-required": _one_of,
    "compare-columns-value": _compared,
}
"""By name of check. What is not here is asked of every record."""
