"""Values met so far, with the row of each: in memory, then in a temporary file, so that memory has a bound."""

from collections.abc import Hashable
from datetime import date, datetime, time
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3

MOST = 1_000_000
"""Values kept in memory (about 150 MB) before they are put on disk."""


class Unhashable(Exception):
    """A list or an object is a key: Validata breaks on it, with the words of this exception."""


class Seen:
    """Tell, for each value, the last row where it was met. `1`, `1.0` and `01` read as numbers are one value.

    `strict` raises Unhashable where Validata breaks; else lists and objects are compared as they are written.
    """

    def __init__(self, most: int = MOST, *, strict: bool = False) -> None:
        self._most = most
        self._strict = strict
        self._recent: dict[Hashable, int] = {}
        self._disk: sqlite3.Connection | None = None

    def meet(self, value: Any, row: int) -> int:
        """Note that `value` is in `row`; return the previous row where it was met, 0 when there is none."""
        key = _hashable(value, strict=self._strict)
        before = self._recent.get(key, 0)
        if not before and self._disk is not None:
            before = self._on_disk(key)
        self._recent[key] = row
        if len(self._recent) >= self._most:
            self._put_down()
        return before

    def __contains__(self, value: Any) -> bool:
        key = _hashable(value, strict=self._strict)
        return key in self._recent or (self._disk is not None and bool(self._on_disk(key)))

    def __bool__(self) -> bool:
        return bool(self._recent) or self._disk is not None

    def _on_disk(self, key: Hashable) -> int:
        assert self._disk is not None
        found = self._disk.execute("SELECT line FROM met WHERE value = ?", (_text(key),)).fetchone()
        return int(found[0]) if found else 0

    def _put_down(self) -> None:
        if self._disk is None:
            import sqlite3  # noqa: PLC0415 - few tables need it

            self._disk = sqlite3.connect("")  # SQLite's own temporary file: it goes with the connection
            self._disk.execute("CREATE TABLE met (value TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        rows = ((_text(key), row) for key, row in self._recent.items())
        with self._disk:
            self._disk.executemany("INSERT OR REPLACE INTO met VALUES (?, ?)", rows)
        self._recent.clear()


def _hashable(value: Any, *, strict: bool) -> Hashable:
    try:
        hash(value)
    except TypeError as error:  # a list, an object, Decimal's signalling NaN
        if strict:
            raise Unhashable(str(error)) from error
        return ("", repr(value))
    if isinstance(value, tuple):
        return tuple([_never() if part != part else part for part in value])  # noqa: PLR0124
    return _never() if value != value else value  # noqa: PLR0124 - NaN is never met twice


_numbers = count()


def _never() -> Hashable:
    """Return a key that no other equals."""
    return ("never", next(_numbers))


def _text(key: Any) -> str:
    """Write a value so that equal values of one column have one text."""
    if isinstance(key, tuple):
        return repr([_text(part) for part in key])
    if isinstance(key, (int, float, Decimal)) and not isinstance(key, bool):
        return _number(key)
    if isinstance(key, datetime) and key.tzinfo:
        return f"@{key.timestamp()!r}"
    if isinstance(key, (date, time)):
        return key.isoformat()
    return "=" + key if isinstance(key, str) else repr(key)


def _number(value: float | Decimal) -> str:
    number = Decimal(value)
    if not number.is_finite():
        return f"{number} {id(value)}" if number.is_nan() else str(number)
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    kept = text.rstrip("0")
    return f"{sign if kept else 0}:{kept}:{int(exponent) + len(text) - len(kept) if kept else 0}"
