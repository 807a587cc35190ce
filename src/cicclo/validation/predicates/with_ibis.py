"""Say a condition to Ibis: Spark, and by configuration Trino, ClickHouse or DuckDB."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis

from cicclo.validation.predicates.tree import (
    All,
    Always,
    Amount,
    Between,
    Condition,
    Holds,
    In,
    Length,
    Luhn,
    Matches,
    Never,
    NotIn,
    Ordered,
    Some,
)

Expression = Any
"""Ibis gives no types to its own expressions that a checker could follow."""


def expression(
    condition: Condition, table: Mapping[str, Expression], columns: Sequence[str], cell: Expression = None
) -> Expression:
    """Return the expression of a condition: of `cell`, or of the table's row whose columns have those names."""
    match condition:
        case All(parts):
            return reduce(and_, (expression(part, table, columns, cell) for part in parts))
        case Some(parts):
            return reduce(or_, (expression(part, table, columns, cell) for part in parts))
        case Holds(position, inner):
            return expression(inner, table, columns, table[columns[position]])
        case Ordered():
            return _ordered(condition, table, columns)
        case Always():
            return ibis.literal(value=True)
        case Never():
            return ibis.literal(value=False)
    return _of_cell(condition, cell)


def _of_cell(condition: Condition, cell: Expression) -> Expression:
    match condition:
        case In(texts):
            return cell.isin(texts)
        case NotIn(texts):
            return cell.notin(texts)
        case Matches(pattern):
            return cell.re_search(pattern)
        case Length(least, most):
            return _length(cell, least, most)
        case Between(least, most):
            return _all(
                cell >= least if least is not None else None, cell <= most if most is not None else None
            )
        case Amount():
            return _amount(cell, condition)
        case Luhn(length, digits):
            return _luhn(cell, length, digits)
    raise TypeError(condition)


def _all(*parts: Expression) -> Expression:
    return reduce(and_, (part for part in parts if part is not None))


def _length(cell: Expression, least: int, most: int | None) -> Expression:
    if (least, most) == (1, None):
        return cell != ""
    return _all(cell.length() >= least, cell.length() <= most if most is not None else None)


def number(cell: Expression) -> Expression:
    """Return the number that a text is, null when it is none."""
    return cell.try_cast("float64")


def _amount(cell: Expression, bounds: Amount) -> Expression:
    value = number(cell)
    held = _all(
        value >= bounds.least if bounds.least is not None else None,
        value <= bounds.most if bounds.most is not None else None,
        value > bounds.above if bounds.above is not None else None,
        value < bounds.below if bounds.below is not None else None,
    )
    return ibis.coalesce(held, ibis.literal(value=False))


def _luhn(cell: Expression, length: int, digits: int) -> Expression:
    """Double every second digit from the right, add the digits: a multiple of ten."""
    total = ibis.literal(0)
    for place in range(digits):
        digit = cell.substr(digits - 1 - place, 1).try_cast("int64")
        total = total + (digit * 2 - (digit > 4).ifelse(9, 0) if place % 2 else digit)
    return ibis.coalesce((cell.length() == length) & (total % 10 == 0), ibis.literal(value=False))


def _ordered(condition: Ordered, table: Mapping[str, Expression], columns: Sequence[str]) -> Expression:
    left, right = table[columns[condition.left]], table[columns[condition.right]]
    if condition.numbers:
        left, right = number(left), number(right)
    compared = {
        ">": left > right,
        ">=": left >= right,
        "==": left == right,
        "<=": left <= right,
        "<": left < right,
    }[condition.operator]
    return ibis.coalesce(compared, ibis.literal(value=False))
