"""A CSV table of a document: its `WKT` column, if any, is its geometry."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cicclo.validation.documents.tables import BATCH, WKT, Rows, from_wkt
from cicclo.validation.model import Table


@dataclass(frozen=True, slots=True)
class CsvTable:
    """Same shape as SourceTable, over the readers of text tables."""

    name: str
    header: tuple[str, ...]
    table: Table
    geometric: bool
    misdeclared: bool = False

    def rows(self) -> Iterator[Rows]:
        place = self.table.header.index(WKT) if self.geometric else -1
        records = self.table.records()
        while piece := list(islice(records, BATCH)):
            numbers = [number for number, _ in piece]
            width = len(self.table.header)
            columns = [
                [_cell(cells, index) for _, cells in piece] for index in range(width) if index != place
            ]
            geometries, unreadable = (
                from_wkt([_cell(cells, place) for _, cells in piece]) if self.geometric else (None, None)
            )
            yield Rows(numbers[0], [number - 1 for number in numbers], columns, geometries, unreadable)


def _cell(cells: list[object], index: int) -> str | None:
    value = cells[index] if index < len(cells) else None
    return str(value) if value not in (None, "") else None


def open_csv(path: Path, charset: str) -> CsvTable:
    from cicclo.validation.readers import open_table  # noqa: PLC0415 - a document without CSV needs no reader

    table = open_table(path)
    names = tuple(str(name) for name in table.header)
    found = table.dialect.encoding if table.dialect is not None else charset
    other = codecs.lookup(found).name not in {codecs.lookup(charset).name, "ascii"}
    return CsvTable(
        path.stem, tuple(name for name in names if name != WKT), table, WKT in names, misdeclared=other
    )
