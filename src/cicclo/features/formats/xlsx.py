"""XLSX: typed cells, no formula, points as two columns, other geometries as WKT where a cell can hold them.

Moments are in UTC. A whole number of more than 15 digits, which spreadsheets round, is written as text, and so is a
day before March 1900. A sheet holds 1,048,575 features: the following ones stand in another sheet.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import xlsxwriter

from cicclo.features import encoding
from cicclo.features.formats import FORMATS
from cicclo.features.formats._columns import columns, headings, place_names, places
from cicclo.features.formats._files import folder, pieces, shapes_of
from cicclo.features.model import Kind
from cicclo.features.ports import About, Format
from cicclo.kernel.text import Text

ROWS = 1_048_575  # features in a sheet, under the heading
LONGEST = 32_767  # characters in a cell
_EXACT = 10**15
_FIRST_DAY = "1900-03-01"  # spreadsheets believe that 1900 was a leap year
_CUT = Text(
    "cellules coupées à 32 767 caractères, limite du format :",
    "cells cut at 32,767 characters, a limit of the format:",
)
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LOOK = {Kind.DATE: "yyyy-mm-dd", Kind.INSTANT: "yyyy-mm-dd hh:mm:ss"}

Cell = Callable[[Any, int, int, Any], None]


def write(about: About, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    with folder() as place:
        path = place / "features.xlsx"
        with xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(place)}) as book:
            _Sheets(book, about).fill(batches)
        yield from pieces(path)


class _Sheets:
    """The sheets of one book."""

    def __init__(self, book: xlsxwriter.Workbook, about: About) -> None:
        self._book, self._about = book, about
        shown, self._names = headings(about, *place_names(about))
        self._kinds = [about.collection.id_kind, *(each.kind for each in shown)]
        looks = {kind: book.add_format({"num_format": look}) for kind, look in _LOOK.items()}
        self._cells = [self._cell(kind, looks.get(kind)) for kind in self._kinds]
        self._cells += [self._any] * len(place_names(about))
        self._bold = book.add_format({"bold": True})
        self._cut = 0

    def fill(self, batches: Iterable[pa.RecordBatch]) -> None:
        sheet, row = self._new(), 0
        for batch in batches:
            for values in zip(*self._columns(batch), strict=True):
                if row == ROWS:
                    sheet, row = self._new(), 0
                row += 1
                for column, (cell, value) in enumerate(zip(self._cells, values, strict=True)):
                    if value is not None:
                        cell(sheet, row, column, value)
        if self._cut:
            self._book.add_worksheet("!").write_string(0, 0, f"{_CUT.get(self._about.lang)} {self._cut}")

    def _new(self) -> Any:
        sheet = self._book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(self._names):
            sheet.write_string(0, column, name[:LONGEST], self._bold)
        return sheet

    def _columns(self, batch: pa.RecordBatch) -> list[list[Any]]:
        found = [_plain(*each) for each in zip(columns(self._about, batch), self._kinds, strict=True)]
        return [*found, *(each.to_pylist() for each in places(self._about, shapes_of(self._about, batch)))]

    def _cell(self, kind: Kind, look: Any) -> Cell:
        if kind in _LOOK:
            return lambda sheet, row, column, value: self._moment(sheet, row, column, value, look)
        return self._any

    def _moment(self, sheet: Any, row: int, column: int, value: str, look: Any) -> None:
        if value < _FIRST_DAY:
            sheet.write_string(row, column, value)
        elif len(value) == 10:
            sheet.write_datetime(row, column, date.fromisoformat(value), look)
        else:
            sheet.write_datetime(row, column, datetime.fromisoformat(value).replace(tzinfo=None), look)

    def _any(self, sheet: Any, row: int, column: int, value: Any) -> None:
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, str):
            self._cut += len(value) > LONGEST
            sheet.write_string(row, column, value[:LONGEST])
        elif isinstance(value, int) and abs(value) >= _EXACT:
            sheet.write_string(row, column, str(value))
        elif math.isfinite(value):
            sheet.write_number(row, column, value)


def _plain(column: pa.Array, kind: Kind) -> list[Any]:
    """Values as Python has them; moments as text, because it cannot hold all of them."""
    if kind is Kind.DATE:
        column = encoding.dates(column)
    elif kind is Kind.INSTANT:
        column = encoding.instants(column)
    found: list[Any] = column.to_pylist()
    return found


FORMATS.add(
    Format(
        name="xlsx",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        extension="xlsx",
        title=Text("Classeur XLSX", "XLSX workbook"),
        write=write,
    )
)
