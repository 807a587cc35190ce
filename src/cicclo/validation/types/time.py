"""`time`: a time of day, ISO 8601 or the field's format."""

import re
from collections.abc import Callable
from datetime import datetime, time

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import ORDERED, TYPES, FieldType, Read, Unreadable


def _iso(text: str) -> time:
    from dateutil.parser import isoparse  # noqa: PLC0415 - slow to import

    if len(text) < 8 or text[5] != ":":
        raise ValueError(text)
    moment: time = isoparse(f"2000-01-01T{text}").timetz()
    return moment


def _guess(text: str) -> time:
    from dateutil.parser import parse  # noqa: PLC0415

    moment: time = parse(text).timetz()
    return moment


def _reader(field: Field) -> Read:
    form = field.format
    by_pattern: Callable[[str], time] = lambda text: datetime.strptime(text, form).timetz()  # noqa: E731, DTZ007
    parse = {"default": _iso, "any": _guess}.get(form, by_pattern)

    def read(cell: Cell) -> time:
        if isinstance(cell, time):
            return cell
        if not isinstance(cell, str):
            raise Unreadable
        try:
            return parse(cell)
        except (ValueError, OverflowError, TypeError, re.error):
            raise Unreadable from None

    return read


TYPES.add(FieldType("time", _reader, ORDERED, ()))
