"""`duration`: ISO 8601 (`P1Y2M10DT2H30M`)."""

import re

from cicclo.validation.model import Cell, Field
from cicclo.validation.types import TYPES, FieldType, Read, Unreadable

_N = r"[0-9]+(?:[,.][0-9]+)?"
PERIOD = re.compile(
    rf"[+-]?P(?!\b)(?:{_N}Y)?(?:{_N}M)?(?:{_N}W)?(?:{_N}D)?(?:T(?:{_N}H)?(?:{_N}M)?(?:{_N}S)?)?$"
)


def _as_moment(text: str) -> bool:
    """ISO 8601's other way: `P0001-02-03T04:05:06`."""
    from dateutil.parser import isoparse  # noqa: PLC0415 - rare, and slow to import

    try:
        isoparse(text[1:])
    except (ValueError, OverflowError):
        return False
    return text.startswith("P") and "T" in text


def _read(cell: Cell) -> str:
    if not isinstance(cell, str) or not (PERIOD.match(cell) or ("T" in cell[1:] and _as_moment(cell))):
        raise Unreadable
    return cell


def _reader(_field: Field) -> Read:
    return _read


TYPES.add(FieldType("duration", _reader))
