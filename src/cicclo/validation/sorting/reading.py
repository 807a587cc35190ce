"""Read a chunk: prove first that quotes, line ends and separators mean the same to every reader."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import polars as pl

from cicclo.validation.model import Dialect
from cicclo.validation.sorting.chunks import QUOTE, Chunk, Irregular, decoded

LINE, RETURN = 10, 13
Bytes = np.ndarray[Any, np.dtype[np.uint8]]
Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Records:
    """The records of a chunk: `frame` those as wide as the header, `ragged` the others by their index in the chunk.

    `places` are the indexes of the frame's rows; None: 0, 1, 2… `cells` are what the frame's texts stand for, by row of
    the frame, when a reader gave typed cells; None: the texts are the cells.
    """

    frame: pl.DataFrame
    count: int
    ragged: tuple[tuple[int, list[Any]], ...] = ()
    places: Places | None = field(default=None)
    cells: Sequence[Sequence[Any]] | None = None


def names(width: int) -> list[str]:
    """Return the engine's names of the columns: the file's own may be twice the same."""
    return [f"c{number}" for number in range(width)]


def records(chunk: Chunk, dialect: Dialect, width: int) -> Records:
    """Read a chunk; raise Irregular when its reading is not proven."""
    data = decoded(chunk.data, dialect)
    quotes = proven(data, dialect)
    if chunk.start:
        data = data[_first_end(data) :]
        quotes = _quotes(data)
    if not data:
        return Records(_empty(width), 0)
    frame = _frame(data, dialect, width)
    if frame is not None and (width > 1 or not _empty_lines(data)):
        separators = _outside(data, ord(dialect.delimiter), quotes)
        if (
            separators == (width - 1) * frame.height
        ):  # none is longer, or the reading would have failed: none is shorter
            return Records(frame, frame.height)
    return _ragged(data, dialect, width, quotes)


def counted(chunk: Chunk, dialect: Dialect) -> int:
    """Return the number of records of a chunk, the header aside."""
    data = chunk.data
    quotes = proven(data, dialect)
    return _outside(data, LINE, quotes) + (not data.endswith(b"\n")) - chunk.start


def proven(data: bytes, dialect: Dialect) -> Places:
    """Return the places of the quotes, proven regular; raise Irregular otherwise."""
    if b"\0" in data or data.startswith(b"\xef\xbb\xbf"):
        raise Irregular
    if dialect.skip_space and dialect.delimiter.encode() + b" " in data:
        raise Irregular
    if b"\r" in data:
        _no_lone_return(data)
    quotes = _quotes(data)
    if len(quotes):
        _regular(np.frombuffer(data, np.uint8), quotes, ord(dialect.delimiter))
    return quotes


def _quotes(data: bytes) -> Places:
    return np.flatnonzero(np.frombuffer(data, np.uint8) == QUOTE) if b'"' in data else np.empty(0, np.int64)


def _no_lone_return(data: bytes) -> None:
    array = np.frombuffer(data, np.uint8)
    after = np.flatnonzero(array == RETURN) + 1
    if after[-1] >= len(data) or not (array[after] == LINE).all():
        raise Irregular


def _regular(array: Bytes, quotes: Places, delimiter: int) -> None:
    """A quote opens at the start of a cell or right after one that closes; it closes before the end of a cell, or another."""
    if len(quotes) % 2:
        raise Irregular
    opening, closing = quotes[0::2], quotes[1::2]
    before = array[opening - 1]  # the first byte looks at the last one, which is put right
    if opening[0] == 0:
        before[0] = LINE
    after = array[np.minimum(closing + 1, len(array) - 1)]
    if closing[-1] == len(array) - 1:
        after[-1] = LINE
    begins = (before == delimiter) | (before == LINE) | (before == QUOTE)
    ends = (after == delimiter) | (after == LINE) | (after == QUOTE) | (after == RETURN)
    if not (begins.all() and ends.all()):
        raise Irregular


def _outside(data: bytes, wanted: int, quotes: Places) -> int:
    """Count a character that is not between quotes."""
    array = np.frombuffer(data, np.uint8)
    total = int(np.count_nonzero(array == wanted))
    if not len(quotes):
        return total
    opening, sizes = quotes[0::2], quotes[1::2] - quotes[0::2]
    starts = np.cumsum(sizes) - sizes
    inside = np.repeat(opening - starts, sizes) + np.arange(sizes.sum())
    return total - int(np.count_nonzero(array[inside] == wanted))


def _first_end(data: bytes) -> int:
    end = data.find(b"\n")
    while end >= 0 and data.count(b'"', 0, end) % 2:
        end = data.find(b"\n", end + 1)
    return end + 1 if end >= 0 else len(data)


def _empty_lines(data: bytes) -> bool:
    return data[:1] in (b"\n", b"\r") or b"\n\n" in data or b"\n\r" in data


def _empty(width: int) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(names(width), pl.String))


def _frame(data: bytes, dialect: Dialect, width: int) -> pl.DataFrame | None:
    """Return the records as texts; None when one is longer than the header (or the first one shorter)."""
    try:
        return pl.read_csv(
            data,
            has_header=False,
            schema=dict.fromkeys(names(width), pl.String),
            separator=dialect.delimiter,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        return None


def _ragged(data: bytes, dialect: Dialect, width: int, quotes: Places) -> Records:
    """Take the records that are not as wide as the header out of the chunk, and read them one by one."""
    array = np.frombuffer(data, np.uint8)
    ends = _free(np.flatnonzero(array == LINE), quotes)
    if not data.endswith(b"\n"):
        ends = np.append(ends, len(data))
    starts = np.concatenate(([0], ends[:-1] + 1))
    separators = _free(np.flatnonzero(array == ord(dialect.delimiter)), quotes)
    widths = np.diff(np.searchsorted(separators, np.append(starts, len(data)))) + 1
    odd = widths != width
    if width == 1:
        odd |= ends - starts <= (array[np.minimum(starts, len(data) - 1)] == RETURN)
    kept, left = _parts(data, starts, ends, odd)
    frame = _frame(kept, dialect, width) if kept else _empty(width)
    if frame is None or frame.height + len(left) != len(ends):
        raise Irregular
    cells = tuple((number, _cells(line, dialect)) for number, line in left)
    return Records(frame, len(ends), cells, np.flatnonzero(~odd))


def _free(places: Places, quotes: Places) -> Places:
    """Return the places that are not between quotes."""
    if not len(quotes):
        return places
    free: Places = places[np.searchsorted(quotes, places) % 2 == 0]
    return free


def _parts(data: bytes, starts: Places, ends: Places, odd: Any) -> tuple[bytes, list[tuple[int, bytes]]]:
    """Return the chunk without its odd records, and those."""
    kept, left, place = [], [], 0
    for number in np.flatnonzero(odd).tolist():
        start, end = int(starts[number]), int(ends[number])
        kept.append(data[place:start])
        left.append((number, data[start:end]))
        place = end + 1
    kept.append(data[place:])
    return b"".join(kept), left


def _cells(line: bytes, dialect: Dialect) -> list[str]:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise Irregular from error
    stream = io.StringIO(f"{text}\n", newline="")
    return next(csv.reader(stream, delimiter=dialect.delimiter), [])


def texts(
    cells: Sequence[Sequence[str]], width: int, *, orient: Literal["row", "col"] = "row"
) -> pl.DataFrame:
    """Return rows as wide as the header, or columns, as a frame."""
    return pl.DataFrame(cells, schema=dict.fromkeys(names(width), pl.String), orient=orient)


def gathered(batch: list[list[str]], width: int) -> Records:
    """Return records that Python's `csv` read."""
    regular = [number for number, cells in enumerate(batch) if len(cells) == width]
    frame = texts([batch[number] for number in regular], width)
    if len(regular) == len(batch):
        return Records(frame, len(batch))
    ragged = tuple((number, cells) for number, cells in enumerate(batch) if len(cells) != width)
    return Records(frame, len(batch), ragged, np.asarray(regular, np.int64))
