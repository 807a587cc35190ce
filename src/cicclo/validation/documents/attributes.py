"""Values of one column against its model; what a value is worth is remembered, it comes back row after row."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.documents.model import Column
from cicclo.validation.errors import SchemaWrong

Verdict = tuple[str, Mapping[str, Any]]
"""An error code and the facts of its sentence."""

DATES = ("%Y%m%d", "%d/%m/%Y", "%Y-%m-%d", "%Y/%m/%d", "%Y")
BOOLEANS = frozenset(
    {"0", "1", "t", "f", "true", "false", "y", "n", "yes", "no", "o", "oui", "non", "vrai", "faux"}
)
REMEMBERED = 100_000
LONGEST = 100_000
"""Most characters that a pattern is tried on: beyond, the value is wrong whatever the pattern."""


def _integer(text: str) -> bool:
    return re.fullmatch(r"[+-]?[0-9]+", text, re.ASCII) is not None


def _double(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def _date(text: str) -> bool:
    """Return whether a text is a date in one of the five forms, written in full."""
    for form in DATES:
        try:
            read = datetime.strptime(text, form)  # noqa: DTZ007 - a calendar date has no time zone
        except ValueError:
            continue
        if read.strftime(form).lstrip("0") == text.lstrip("0") and (form != "%Y" or len(text) == 4):
            return True
    return False


READS: Mapping[str, Callable[[str], bool]] = {
    "Integer": _integer,
    "Double": _double,
    "Date": _date,
    "Boolean": lambda text: text.casefold() in BOOLEANS,
}


@lru_cache(maxsize=2048)
def pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise SchemaWrong(
            Text(
                f"Expression régulière fautive dans le modèle : {text}",
                f"Bad regular expression in the model: {text}",
            )
        ) from error


@dataclass(slots=True)
class Judge:
    """The verdicts on the values of one column. `exists` says whether the folder holds a file of that name or path."""

    column: Column
    exists: Callable[[str], bool]
    more: Sequence[Callable[[str], Iterator[Verdict]]] = ()
    """Rules of the standard on this column, after the model's own."""
    _known: dict[str | None, tuple[Verdict, ...]] = field(default_factory=dict)

    def verdicts(self, value: str | None) -> tuple[Verdict, ...]:
        found = self._known.get(value)
        if found is None:
            found = tuple(self._judge(value))
            if len(self._known) < REMEMBERED:
                self._known[value] = found
        return found

    def _judge(self, value: str | None) -> Iterator[Verdict]:
        column = self.column
        if value is None or value == "":
            if column.required:
                yield "ATTRIBUTE_UNEXPECTED_NULL", {}
            return
        reads = READS.get(column.type)
        if reads is not None and not reads(value.strip()):
            yield "ATTRIBUTE_INVALID_FORMAT", {"expected": column.type}
            return
        if _illegal(value):
            yield "ATTRIBUTE_CHARACTERS_ILLEGAL", {"characters": _illegal(value)}
        yield from self._constraints(value)
        if column.type in {"Filename", "Path"} and not self.exists(value):
            yield f"ATTRIBUTE_{'FILE' if column.type == 'Filename' else 'PATH'}_NOT_FOUND", {}
        for look in self.more:
            yield from look(value)

    def _constraints(self, value: str) -> Iterator[Verdict]:
        column = self.column
        if column.pattern and (len(value) > LONGEST or not pattern(column.pattern).fullmatch(value)):
            yield "ATTRIBUTE_INVALID_REGEXP", {"pattern": column.pattern}
        if column.longest and len(value) > column.longest:
            yield "ATTRIBUTE_SIZE_EXCEEDED", {"length": len(value), "most": column.longest}
        if column.shortest and len(value) < column.shortest:
            yield "ATTRIBUTE_SIZE_INVALID", {"length": len(value), "least": column.shortest}
        if column.values and value not in column.values:
            yield (
                "ATTRIBUTE_UNEXPECTED_VALUE",
                {"values": list(column.values[:20]), "count": len(column.values)},
            )


def _illegal(value: str) -> str:
    """Return the control characters of a value, escaped; tabs and line ends are no fault."""
    found = {character for character in value if ord(character) < 32 and character not in "\t\n\r"}
    return "".join(sorted(ascii(character)[1:-1] for character in found))
