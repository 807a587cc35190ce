"""A table from a workbook: typed cells, empty rows counted, no row that is only formatting at the end."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cicclo.kernel.text import Text
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.model import Cell, Dialect, Fault
from cicclo.validation.readers import Asked

Rows = Iterator[tuple[int, list[Cell]]]


@dataclass
class CellTable:
    """`read` gives the numbered rows from the first one, each time it is called."""

    name: str
    header: Sequence[Cell]
    read: Callable[[], Rows]
    strict: bool
    path: str = ""
    dialect: Dialect | None = None
    remarks: list[Fault] = field(default_factory=list)
    packed: int = 0
    """Bytes of the workbook."""

    def records(self) -> Rows:
        rows = self.read()
        next(rows, None)
        return rows if self.strict else _trimmed(rows, len(self.header))


def open_cells(asked: Asked, read: Callable[[], Rows]) -> CellTable:
    """Take the first row for header; raise SourceUnreadable when there is none, or too many columns."""
    _, first = next(read(), (1, []))
    header = first if asked.strict else first[: _filled(first)]
    if not any(cell not in (None, "") for cell in header):
        raise SourceUnreadable(
            Text(
                "La feuille est vide, ou sa première ligne l'est.", "The sheet is empty, or its first row is."
            ),
            at=asked.name,
            remedy=Text("Mettre l'en-tête en première ligne.", "Put the header on the first row."),
        )
    if len(header) > asked.limits.columns:
        raise too_wide(asked)
    return CellTable(asked.name, header, read, asked.strict, packed=asked.path.stat().st_size)


def too_wide(asked: Asked) -> SourceUnreadable:
    most = asked.limits.columns
    return SourceUnreadable(
        Text(f"La feuille a plus de {most} colonnes.", f"The sheet has more than {most} columns."),
        at=asked.name,
    )


def filled_up(rows: Rows) -> Rows:
    """Rows that are missing from the file are empty ones."""
    expected = 1
    for number, cells in rows:
        for missing in range(expected, number):
            yield missing, []
        expected = number + 1
        yield number, cells


def _trimmed(rows: Rows, width: int) -> Rows:
    """Each row as wide as the header, wider only when it is filled; empty rows only when one follows that is not."""
    empty: list[int] = []
    for number, cells in rows:
        filled = _filled(cells)
        if not filled:
            empty.append(number) if len(empty) < 2 else empty.__setitem__(1, number)
            continue
        if empty:
            yield from ((missing, [None] * width) for missing in range(empty[0], empty[-1] + 1))
            empty.clear()
        yield number, cells[: max(filled, width)] + [None] * (width - len(cells))


def _filled(cells: Sequence[Cell]) -> int:
    """The place, from 1, of the last cell that is filled."""
    for place in range(len(cells), 0, -1):
        if cells[place - 1] is not None and cells[place - 1] != "":
            return place
    return 0
