"""Say a condition to Polars."""

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_

import numpy as np
import polars as pl

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


def expression(condition: Condition, columns: Sequence[str], cell: pl.Expr | None = None) -> pl.Expr:
    """Return the expression of a condition: of `cell`, or of the row whose columns have those names."""
    match condition:
        case All(parts):
            return reduce(and_, (expression(part, columns, cell) for part in parts))
        case Some(parts):
            return reduce(or_, (expression(part, columns, cell) for part in parts))
        case Holds(position, inner):
            return expression(inner, columns, pl.col(columns[position]))
        case Ordered():
            return _ordered(condition, columns)
        case Always():
            return pl.lit(value=True)
        case Never():
            return pl.lit(value=False)
    if cell is None:
        raise TypeError(condition)
    return _of_cell(condition, cell)


def _of_cell(condition: Condition, cell: pl.Expr) -> pl.Expr:
    match condition:
        case In(texts):
            return _among(cell, texts)
        case NotIn(texts):
            return cell != texts[0] if len(texts) == 1 else ~_among(cell, texts)
        case Matches(pattern):
            return cell.str.contains(pattern)
        case Length(least, most):
            return _length(cell, least, most)
        case Between(least, most):
            return _within(cell, least, most)
        case Amount():
            return _amount(cell, condition)
        case Luhn(length, digits):
            return _luhn(cell, length, digits)
    raise TypeError(condition)


LISTED = 8
"""Up to so many texts Polars looks along the list itself, at twice the price of as many comparisons."""


def _among(cell: pl.Expr, texts: tuple[str, ...]) -> pl.Expr:
    if len(texts) <= LISTED:
        return reduce(or_, (cell == text for text in texts[1:]), cell == texts[0])
    return cell.is_in(pl.Series(texts, dtype=pl.String).implode())


def _length(cell: pl.Expr, least: int, most: int | None) -> pl.Expr:
    if (least, most) == (1, None):
        return cell != ""
    length = cell.str.len_chars()
    return _both(length >= least if least > 0 else None, length <= most if most is not None else None)


def _within(cell: pl.Expr, least: str | None, most: str | None) -> pl.Expr:
    return _both(cell >= least if least is not None else None, cell <= most if most is not None else None)


def _amount(cell: pl.Expr, bounds: Amount) -> pl.Expr:
    number = cell.cast(pl.Float64, strict=False)
    asked = [
        number >= bounds.least if bounds.least is not None else None,
        number <= bounds.most if bounds.most is not None else None,
        number > bounds.above if bounds.above is not None else None,
        number < bounds.below if bounds.below is not None else None,
    ]
    return _both(*asked).fill_null(value=False)


def _both(*parts: pl.Expr | None) -> pl.Expr:
    return reduce(and_, (part for part in parts if part is not None), pl.lit(value=True))


def _sum_of_four(number: int) -> int:
    """Double every second digit from the right, add the digits."""
    doubled = (number // 10 % 10 * 2, number // 1000 % 10 * 2)
    return number % 10 + number // 100 % 10 + sum(digit - 9 if digit > 9 else digit for digit in doubled)


_SUMS = np.array([_sum_of_four(number) for number in range(10_000)], np.int64)


def _luhn(cell: pl.Expr, length: int, digits: int) -> pl.Expr:
    """The sum is a multiple of ten; four digits at a time, from a table."""
    most = 10**length - 1

    def right(numbers: pl.Series) -> pl.Series:
        kept = numbers.to_numpy() // 10 ** (length - digits)
        total = _SUMS[kept % 10_000]
        for _ in range(4, digits, 4):
            kept //= 10_000
            total += _SUMS[kept % 10_000]
        return pl.Series(total % 10 == 0)

    number = cell.cast(pl.Int64, strict=False)
    asked = number.is_between(0, most).fill_null(value=False)
    return asked & number.fill_null(0).clip(0, most).map_batches(
        right, return_dtype=pl.Boolean, is_elementwise=True
    )


def _ordered(condition: Ordered, columns: Sequence[str]) -> pl.Expr:
    left, right = pl.col(columns[condition.left]), pl.col(columns[condition.right])
    if condition.numbers:
        left, right = left.cast(pl.Float64, strict=False), right.cast(pl.Float64, strict=False)
    compared = {
        ">": left > right,
        ">=": left >= right,
        "==": left == right,
        "<=": left <= right,
        "<": left < right,
    }[condition.operator]
    return compared.fill_null(value=False)
