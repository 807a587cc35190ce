"""XLS (Excel 97 to 2003): at most 65,536 rows of 256 columns, read whole by calamine; macros are never looked at."""

import re
import struct
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.model import Cell
from cicclo.validation.readers import READERS, Asked, Opened, Reader
from cicclo.validation.readers._cells import open_cells
from cicclo.validation.readers._ooxml import no_workbook

DIMENSIONS = re.compile(rb"\x00\x02\x0e\x00(.{14})", re.DOTALL)
MOST = 512 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def open_xls(asked: Asked) -> Opened:
    with asked.path.open("rb") as stream:
        start = stream.read(8)
    if start != OLE or asked.path.stat().st_size > MOST:
        raise no_workbook(asked)
    rows = _read(asked)
    if asked.strict and not asked.sheet:
        rows = _squared(rows, *_dimensions(asked.path))

    def numbered() -> Iterator[tuple[int, list[Cell]]]:
        return ((number, [_typed(cell) for cell in row]) for number, row in enumerate(rows, start=1))

    return open_cells(asked, numbered)


def _read(asked: Asked) -> list[list[Any]]:
    import python_calamine as calamine  # noqa: PLC0415  (only old workbooks need it)

    try:
        book = calamine.CalamineWorkbook.from_path(str(asked.path))
        if asked.sheet and asked.sheet not in book.sheet_names:
            raise SourceUnreadable(
                Text(
                    f"Le classeur n'a pas de feuille « {asked.sheet} », mais : {', '.join(book.sheet_names)}.",
                    f"The workbook has no sheet “{asked.sheet}”, but: {', '.join(book.sheet_names)}.",
                ),
                kind="format-error",
                at=asked.name,
            )
        sheet = book.get_sheet_by_name(asked.sheet) if asked.sheet else book.get_sheet_by_index(0)
        rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    except (calamine.CalamineError, OSError, IndexError) as error:
        raise no_workbook(asked) from error
    return rows


def _dimensions(path: Path) -> tuple[int, int]:
    """Rows and columns that the first sheet says it uses, cells that are only formatted included; zeros if not found.

    It is the first DIMENSIONS record ([MS-XLS] 2.4.90) after the workbook's own part; calamine does not tell it.
    """
    for found in DIMENSIONS.finditer(path.read_bytes()):
        first_row, last_row, first_column, last_column, reserved = struct.unpack("<IIHHH", found[1])
        if first_row <= last_row <= 65_536 and first_column <= last_column <= 256 and not reserved:
            return last_row, last_column
    return 0, 0


def _squared(rows: list[list[Any]], height: int, width: int) -> list[list[Any]]:
    """As xlrd gives them to Validata: every row as wide, down to the last one that is formatted."""
    wide = [row + [""] * (width - len(row)) for row in rows]
    return wide + [[""] * max(width, len(wide[0]) if wide else 0)] * (height - len(wide))


def _typed(cell: Any) -> Cell:
    """As frictionless types them: whole numbers are integers, every date has a time of day."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else cell
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime.combine(cell, time())
    return datetime.combine(date(1899, 12, 31), cell) if isinstance(cell, time) else cell


READERS.add(Reader("xls", ("xls",), open_xls))
