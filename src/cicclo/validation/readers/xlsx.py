"""XLSX and XLSM: the first worksheet, or the one that is named, as a stream of rows. Macros are never looked at."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.model import Cell
from cicclo.validation.readers import READERS, Asked, Opened, Reader
from cicclo.validation.readers._cells import Rows, filled_up, open_cells, too_wide
from cicclo.validation.readers._ooxml import (
    GENERAL,
    Book,
    Format,
    Package,
    forget,
    no_workbook,
    read_book,
    rich_text,
    safe_iterparse,
)
from cicclo.validation.readers._shown import date_pattern, is_date, is_elapsed, moment, number_text
from cicclo.validation.readers._swift import Odd, Swift

LONGEST_NUMBER = 64
"""No spreadsheet writes a number with more characters."""

Show = Callable[[str], Cell]


def open_xlsx(asked: Asked) -> Opened:
    package = Package(asked)
    book = read_book(package)
    return open_cells(asked, Sheet(package, book, _chosen(asked, book)).rows)


def _chosen(asked: Asked, book: Book) -> str:
    if asked.sheet:
        if asked.sheet in book.sheets:
            return book.sheets[asked.sheet]
        names = ", ".join(book.sheets)
        raise SourceUnreadable(
            Text(
                f"Le classeur n'a pas de feuille « {asked.sheet} », mais : {names}.",
                f"The workbook has no sheet “{asked.sheet}”, but: {names}.",
            ),
            kind="format-error",
            at=asked.name,
        )
    if not book.sheets:
        raise no_workbook(asked)
    return next(iter(book.sheets.values()))


class Sheet:
    """The rows of one worksheet."""

    def __init__(self, package: Package, book: Book, part: str) -> None:
        self.package, self.book, self.part = package, book, part
        self.strict = package.asked.strict
        self.shows = [_shower(shown, book.epoch, strict=self.strict) for shown in book.formats]

    def rows(self) -> Rows:
        if not self.strict:
            return filled_up(self._stored())
        width, height = self._dimension()
        return _squared(self._stored(), width, height)

    def _stored(self) -> Rows:
        """The rows that the file holds, in its order: swiftly as long as they are written the usual way."""
        number = 0
        try:
            with self.package.open(self.part) as stream:
                for following, cells in Swift(self.book.strings, self.shows, self._cells, names()).rows(
                    stream
                ):
                    if following > number:  # a row that goes back is left out, as openpyxl does
                        number = following
                        yield number, cells
        except Odd:
            yield from self._walked(after=number)

    def _walked(self, after: int) -> Rows:
        """Every row after one, through the XML parser."""
        number = 0
        with self.package.open(self.part) as stream:
            for _, row in safe_iterparse(stream, "{*}row"):
                told = row.get("r")
                following = int(float(told)) if told else number + 1
                if following > number:
                    number = following
                    if number > after:
                        yield number, self._cells(row)
                forget(row)

    def _dimension(self) -> tuple[int, int]:
        """Columns and rows that the sheet says it has; zeros when it does not say."""
        with self.package.open(self.part) as stream:
            for _, element in safe_iterparse(stream, "{*}*"):
                if element.tag.endswith("}dimension"):
                    last = (element.get("ref") or "").rpartition(":")[2].replace("$", "")
                    name = last.rstrip("0123456789")
                    return (column(name), int(last[len(name) :])) if name and last != name else (0, 0)
                if element.tag.endswith("}row"):
                    return 0, 0
        return 0, 0

    def _cells(self, row: Any) -> list[Cell]:
        """One loop without calls for what most cells are, stored in order and typed simply: it runs once a cell."""
        cells: list[Cell] = []
        number, value, strings, shows = row.get("r", ""), f"{row.tag[:-3]}v", self.book.strings, self.shows
        letters_of = names()
        for cell in row:
            reference, kind, text = cell.get("r"), cell.get("t"), None
            if reference is not None and reference != letters_of[len(cells)] + number:
                self._fill(cells, column(reference.rstrip("0123456789")) - 1)
            for part in cell:  # a formula may stand before the value
                if part.tag == value:
                    text = part.text
            if text and kind == "s":
                cells.append(strings[int(text)])
            elif text and (kind is None or kind == "n"):
                cells.append(shows[int(cell.get("s") or 0)](text))
            else:
                cells.append(_other(cell, kind, text))
        return cells

    def _fill(self, cells: list[Cell], place: int) -> None:
        """Make the next cell the one at `place`: those between are empty, those after it are read again."""
        if place >= self.package.asked.limits.columns:
            raise too_wide(self.package.asked)
        cells.extend([None] * (place - len(cells)))
        del cells[place:]


def _other(cell: Any, kind: str | None, text: str | None) -> Cell:
    """Return a truth value, a date stored as text, a text of the cell's own, an error; None for an empty cell."""
    if kind == "inlineStr":
        return rich_text(cell) or None
    if not text:
        return None
    if kind == "b":
        return bool(int(text))
    return _iso(text) if kind == "d" else text


