"""`datetime`: a day and a time of day, ISO 8601 or the field's format."""

import re
from collections.abc import Callable
from datetime import datetime

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import ORDERED, TYPES, FieldType, Read, Unreadable


def _iso(text: str) -> datetime:
    from dateutil.parser import isoparse  # noqa: PLC0415 - slow to import

    if len(text) < 19 or text[16] != ":":  # isoparse takes shorter forms, the standard does not
        raise ValueError(text)
    moment: datetime = isoparse(text)
    return moment


def _guess(text: str) -> datetime:
    from dateutil.parser import parse  # noqa: PLC0415

    moment: datetime = parse(text)
    return moment


def _reader(field: Field) -> Read:
    form = field.format
    by_pattern: Callable[[str], datetime] = lambda text: datetime.strptime(text, form)  # noqa: E731, DTZ007
    parse = {"default": _iso, "any": _guess}.get(form, by_pattern)

    def read(cell: Cell) -> datetime:
        if isinstance(cell, datetime):
            return cell
        if not isinstance(cell, str):
            raise Unreadable
        try:
            return parse(cell)
        except (ValueError, OverflowError, TypeError, re.error):
            raise Unreadable from None

    return read


TYPES.add(FieldType("datetime", _reader, ORDERED, ()))
