"""A file cut into chunks that end where a record ends."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cicclo.validation.model import Dialect

QUOTE = 34
STEP = 8 * 1024 * 1024
"""Bytes of a chunk: enough for the engine to work in parallel, small beside the memory allowed."""
LONGEST = 64 * 1024 * 1024
"""A record that does not end by then is left to the reader, which knows its limits."""

_SINGLE = ("ascii", "cp1250", "cp1252", "cp437", "cp850", "iso8859-1", "iso8859-15", "mac-roman")
"""Encodings, by codec name, where a byte under 128 is always that character and nothing else."""


class Irregular(Exception):
    """This part of the file is not something that all readers read alike: Python's `csv` has to decide."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole records; `start` tells that the first one is the header."""

    offset: int
    data: bytes
    start: bool = False


def splittable(dialect: Dialect) -> bool:
    """Tell whether bytes can be cut at line ends without being decoded."""
    return (
        codecs.lookup(dialect.encoding).name in (*_SINGLE, "utf-8", "utf-8-sig") and dialect.line_end != "\r"
    )


def decoded(data: bytes, dialect: Dialect) -> bytes:
    """Return the bytes in UTF-8; raise Irregular when they are not of the dialect's encoding."""
    name = codecs.lookup(dialect.encoding).name
    if name.startswith("utf-8"):
        return data  # the engine checks
    if data.isascii():
        return data
    try:
        return data.decode(name).encode()
    except UnicodeDecodeError as error:
        raise Irregular from error


def cut(path: Path, dialect: Dialect, offset: int = 0) -> Iterator[Chunk]:
    """Yield the file from `offset`, where a record starts; raise Irregular when a record does not end."""
    skipped = len(codecs.BOM_UTF8) if dialect.encoding.lower().replace("_", "-") == "utf-8-sig" else 0
    start = offset == 0
    offset = max(offset, skipped)
    size = STEP
    with path.open("rb") as file:
        while True:
            file.seek(offset)
            data = file.read(size)
            if len(data) < size:  # the end of the file
                break
            if end := _end(data):
                yield Chunk(offset, data[:end], start)
                start, offset, size = False, offset + end, STEP
            elif size >= LONGEST:
                raise Irregular
            else:
                size *= 2
    while data:
        end = _end(data) or len(data)
        yield Chunk(offset, data[:end], start)
        start, offset, data = False, offset + end, data[end:]


def _end(data: bytes) -> int:
    """Return where the last whole record ends: after the last line end that is not between quotes."""
    quotes = np.frombuffer(data, np.uint8) == QUOTE
    end = data.rfind(b"\n")
    inside = np.count_nonzero(quotes[: max(end, 0)]) % 2
    while end >= 0 and inside:
        before = data.rfind(b"\n", 0, end)
        inside = (inside + np.count_nonzero(quotes[max(before, 0) : end])) % 2
        end = before
    return end + 1


def read(path: Path, chunk: tuple[int, int]) -> bytes:
    """Return the bytes of a chunk met before, by offset and length."""
    with path.open("rb") as file:
        file.seek(chunk[0])
        return file.read(chunk[1])
