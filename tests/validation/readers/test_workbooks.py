"""Workbooks give the cells that Validata sees; hostile ones are refused or bounded."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.readers import Asked, Limits, open_table
from cicclo.validation.readers._ooxml import Package, read_book
from cicclo.validation.readers.xlsx import Sheet

SHEET = "xl/worksheets/sheet1.xml"


def workbook(folder: Path, rows: list[list[Any]], formats: dict[str, str] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for place, code in (formats or {}).items():
        sheet[place].number_format = code
    path = folder / "table.xlsx"
    book.save(path)
    return path


def changed(path: Path, name: str, data: bytes) -> Path:
    """The same workbook with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part.filename, old.read(part))
        new.writestr(name, data)
    path.write_bytes(out.getvalue())
    return path


def column(path: Path, *, strict: bool) -> list[Any]:
    return [cells[0] for _, cells in open_table(path, strict=strict).records()]


VALUES: list[tuple[Any, str, Any]] = [
    # value, number format ("" for the usual one), what Validata 0.13 said of it when asked (a cell of an `any` column)
    (1, "", 1),
    (1.5, "", 1.5),
    ("1", "", "1"),
    (True, "", True),
    (date(2020, 1, 2), "", "2020-01-02"),
    (datetime(2020, 1, 2, 3, 4, 5), "", "2020-01-02 3:04:05"),  # noqa: DTZ001
    (time(3, 4, 5), "", "3:04:05"),
    (timedelta(hours=30, minutes=5), "", timedelta(hours=30, minutes=5)),
    (1e20, "", 1e20),
    (0.5, "0%", "50%"),
    (43831, "dd/mm/yyyy", "01/01/2020"),
    (43831.5, "h:mm", "12:00"),
    (0.25, "[h]:mm", timedelta(hours=6)),
    (12, "0.00", "12.00"),
    (59, "yyyy-mm-dd", "1900-02-28"),
    (-1, "yyyy-mm-dd", "1899-12-29"),
    (0, "yyyy-mm-dd", "1900-01-01"),
    (1.25, "hh:mm:ss", "06:00:00"),
    (43831.999999, "yyyy-mm-dd hh:mm", "2020-01-01 23:59"),
    (43831, 'yyyy"x"', "x2020"),
    (43831, "[Red]0.0", "43831.0"),
]


def test_cells_are_typed_and_shown_as_for_validata(tmp_path: Path) -> None:
    formats = {f"A{row}": code for row, (_, code, _) in enumerate(VALUES, start=2) if code}
    path = workbook(tmp_path, [["a"], *([value] for value, _, _ in VALUES)], formats)
    expected = [shown for _, _, shown in VALUES]
    assert column(path, strict=True) == expected
    expected[9] = 0.5  # by default a percentage stays a number
    assert column(path, strict=False) == expected


def test_rows_read_by_pattern_are_those_of_the_xml_parser(tmp_path: Path) -> None:
    """Sparse rows, empty ones, formulas, entities, texts of their own, styles."""
    rows = [
        ["a", "b", "c"],
        *([value, None, "x & <y>"] for value, _, _ in VALUES),
        [],
        [None, None, "=1+1"],
        ["é", 1],
    ]
    path = workbook(
        tmp_path, rows, {f"A{row}": code for row, (_, code, _) in enumerate(VALUES, start=2) if code}
    )
    asked = Asked(path, path.name)
    package = Package(asked)
    book = read_book(package)
    sheet = Sheet(package, book, next(iter(book.sheets.values())))
    assert list(sheet._stored()) == list(sheet._walked(after=0))
    assert len(list(sheet._walked(after=3))) == len(list(sheet._stored())) - 3


