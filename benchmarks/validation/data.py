"""The files that are measured, made once in `var/bench` by the reference generator of `../shared`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
STORE = ROOT / "var" / "bench"
SHARED = ROOT.parent / "shared"
GENERATOR = SHARED / "bench" / "quality" / "gen.py"
IRVE = SHARED / "data" / "schemas" / "irve-statique" / "schema.json"


def schema(kind: str) -> Path:
    """Return the schema's file: IRVE is published, the other is written by the generator beside its data."""
    return IRVE if kind == "irve" else STORE / "ten-schema.json"


def table(kind: str, count: int, rate: float = 0.005) -> Path:
    """Return a file of `count` records, of which the share `rate` has a fault."""
    file = STORE / f"validation-{kind}-{count}-{rate}.csv"
    if not file.exists() or not schema(kind).exists():
        STORE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, str(GENERATOR), kind, str(count), str(file), "--rate", str(rate)]
        subprocess.run(command, check=True)
    return file


def workbook(count: int) -> Path:
    """Return the ten columns as a workbook of texts (a number in a text column is an error for Validata)."""
    import csv

    import xlsxwriter

    file = STORE / f"validation-ten-{count}.xlsx"
    if not file.exists():
        with (
            xlsxwriter.Workbook(file, {"constant_memory": True}) as book,
            table("ten", count).open(encoding="utf-8", newline="") as rows,
        ):
            sheet = book.add_worksheet()
            for place, cells in enumerate(csv.reader(rows)):
                for column, cell in enumerate(cells):
                    if cell:
                        sheet.write_string(place, column, cell)
    return file


def large(kind: str, size: int) -> Path:
    """Return a file of at least `size` bytes: the million again and again, its keys made different."""
    file = STORE / f"validation-{kind}-{size}.csv"
    if not file.exists() or os.stat(file).st_size < size:  # noqa: PTH116
        header, _, body = table(kind, 1_000_000).read_bytes().partition(b"\n")
        with file.open("wb") as written:
            written.write(header + b"\n")
            for code in _codes():
                written.write((b"\n" + body).replace(b"\nFR", b"\n" + code)[1:] if kind == "ten" else body)
                if written.tell() >= size:
                    break
    return file


def _codes() -> Iterator[bytes]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return (f"{one}{two}".encode() for one in letters for two in letters)
