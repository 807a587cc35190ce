"""A chunk is read only when every reader would read it alike."""

import pytest

from cicclo.validation.model import Dialect
from cicclo.validation.sorting.chunks import Chunk, Irregular
from cicclo.validation.sorting.reading import Records, records

COMMAS = Dialect()


def read(data: bytes, width: int = 2, dialect: Dialect = COMMAS) -> Records:
    return records(Chunk(0, data), dialect, width)


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"a,b\nc,d\n", [("a", "b"), ("c", "d")]),
        (b"a,b\r\nc,d", [("a", "b"), ("c", "d")]),
        (b'"a,1","b\nc"\n"""x""",\n', [("a,1", "b\nc"), ('"x"', "")]),
        (b'a,"b\r\nc"\r\n', [("a", "b\r\nc")]),
        (b" a , b\n", [(" a ", " b")]),
    ],
)
def test_regular(data: bytes, rows: list[tuple[str, str]]) -> None:
    """Quotes, line ends in cells, spaces: as Python's `csv` reads them."""
    assert read(data).frame.rows() == rows


def test_ragged_records_are_taken_out() -> None:
    """Short, long and empty records keep their place; long and short ones do not make up for each other."""
    found = read(b'a,b\nc\n\nd,e,\nf,"g,h"\n')
    assert found.frame.rows() == [("a", "b"), ("f", "g,h")]
    assert found.ragged == ((1, ["c"]), (2, []), (3, ["d", "e", ""]))
    assert found.places is not None
    assert found.places.tolist() == [0, 4]
    assert found.count == 5


def test_one_column() -> None:
    """An empty line is a record without a cell, an empty pair of quotes one with an empty cell."""
    found = read(b'a\n\n""\nb\n', width=1)
    assert found.frame.rows() == [("a",), ("",), ("b",)]
    assert found.ragged == ((1, []),)


@pytest.mark.parametrize(
    "data",
    [
        b'a"b,c\nd,e\n',
        b'"a"b,c\n',
        b'"a,b\nc,d\n',
        b"a,b\rc,d\n",
        b"a,b\x00\n",
        b"a,\xff\n",
        b"\xef\xbb\xbfa,b\n",
    ],
)
def test_what_readers_read_differently(data: bytes) -> None:
    """Stray or open quotes, a lone carriage return, NUL, another encoding, a mark in the middle: left to `csv`."""
    with pytest.raises(Irregular):
        read(data)


def test_another_encoding() -> None:
    """A byte encoding is read through UTF-8; a byte that it does not have is left to the reader."""
    assert read("é;ç\n".encode("cp1252"), 2, Dialect("cp1252", delimiter=";")).frame.rows() == [("é", "ç")]
    with pytest.raises(Irregular):
        read(b"\x81;a\n", 2, Dialect("cp1252", delimiter=";"))
