"""CSV: its separator, character set, kinds of columns and coordinates are found by reading it once before.

The first pass looks at every value, so that no column turns out to be something else at its millionth row.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import shapely
from pyarrow import csv as arrow_csv
from pyproj import CRS

from cicclo.features.errors import BadSource
from cicclo.features.model import Box
from cicclo.features.reading import coordinates
from cicclo.features.reading.account import Account
from cicclo.features.reading.columns import written
from cicclo.features.reading.containers import UNPACKING
from cicclo.features.reading.coordinates import Place
from cicclo.features.reading.layers import Layer, Options
from cicclo.features.reading.values import Guess
from cicclo.kernel.text import Text

_BLOCK = 8 * 1024 * 1024
_LINE = 1024 * 1024
_SHAPE = "\0shape"  # the column made here, under a name that no file can have
_DEGREES: Box = (-180, -90, 180, 90)

Open = Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Table:
    """How a file of values is written."""

    open: Open
    at: str
    encoding: str
    separator: str
    names: tuple[str, ...]

    def batches(self, columns: Sequence[str] | None, account: Account) -> Iterator[pa.RecordBatch]:
        """Texts, column by column; rows with too many or too few values are refused, and told."""

        def refuse(row: arrow_csv.InvalidRow) -> str:
            account.read += 1
            account.refused += 1
            account.note("row-malformed", 1, [str(row.number or row.text[:40])], refused=True)
            return "skip"

        with self.open() as file:
            yield from self._read(file, columns, refuse)

    def _read(
        self,
        file: BinaryIO,
        columns: Sequence[str] | None,
        refuse: Callable[[arrow_csv.InvalidRow], str],
    ) -> Iterator[pa.RecordBatch]:
        try:
            reader = arrow_csv.open_csv(
                file,
                arrow_csv.ReadOptions(
                    use_threads=False,
                    block_size=_BLOCK,
                    skip_rows_after_names=1,
                    column_names=list(self.names),
                    encoding=self.encoding,
                ),
                arrow_csv.ParseOptions(
                    delimiter=self.separator, newlines_in_values=True, invalid_row_handler=refuse
                ),
                arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(self.names, pa.string()),
                    include_columns=list(columns) if columns is not None else None,
                    null_values=[""],
                    strings_can_be_null=True,
                ),
            )
            yield from reader
        except (pa.ArrowException, *UNPACKING) as error:
            raise _unreadable(self.at, error) from error


def _unreadable(at: str, error: Exception) -> BadSource:
    return BadSource(
        Text(f"CSV illisible ({error})", f"unreadable CSV ({error})"),
        at=at,
        remedy=Text(
            "vérifier séparateur, guillemets et jeu de caractères (--encoding)",
            "check separator, quotes and character set (--encoding)",
        ),
    )


def layers(opened: Open, name: str, options: Options) -> list[Layer]:
    """Describe a CSV file as one layer."""
    found = Account()
    try:
        table = _table(opened, name, options, found)
    except (csv.Error, *UNPACKING) as error:
        raise _unreadable(name, error) from error
    place = coordinates.find(table.names)
    guesses, extent, count = _look(table, place)
    fields = tuple(
        written(each.name, each.kind)
        for each in guesses
        if not (place and place.shapes and each.name in place.columns)
    )

    def read(columns: Sequence[str] | None, account: Account) -> Iterator[pa.RecordBatch]:
        for batch in table.batches(columns, account):
            yield batch if columns is not None or place is None else _placed(batch, place, account)

    crs = _crs(place, extent, options, found) if place else None
    return [Layer(name, fields, read, geometry=_SHAPE if place else "", crs=crs, count=count, found=found)]


def _table(opened: Open, name: str, options: Options, found: Account) -> Table:
    encoding = options.encoding or _encoding(opened, found)
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise BadSource(
            Text(f"jeu de caractères inconnu « {encoding} »", f"unknown character set “{encoding}”"),
            at="--encoding",
            remedy=Text("UTF-8, CP1252…", "UTF-8, CP1252…"),
        ) from None
    with opened() as file:
        line = file.read(_LINE).decode(encoding, "replace").lstrip("\ufeff")
    separator = max(",;\t|", key=_outside_quotes(line.splitlines()[0] if line else "").count)
    header = next(csv.reader(io.StringIO(line, newline=""), delimiter=separator), [])
    if not any(cell.strip() for cell in header):
        raise BadSource(Text("fichier vide", "empty file"), at=name)
    return Table(opened, name, encoding, separator, _unique(header, found))


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _unique(header: Sequence[str], found: Account) -> tuple[str, ...]:
    names: list[str] = []
    for number, cell in enumerate(header, 1):
        wanted = name = cell.strip() or f"column_{number}"
        suffix = 1
        while name in names:
            suffix += 1
            name = f"{wanted}_{suffix}"
        if name != cell:
            found.note("column-renamed", 0, at=f"« {cell} » → {name}")
        names.append(name)
    return tuple(names)


def _encoding(opened: Open, found: Account) -> str:
    """UTF-8 when the whole file is; else what its mark says, or Windows-1252, told as a guess."""
    with opened() as file:
        start = file.read(4)
        for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
            if start.startswith(mark):
                return encoding
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            decoder.decode(start)
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            # bytes that Windows-1252 leaves undefined are possible in ISO 8859-1
            guessed = "cp1252" if _decodes(opened, "cp1252") else "latin-1"
            found.note("encoding-guessed", 0, at=guessed)
            return guessed
    return "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"


def _decodes(opened: Open, encoding: str) -> bool:
    with opened() as file:
        try:
            while chunk := file.read(1 << 20):
                chunk.decode(encoding)
        except UnicodeDecodeError:
            return False
    return True


def _look(table: Table, place: Place | None) -> tuple[list[Guess], Box | None, int]:
    """Read everything once: what each column is, where the coordinates are."""
    guesses = [Guess(name) for name in table.names]
    extent: Box | None = None
    count, seen = 0, Account()
    for batch in table.batches(None, seen):
        count += batch.num_rows
        for guess, values in zip(guesses, batch.columns, strict=True):
            guess.look(values)
        if place:
            extent = coordinates.widened(extent, coordinates.locate(batch, place)[0])
    return guesses, extent, count + seen.refused


def _placed(batch: pa.RecordBatch, place: Place, account: Account) -> pa.RecordBatch:
    shapes, wrong = coordinates.locate(batch, place)
    if wrong.any():
        rows = pa.array(np.arange(len(wrong)) + account.read + 1).cast(pa.string())
        account.note_rows("coordinates-unreadable", wrong, rows, at=", ".join(place.columns))
    wkb = pa.array(shapely.to_wkb(shapes, byte_order=1, flavor="iso"), pa.binary())
    return batch.append_column(_SHAPE, wkb)


def _crs(place: Place, extent: Box | None, options: Options, found: Account) -> CRS | None:
    """What names or values tell: degrees are taken as CRS84, anything else has to be said."""
    if options.crs:
        return None  # the person's word wins
    if place.crs:
        found.note("crs-assumed", 0, at=place.crs)
        return CRS.from_user_input(place.crs)
    within = extent is None or (
        extent[0] >= _DEGREES[0]
        and extent[1] >= _DEGREES[1]
        and extent[2] <= _DEGREES[2]
        and extent[3] <= _DEGREES[3]
    )
    if not within and not place.degrees:
        return None
    if not place.degrees:
        found.note("crs-assumed", 0, at="CRS84")
    return CRS.from_user_input("OGC:CRS84")
