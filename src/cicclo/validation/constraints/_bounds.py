"""Comparisons with a bound."""

from collections.abc import Callable
from decimal import InvalidOperation
from typing import Any

from cicclo.validation.constraints import Holds, Unfit
from cicclo.validation.types import Read, Unreadable


def compared(bound: Any, read: Read, compare: Callable[[Any, Any], bool]) -> Holds:
    """Return a comparison of values with the bound, read as the field reads; NaN is nowhere within bounds."""
    try:
        limit = read(bound)
    except Unreadable:
        raise Unfit from None

    def holds(value: Any) -> bool:
        try:
            return value == value and bool(compare(value, limit))  # noqa: PLR0124 - only NaN is not itself
        except (TypeError, InvalidOperation):  # with and without a time zone: there is no order
            return False

    return holds


def measured(bound: Any, compare: Callable[[int, int], bool]) -> Holds:
    """Return a comparison of lengths with the bound."""
    if isinstance(bound, bool) or not isinstance(bound, (int, float)):
        raise Unfit
    return lambda value: compare(len(value), bound)  # type: ignore[arg-type]
