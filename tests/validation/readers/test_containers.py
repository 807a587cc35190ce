"""Tables in zip and gzip are read as streams, within limits; Parquet values are the texts of a CSV."""

import gzip
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.readers import Limits, open_table


def zipped(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "table.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_gzip_is_read_as_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress("a;é\n1;2\n".encode("cp1252")))
    table = open_table(path)
    assert (list(table.header), table.path) == (["a", "é"], "")
    assert list(table.records()) == list(table.records()) == [(2, ["1", "2"])]


def test_a_cut_gzip_is_told(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 50_000)[:-20])
    with pytest.raises(SourceUnreadable) as caught:
        list(open_table(path).records())
    assert caught.value.kind == "format-error"


def test_what_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 500_000))
    with pytest.raises(SourceUnreadable, match="1000000 bytes"):
        list(open_table(path, limits=Limits(unpacked=1_000_000)).records())


def test_a_zip_gives_its_only_table_or_the_one_that_is_named(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"../one.csv": b"a,b\n1,2\n", "LISEZMOI.md": b"x", "__MACOSX/one.csv": b""})
    assert list(open_table(path).records()) == [(2, ["1", "2"])]
    path = zipped(tmp_path, {"one.csv": b"a\n1\n", "two.tsv": b"a\tb\n1\t2\n"})
    assert list(open_table(path, sheet="two.tsv").records()) == [(2, ["1", "2"])]
    with pytest.raises(SourceUnreadable, match=r"one\.csv, two\.tsv"):
        open_table(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable, match="bomb"):
        open_table(zipped(tmp_path, {"one.csv": b"a" * (70 * 1024 * 1024)}))


def test_a_workbook_in_a_zip_is_read(tmp_path: Path) -> None:
    table = pa.table({"a": [1, None], "b": ["x", "y"]})
    pq.write_table(table, tmp_path / "t.parquet")
    path = zipped(tmp_path, {"t.parquet": (tmp_path / "t.parquet").read_bytes()})
    assert list(open_table(path).records()) == [(2, ["1", "x"]), (3, ["", "y"])]


def test_parquet_values_are_the_texts_of_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    columns = {
        "whole": [1],
        "real": [1.5],
        "exact": [Decimal("1.20")],
        "day": [date(2020, 1, 2)],
        "yes": [True],
        "list": [["a", "b"]],
        "none": [None],
    }
    pq.write_table(pa.table(columns), path)
    table = open_table(path)
    assert list(table.header) == list(columns)
    assert list(table.records()) == [(2, ["1", "1.5", "1.20", "2020-01-02", "true", '["a", "b"]', ""])]


def test_strict_takes_only_what_validata_takes(tmp_path: Path) -> None:
    for name in ("t.parquet", "t.zip", "t.csv.gz", "t.xlsm"):
        path = tmp_path / name
        path.write_bytes(b"x")
        with pytest.raises(SourceUnreadable) as caught:
            open_table(path, strict=True)
        assert caught.value.kind == "format-error"