ODD = (
    '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
    '<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c></x:row>'
    "<x:row><x:c><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_sheet_written_in_an_unusual_way_is_read(encoding: str, tmp_path: Path) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    path = changed(workbook(tmp_path, [["a"]]), SHEET, (head + ODD).encode(encoding))
    assert list(open_table(path).records()) == [(2, [7])]


def test_texts_in_the_sheet_itself_are_read_by_pattern_as_by_the_parser(tmp_path: Path) -> None:
    """What XlsxWriter (constant memory) and many exports write: with spaces kept, entities, line ends, runs, nothing."""
    texts = [
        "<is><t>a b</t></is>",
        '<is><t xml:space="preserve"> é </t></is>',
        "<is><t>x &amp; y</t></is>",
        "<is><t>&amp;lt; &lt;&gt;&quot;&apos;</t></is>",
        "<is><t>&#233;</t></is>",
        "<is><t>one\r\ntwo</t></is>",
        "<is><r><t>ru</t></r><r><t>ns</t></r></is>",
        "<is><t></t></is>",
        "<is/>",
    ]
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr">{text}</c><c r="B{row}"><v>{row}</v></c></row>'
        for row, text in enumerate(["<is><t>h</t></is>", *texts], 1)
    )
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    path = changed(workbook(tmp_path, [["a"]]), SHEET, sheet.encode())
    asked = Asked(path, path.name)
    package = Package(asked)
    book = read_book(package)
    made = Sheet(package, book, next(iter(book.sheets.values())))
    stored = list(made._stored())
    assert stored == list(made._walked(after=0))
    assert [cells[0] for _, cells in stored[1:]] == [
        "a b",
        " é ",
        "x & y",
        "&lt; <>\"'",
        "é",
        "one\ntwo",
        "runs",
        None,
        None,
    ]


def test_dates_that_excel_shows_by_language_are_iso_dates_by_default(tmp_path: Path) -> None:
    """Format 14 is `mm-dd-yy` in the file, 02/01/2020 on a French screen."""
    path = workbook(tmp_path, [["a"], [43832]], {"A2": "mm-dd-yy"})
    assert column(path, strict=True) == ["01-02-20"]
    assert column(path, strict=False) == ["2020-01-02"]


def test_missing_rows_count_and_rows_are_as_wide_as_the_header(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a", "b"], [1], [], [None, None], [2, 3]])
    rows = list(open_table(path).records())
    assert rows == [(2, [1, None]), (3, [None, None]), (4, [None, None]), (5, [2, 3])]


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], [1]])
    book = openpyxl.load_workbook(path)
    book.create_sheet("other").append(["b"])
    book.save(path)
    assert open_table(path, sheet="other").header == ["b"]
    with pytest.raises(SourceUnreadable, match="other"):
        open_table(path, sheet="none")


def test_macros_are_never_looked_at(tmp_path: Path) -> None:
    path = changed(workbook(tmp_path, [["a"], [1]]), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Auto_Open")
    assert column(path.rename(tmp_path / "table.xlsm"), strict=False) == [1]


def test_a_million_empty_rows_cost_nothing(tmp_path: Path) -> None:
    rows = b"".join(b'<row r="%d" ht="20"/>' % row for row in range(3, 50_000))
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
        b'<row r="2"><c r="A2"><v>1</v></c></row>' + rows + b"</sheetData></worksheet>"
    )
    path = changed(workbook(tmp_path, [["a"]]), SHEET, sheet)
    tracemalloc.start()
    assert list(open_table(path).records()) == [(2, [1])]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    with pytest.raises(SourceUnreadable, match="entities"):
        open_table(changed(workbook(tmp_path, [["a"]]), SHEET, bomb))


def test_a_part_that_grows_without_measure_is_refused(tmp_path: Path) -> None:
    path = changed(workbook(tmp_path, [["a"]]), SHEET, b" " * (65 * 1024 * 1024))
    with pytest.raises(SourceUnreadable, match="grows"):
        open_table(path)


@pytest.mark.parametrize("name", ["table.xlsx", "table.ods", "table.xls", "table.parquet", "table.zip"])
def test_what_is_no_workbook_is_a_format_error(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(SourceUnreadable) as caught:
        open_table(path)
    assert caught.value.kind == "format-error"


def test_a_broken_workbook_is_a_format_error(tmp_path: Path) -> None:
    path = changed(workbook(tmp_path, [["a"], [1]]), SHEET, b"<worksheet><sheetData><row>")
    with pytest.raises(SourceUnreadable):
        list(open_table(path).records())


def test_an_empty_sheet_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="empty"):
        open_table(workbook(tmp_path, []))


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="one">
<table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>b</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="float" office:value="3"/>
<table:table-cell office:value-type="date" office:date-value="2020-01-02"/></table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="boolean" office:boolean-value="true"/>
<table:table-cell office:value-type="string"><text:p>x<text:s text:c="2"/>y</text:p><text:p>z</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def test_ods_repeats_rows_and_leaves_out_what_only_fills_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / "table.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", ODS)
    table = open_table(path)
    assert table.header == ["a", "b"]
    assert list(table.records()) == [
        (2, [3, date(2020, 1, 2)]),
        (3, [True, "x  y\nz"]),
        (4, [True, "x  y\nz"]),
    ]


def test_limits_are_those_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="2 columns"):
        open_table(workbook(tmp_path, [["a", "b", "c"]]), limits=Limits(columns=2))