@lru_cache(maxsize=32_768)
def column(letters: str) -> int:
    """`A` is 1, `XFD` 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def letters(number: int) -> str:
    """1 is `A`, 16384 `XFD`."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


@cache
def names() -> list[str]:
    """Return the names of all columns that a sheet can have, in order."""
    return [letters(place) for place in range(1, 16_386)]


def _squared(rows: Rows, width: int, height: int) -> Rows:
    """Every row as wide as the sheet says, down to the last one that it says: what openpyxl gives Validata."""
    last = 0
    for number, cells in filled_up(rows):
        if height and number > height:
            return
        last = number
        yield number, (cells[:width] + [None] * (width - len(cells)) if width else cells)
    for number in range(last + 1, height + 1):
        yield number, [None] * width


def _shower(shown: Format, epoch: datetime, *, strict: bool) -> Show:
    """How cells of one style give their value from the stored text; dates are met again and again, so remembered."""
    if is_date(shown.code):
        kept = lru_cache(maxsize=16_384)(lambda text: _moment(shown, text, epoch, strict=strict))
        return lambda text: kept(text) if len(text) <= LONGEST_NUMBER else text
    if shown.code == GENERAL:
        return _number
    percent = shown.code.endswith("%") and not strict
    return lambda text: _number(text) if percent else _formatted(shown.code, _number(text))


def _number(text: str) -> int | float | str:
    try:
        return float(text) if "." in text or "e" in text or "E" in text else int(text)
    except ValueError:
        return text


def _formatted(code: str, value: float | str) -> Cell:
    return value if isinstance(value, str) else number_text(code, value) or value


def _moment(shown: Format, text: str, epoch: datetime, *, strict: bool) -> Cell:
    value = _number(text)
    if isinstance(value, str):
        return value
    try:
        found = moment(value, epoch, elapsed=is_elapsed(shown.code))
    except (OverflowError, ValueError):
        return "#VALUE!"
    return found if isinstance(found, timedelta) else _written(shown, found, strict=strict)


def _written(shown: Format, found: datetime | time, *, strict: bool) -> Cell:
    """As the cell shows it, where that does not depend on the reader's language; else in ISO 8601."""
    if shown.local and not strict:
        whole = isinstance(found, datetime) and found.time() == time()
        return found.date().isoformat() if isinstance(found, datetime) and whole else found.isoformat()
    pattern = date_pattern(shown.code)
    return found.strftime(pattern) if pattern else found


def _iso(text: str) -> Cell:
    """A date that is stored as text (strict Open XML)."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text.rstrip("Z"))
    except ValueError:
        return text


READERS.add(Reader("xlsx", ("xlsx",), open_xlsx))
READERS.add(Reader("xlsm", ("xlsm",), open_xlsx, foreign=True))
