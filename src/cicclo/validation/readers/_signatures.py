"""A binary file under a text table's name is told for what it is."""

import codecs

from cicclo.kernel.text import Text
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.readers import Asked

SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "un classeur ou une archive ZIP", "a workbook or a ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "un classeur Excel 97 (.xls)", "an Excel 97 workbook (.xls)"),
    (b"%PDF", "un document PDF", "a PDF document"),
    (b"\x89PNG", "une image PNG", "a PNG image"),
    (b"\xff\xd8\xff", "une image JPEG", "a JPEG image"),
    (b"\x1f\x8b", "un fichier comprimé gzip", "a gzip file"),
    (b"PAR1", "un fichier Parquet", "a Parquet file"),
    (b"SQLite format 3\0", "une base SQLite (GeoPackage ?)", "an SQLite database (GeoPackage?)"),
)
WIDE = ("utf-16", "utf-32")


def refuse_binary(sample: bytes, asked: Asked, encoding: str) -> None:
    """Raise SourceUnreadable when the bytes are not text (not when strict: Validata does not look)."""
    if asked.strict:
        return
    for start, french, english in SIGNATURES:
        if sample.startswith(start):
            raise _binary(asked, Text(f"C'est {french}, pas du texte.", f"This is {english}, not text."))
    if sample.lstrip(codecs.BOM_UTF8).lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise _binary(asked, Text("C'est une page web, pas un tableau.", "This is a web page, not a table."))
    place = -1 if encoding.lower().startswith(WIDE) else sample.find(b"\0")
    if place >= 0:
        told = f"{place + 1}, ligne {sample.count(bytes([10]), 0, place) + 1}"
        raise _binary(
            asked,
            Text(
                f"Octet nul à l'octet {told} : ce n'est pas du texte.",
                f"NUL byte at byte {told.replace('ligne', 'line')}: this is no text.",
            ),
        )


def _binary(asked: Asked, message: Text) -> SourceUnreadable:
    return SourceUnreadable(
        message,
        kind="format-error",
        at=asked.name,
        remedy=Text(
            "Donner au fichier son extension, ou exporter le tableau en CSV (UTF-8).",
            "Give the file its own extension, or export the table as CSV (UTF-8).",
        ),
    )
