"""ODS (OpenDocument 1.3): the first table, or the one that is named, as a stream of rows."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from itertools import chain
from typing import Any

from lxml import etree

from cicclo.kernel.text import Text
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.model import Cell
from cicclo.validation.readers import READERS, Asked, Opened, Reader
from cicclo.validation.readers._cells import Rows, open_cells
from cicclo.validation.readers._ooxml import Package, forget, no_workbook, safe_iterparse

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
MOST_ROWS = 1_048_576


def open_ods(asked: Asked) -> Opened:
    package = Package(asked)
    if "content.xml" not in package.parts:
        raise no_workbook(asked)
    return open_cells(asked, partial(_rows, package, asked))


def _rows(package: Package, asked: Asked) -> Rows:
    """Rows with their repetitions; the empty ones that only fill the sheet to its end are left out."""
    number, seen, waiting = 0, False, 0
    with package.open("content.xml") as stream:
        for _, element in safe_iterparse(stream, f"{TABLE}*"):
            if element.tag == f"{TABLE}table" and seen:
                return
            if element.tag != f"{TABLE}table-row" or not _wanted(element, asked.sheet):
                continue
            seen = True
            times, cells = _repeated(element, "number-rows-repeated"), _cells(element, asked.limits.columns)
            forget(element)
            if not any(cell is not None for cell in cells):
                waiting += times
                continue
            for _empty in range(waiting):
                number += 1
                yield number, []
            waiting = 0
            for _again in range(min(times, MOST_ROWS - number)):
                number += 1
                yield number, list(cells)
    if not seen:
        raise _no_sheet(asked)


def _wanted(row: Any, sheet: str) -> bool:
    if not sheet:
        return True
    table = next(row.iterancestors(f"{TABLE}table"), None)
    return table is not None and table.get(f"{TABLE}name") == sheet


def _no_sheet(asked: Asked) -> SourceUnreadable:
    return SourceUnreadable(
        Text(
            f"Le classeur n'a pas de feuille « {asked.sheet} ».",
            f"The workbook has no sheet “{asked.sheet}”.",
        ),
        kind="format-error",
        at=asked.name,
    )


def _repeated(element: Any, name: str) -> int:
    told = element.get(f"{TABLE}{name}", "1")
    return int(told) if told.isdigit() else 1


def _cells(row: Any, most: int) -> list[Cell]:
    """The cells up to the last one that is filled."""
    cells: list[Cell] = []
    empty = 0
    for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        times, value = _repeated(cell, "number-columns-repeated"), _value(cell)
        if value is None:
            empty += times
            continue
        cells.extend([None] * min(empty, most))
        cells.extend([value] * min(times, most))
        empty = 0
    return cells


def _value(cell: Any) -> Cell:
    kind = cell.get(f"{OFFICE}value-type")
    if kind is None:
        return None
    if kind == "string":
        return cell.get(f"{OFFICE}string-value") or "\n".join(
            _plain(paragraph) for paragraph in cell.iterchildren(f"{TEXT}p")
        )
    if kind == "boolean":
        return cell.get(f"{OFFICE}boolean-value") == "true"
    if kind == "date":
        return _moment(cell.get(f"{OFFICE}date-value") or "")
    if kind == "time":
        return cell.get(f"{OFFICE}time-value")
    return _number(cell.get(f"{OFFICE}value") or "")


def _moment(told: str) -> Cell:
    try:
        return date.fromisoformat(told) if len(told) == 10 else datetime.fromisoformat(told)
    except ValueError:
        return told


def _number(told: str) -> Cell:
    try:
        value = float(told)
    except ValueError:
        return told
    return int(value) if value.is_integer() else value


def _plain(paragraph: Any) -> str:
    """The text of a paragraph, its spaces, tabs and line breaks."""
    return "".join(chain([paragraph.text or ""], _inside(paragraph)))


def _inside(element: Any) -> Iterator[str]:
    for part in element.iterchildren(tag=etree.Element):
        if part.tag == f"{TEXT}s":
            yield " " * int(part.get(f"{TEXT}c", "1"))
        elif part.tag == f"{TEXT}tab":
            yield "\t"
        elif part.tag == f"{TEXT}line-break":
            yield "\n"
        elif not part.tag.startswith(OFFICE):
            yield part.text or ""
            yield from _inside(part)
        yield part.tail or ""


READERS.add(Reader("ods", ("ods",), open_ods))
