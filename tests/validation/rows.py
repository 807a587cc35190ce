"""A table written in a test, cell by cell, and what the judge says of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cicclo.validation import schemas
from cicclo.validation.actions import validate
from cicclo.validation.model import Cell, Dialect, Fault, Options, Report


@dataclass
class Rows:
    """Rows in memory: the first is the header."""

    lines: Sequence[Sequence[Cell]]
    name: str = "rows"
    path: str = ""
    dialect: Dialect | None = None

    @property
    def header(self) -> Sequence[Cell]:
        return self.lines[0] if self.lines else ()

    def records(self) -> Iterator[tuple[int, list[Cell]]]:
        return ((number, list(cells)) for number, cells in enumerate(self.lines[1:], 2))


EXACT = Options(engine="exact")


def report(fields: list[Any], *lines: Sequence[Cell], options: Options = EXACT, **more: Any) -> Report:
    """Validate lines (the first is the header) against fields."""
    return validate(Rows(lines), schemas.read({"fields": fields, **more}), options)


def faults(fields: list[Any], *lines: Sequence[Cell], **more: Any) -> list[Fault]:
    return list(report(fields, *lines, **more).faults)


def field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **more}
