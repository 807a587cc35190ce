"""A text table: delimited records, read as Python's `csv` does, which is how Validata reads them."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from cicclo.kernel.text import Text
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.model import Cell, Dialect, Fault, Severity
from cicclo.validation.readers import Asked
from cicclo.validation.readers._encoding import SAMPLE, detect
from cicclo.validation.readers._signatures import refuse_binary

DELIMITERS = ",\t;|"
SNIFFED = 100
"""Lines that Validata shows to the sniffer."""

csv.field_size_limit(1 << 30)  # ours is `Limits.cell`, checked on the lines of a record before csv sees them

STRAY = re.compile("[\udc80-\udcff]+")

Open = Callable[[], BinaryIO]


@dataclass
class TextTable:
    """`open` gives the bytes again; `path` is theirs when they are a plain file that an engine may read by itself."""

    name: str
    path: str
    dialect: Dialect | None
    header: Sequence[Cell]
    open: Open
    asked: Asked
    remarks: list[Fault] = field(default_factory=list)

    def records(self) -> Iterator[tuple[int, list[Cell]]]:
        with self.open() as stream:
            lines = Lines(stream, self.dialect or Dialect(), self.asked)
            numbered = enumerate(lines.records(), start=1)
            yield from islice(numbered, 1, None)
            self.remarks = lines.remarks()


class Lines:
    """The lines of a stream, bounded, and what was seen of them."""

    def __init__(self, stream: BinaryIO, dialect: Dialect, asked: Asked) -> None:
        self.dialect = dialect
        self.asked = asked
        self.strays = 0
        self.first_stray: tuple[int, str] = (0, "")
        self.pending: list[str] = []  # the lines of the record being read
        self.last: list[str] = []  # those of the record read last
        self.number = 0
        self.record = 0
        forgiving = not asked.strict and not dialect.encoding.lower().startswith("utf-16")
        errors = "surrogateescape" if forgiving else "strict"
        self.text = io.TextIOWrapper(stream, dialect.encoding, errors, newline="")

    def records(self) -> Iterator[list[str]]:
        """Raise SourceUnreadable on what cannot be read, told with its line."""
        pending = self.pending
        rows = csv.reader(
            self.lines(),
            delimiter=self.dialect.delimiter,
            skipinitialspace=self.dialect.skip_space,
        )
        for cells in rows:
            self.record += 1
            self.last = pending[:]
            pending.clear()
            yield cells

    def first(self, count: int) -> Iterator[str]:
        for line in islice(self.lines(), count):
            yield line
            self.pending.clear()

    def lines(self) -> Iterator[str]:
        limit, pending, strict = self.asked.limits.cell, self.pending, self.asked.strict
        size = 0
        try:
            for line in iter(partial(self.text.readline, limit), ""):
                self.number += 1
                size = size + len(line) if pending else len(line)
                if size >= limit:
                    raise self._too_long()
                if not strict and not line.isascii():
                    line = self._mended(line)  # noqa: PLW2901
                if not strict and "\0" in line:
                    raise self._nul()
                pending.append(line)
                yield line
        except UnicodeDecodeError as error:
            raise self._undecodable(error) from error

    def _mended(self, line: str) -> str:
        """Bytes that are not of the encoding are read as Windows-1252, and counted."""
        if not (found := STRAY.search(line)):
            return line
        self.strays += 1
        if not self.first_stray[0]:
            self.first_stray = (self.number, f"0x{ord(found.group()[0]) - 0xDC00:02X}")
        return STRAY.sub(_as_windows, line)

    def remarks(self) -> list[Fault]:
        """What was seen of the file itself, once it has been read to its end."""
        if self.asked.strict:
            return []
        found = []
        if self.strays:
            line, byte = self.first_stray
            facts = {"line": line, "byte": byte, "lines": self.strays, "encoding": self.dialect.encoding}
            found.append(_remark("table-files/text/one-encoding", Severity.WARNING, facts))
        if opened := self._never_closed():
            row = self.record
            found.append(_remark("table-files/csv/closed-quotes", Severity.ERROR, {"line": opened}, row))
        return found

    def _never_closed(self) -> int:
        """The line whose quote is never closed, 0 when all are: asked of csv itself, in its strict manner."""
        if not any('"' in line for line in self.last):
            return 0
        try:
            for _ in csv.reader(self.last, delimiter=self.dialect.delimiter, strict=True):
                pass
        except csv.Error as error:
            if "unexpected end" in str(error):
                return self.number - len(self.last) + _opened(self.last)
        return 0

    def _too_long(self) -> SourceUnreadable:
        start = self.number - len(self.pending)
        limit = self.asked.limits.cell
        return SourceUnreadable(
            Text(
                f"L'enregistrement qui commence à la ligne {start} dépasse {limit} caractères.",
                f"The record that starts on line {start} is longer than {limit} characters.",
            ),
            at=self.asked.name,
            remedy=Text(
                "Vérifier que chaque guillemet ouvert est refermé, et que les lignes sont bien séparées.",
                "Check that every quote that is opened is closed, and that lines are separated.",
            ),
        )

    def _nul(self) -> SourceUnreadable:
        return SourceUnreadable(
            Text(
                f"Octet nul à la ligne {self.number} : ce n'est pas du texte.",
                f"NUL byte on line {self.number}: this is no text.",
            ),
            at=self.asked.name,
            remedy=Text(
                "Exporter à nouveau le tableau en CSV, encodé en UTF-8.",
                "Export the table again as CSV, encoded in UTF-8.",
            ),
        )

    def _undecodable(self, error: UnicodeDecodeError) -> SourceUnreadable:
        byte = error.object[error.start : error.start + 1].hex().upper()
        line = self.number + 1
        return SourceUnreadable(
            Text(
                f"L'octet 0x{byte}, après la ligne {line}, n'est pas de l'encodage {error.encoding}.",
                f"Byte 0x{byte}, after line {line}, is not of encoding {error.encoding}.",
            ),
            kind="encoding-error",
            at=self.asked.name,
            remedy=Text("Enregistrer tout le fichier en UTF-8.", "Save the whole file as UTF-8."),
        )


def plain(path: Path) -> Open:
    """Open a file as it is."""
    return lambda: path.open("rb")


def open_text(asked: Asked, stream: Open, path: str = "", delimiter: str = "") -> TextTable:
    """Look at the start of a text table; raise SourceUnreadable when it is empty or no text."""
    with stream() as first:
        sample = first.read(SAMPLE)
    if not sample:
        raise _nothing(asked)
    encoding, bom = detect(sample, strict=asked.strict)
    refuse_binary(sample, asked, encoding)
    dialect = _dialect(asked, stream, encoding, bom=bom, delimiter=delimiter)
    with stream() as again:
        lines = Lines(
            again, dialect, asked
        )  # kept until its stream is closed: it would close it, with a warning
        header = next(lines.records(), [])
    return TextTable(asked.name, path, dialect, _bounded(list(header), asked), stream, asked)


def _bounded(header: list[Cell], asked: Asked) -> list[Cell]:
    most = asked.limits.columns
    if len(header) > most:
        raise SourceUnreadable(
            Text(
                f"Le tableau a {len(header)} colonnes, la limite est {most}.",
                f"The table has {len(header)} columns, the limit is {most}.",
            ),
            at=asked.name,
            remedy=Text(
                "Vérifier le séparateur, ou partager le tableau.", "Check the separator, or split the table."
            ),
        )
    return header


def _nothing(asked: Asked) -> SourceUnreadable:
    return SourceUnreadable(
        Text("Le fichier est vide.", "The file is empty."),
        at=asked.name,
        remedy=Text("Fournir au moins la ligne d'en-tête.", "Give at least the header line."),
    )


def _dialect(asked: Asked, stream: Open, encoding: str, *, bom: bool, delimiter: str) -> Dialect:
    with stream() as raw:
        lines = Lines(raw, Dialect(encoding), asked)
        sample = "".join(lines.first(SNIFFED))
    skip_space = False
    if not delimiter:
        delimiter, skip_space = sniff(sample)
    return Dialect(encoding, bom, delimiter, _line_end(sample), skip_space)


def sniff(sample: str) -> tuple[str, bool]:
    """Return the separator, and whether the space after it is skipped, as Python's sniffer guesses them."""
    try:
        found = csv.Sniffer().sniff(sample, DELIMITERS)
    except csv.Error:
        return ",", False
    return found.delimiter, found.skipinitialspace


def _line_end(sample: str) -> str:
    if "\r\n" in sample:
        return "\r\n"
    return "\n" if "\n" in sample or "\r" not in sample else "\r"


def _as_windows(stray: re.Match[str]) -> str:
    raw = stray.group().encode("utf-8", "surrogateescape")
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _opened(lines: list[str]) -> int:
    """The place, from 1, of the last line on which a quote is opened and stays so."""
    inside, place = False, 0
    for number, line in enumerate(lines, start=1):
        if line.count('"') % 2:
            inside = not inside
            place = number if inside else place
    return place or len(lines)


def _remark(requirement: str, severity: Severity, facts: dict[str, object], row: int = 0) -> Fault:
    return Fault("source-error", requirement, row=row, severity=severity, facts=facts)
