"""Text tables are read as Validata reads them when strict; hostile ones are told and bounded."""

import base64
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.readers import Limits, Opened, open_table

EXPECTED = json.loads(Path(__file__).with_name("expected.json").read_text("utf-8"))


def made(folder: Path, data: bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def read(table: Opened) -> list[tuple[int, list[Any]]]:
    return list(table.records())


@pytest.mark.parametrize("name", EXPECTED)
def test_cells_are_those_that_validata_reads(name: str, tmp_path: Path) -> None:
    """Validata 0.13.0 was asked the same files (`record.py`)."""
    case = EXPECTED[name]
    table = open_table(made(tmp_path, base64.b64decode(case["file"])), strict=True)
    rows = read(table)
    assert len(rows) == case["rows"]
    filled = [
        [number, place, cell]
        for number, cells in rows
        if any(cells)
        for place, cell in enumerate(cells[:3], start=1)
        if cell
    ]
    assert filled == case["cells"]


def test_records_are_numbered_with_empty_lines_and_cells_of_several_lines(tmp_path: Path) -> None:
    table = open_table(made(tmp_path, b'a,b\n\n"x\ny",1\nz,2\n'))
    assert read(table) == [(2, []), (3, ["x\ny", "1"]), (4, ["z", "2"])]
    assert read(table) == read(table)


def test_a_lone_carriage_return_ends_a_record(tmp_path: Path) -> None:
    table = open_table(made(tmp_path, b"a;b\r1;2\r3;4\r"))
    assert read(table) == [(2, ["1", "2"]), (3, ["3", "4"])]
    assert table.dialect is not None
    assert (table.dialect.line_end, table.dialect.delimiter) == ("\r", ";")


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "utf-8", "utf-8-sig", "utf-16"])
def test_french_is_read_in_the_encodings_that_spreadsheets_write(encoding: str, tmp_path: Path) -> None:
    table = open_table(made(tmp_path, "nom;où\nChâtelet;élève\n".encode(encoding)))
    assert list(table.header) == ["nom", "où"]
    assert read(table) == [(2, ["Châtelet", "élève"])]


def test_bytes_of_another_encoding_further_on_are_read_and_told(tmp_path: Path) -> None:
    """Validata looks at 100,000 bytes, believes in UTF-8, and stops at the first accent after them."""
    data = b"a,b\n" + b"1,2\n" * 30_000 + "été,ù\n".encode("cp1252")
    table = open_table(made(tmp_path, data))
    assert read(table)[-1] == (30_002, ["été", "ù"])
    (remark,) = table.remarks
    assert remark.requirement == "table-files/text/one-encoding"
    assert (remark.facts["line"], remark.facts["byte"], remark.facts["lines"]) == (30_002, "0xE9", 1)
    with pytest.raises(SourceUnreadable) as caught:
        read(open_table(tmp_path / "table.csv", strict=True))
    assert caught.value.kind == "encoding-error"


def test_a_quote_that_is_never_closed_is_told_with_its_line(tmp_path: Path) -> None:
    table = open_table(made(tmp_path, b'a,b\n1,2\n3,"four\n5,6\n7,8\n'))
    read(table)
    (remark,) = table.remarks
    assert (remark.requirement, remark.facts["line"]) == ("table-files/csv/closed-quotes", 3)


def test_quotes_inside_texts_are_no_open_quote(tmp_path: Path) -> None:
    table = open_table(made(tmp_path, b'a,b\n1,5" pipe\n2,"say ""x"""\n'))
    read(table)
    assert table.remarks == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "vide"),
        (b"a,b\n1,\x00\n", "Octet nul"),
        (b"PK\x03\x04rest", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel 97"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00", "PNG"),
        (b"SQLite format 3\x00", "SQLite"),
        (b"<!DOCTYPE html><html>", "page web"),
    ],
)
def test_what_is_no_text_is_refused_by_its_name(data: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable) as caught:
        open_table(made(tmp_path, data))
    assert said in caught.value.say("fr")
    assert caught.value.say("en")
    assert caught.value.remedy.fr


def test_a_nul_byte_far_in_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="line 40002"):
        read(open_table(made(tmp_path, b"a,b\n" + b"1,2\n" * 40_000 + b"1,\x00\n")))


@pytest.mark.parametrize("data", [b"a,b\n" + b"x" * 3_000_000, b'a,b\n1,"' + b"x\n" * 1_500_000])
def test_an_endless_line_or_cell_is_bounded(data: bytes, tmp_path: Path) -> None:
    path = made(tmp_path, data)
    tracemalloc.start()
    with pytest.raises(SourceUnreadable, match="line 2"):
        read(open_table(path, limits=Limits(cell=100_000)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000


def test_ten_thousand_columns_are_read_and_more_than_a_spreadsheet_has_are_refused(tmp_path: Path) -> None:
    wide = ",".join(f"c{place}" for place in range(10_000)).encode()
    assert len(open_table(made(tmp_path, wide + b"\n")).header) == 10_000
    with pytest.raises(SourceUnreadable, match="20000"):
        open_table(made(tmp_path, b"a," * 19_999 + b"a\n"))


def test_header_only_has_no_record(tmp_path: Path) -> None:
    assert read(open_table(made(tmp_path, b"a,b"))) == []


@pytest.mark.parametrize("name", ["table.doc", "table", "table.txt"])
def test_an_extension_that_is_no_tables_is_a_format_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable) as caught:
        open_table(made(tmp_path, b"a,b\n", name), strict=True)
    assert caught.value.kind == "format-error"


def test_the_file_keeps_its_own_name_when_it_lies_under_another(tmp_path: Path) -> None:
    table = open_table(made(tmp_path, b"a\tb\n1\t2\n", "upload"), name="données.TSV")
    assert (table.name, read(table)) == ("données.TSV", [(2, ["1", "2"])])


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = made(tmp_path, b"a,b,c\n" + b"1,22,333\n" * 300_000)
    tracemalloc.start()
    assert sum(1 for _ in open_table(path).records()) == 300_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000
