"""The parts of an Office Open XML workbook (ECMA-376): only values are read; macros and links are never looked at."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import IO, Any

from lxml import etree

from cicclo.kernel.text import Text
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.readers import Asked

WINDOWS_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a workbook knows no time zone
MAC_EPOCH = datetime(1904, 1, 1)  # noqa: DTZ001
GENERAL = "General"
BUILTIN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: r'_(* #,##0_);_(* \(#,##0\);_(* "-"_);_(@_)',
    42: r'_("$"* #,##0_);_("$"* \(#,##0\);_("$"* "-"_);_(@_)',
    43: r'_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)',
    44: r'_("$"* #,##0.00_)_("$"* \(#,##0.00\)_("$"* "-"??_)_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}
"""Number formats that a workbook may name without describing them (ECMA-376 part 1, 18.8.30)."""

LOCAL = frozenset((14, 15, 16, 17, 18, 19, 22))
"""Those that Excel shows in the reader's own language: `mm-dd-yy` is dd/mm/yyyy in France."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a cell's number is shown; `local` when Excel shows it by the reader's language."""

    code: str
    local: bool


@dataclass(frozen=True, slots=True)
class Book:
    """What a sheet's cells point to."""

    sheets: dict[str, str]
    strings: list[str]
    formats: list[Format]
    epoch: datetime


class Package:
    """The ZIP file of a workbook, with limits."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.path: Path = asked.path
        try:
            with zipfile.ZipFile(self.path) as archive:
                self.parts = {part.filename: part for part in archive.infolist()}
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise self._no_workbook() from error
        for part in self.parts.values():
            self._weigh(part)

    def _weigh(self, part: zipfile.ZipInfo) -> None:
        limits = self.asked.limits
        grown = part.file_size > 64 * 1024 * 1024 and part.file_size > limits.ratio * max(
            part.compress_size, 1
        )
        if grown or part.file_size > limits.sheet * 8:
            raise SourceUnreadable(
                Text(
                    f"La partie « {part.filename} » passe de {part.compress_size} à {part.file_size} octets une fois dépliée.",
                    f"Part “{part.filename}” grows from {part.compress_size} to {part.file_size} bytes once unpacked.",
                ),
                kind="format-error",
                at=self.asked.name,
                remedy=Text(
                    "Ne garder que les cellules remplies, ou publier le tableau en CSV.",
                    "Keep the filled cells only, or publish the table as CSV.",
                ),
            )

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Stream one part; raise SourceUnreadable when it is absent, broken, or declares entities."""
        if name not in self.parts:
            raise self._no_workbook()
        with zipfile.ZipFile(self.path) as archive:
            try:
                with archive.open(name) as stream:
                    self._refuse_doctype(stream.read(4096))
                with archive.open(name) as stream:
                    yield stream
            except (
                zipfile.BadZipFile,
                EOFError,
                NotImplementedError,
                RuntimeError,
                etree.XMLSyntaxError,
            ) as error:
                raise self._no_workbook() from error

    def tree(self, name: str) -> Any:
        """One small part, whole."""
        if self.parts.get(name) and self.parts[name].file_size > self.asked.limits.sheet:
            raise self._no_workbook()
        with self.open(name) as stream:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
            return etree.parse(stream, parser).getroot()

    def _refuse_doctype(self, start: bytes) -> None:
        if b"<!DOCTYPE" in start.replace(b"\0", b""):
            raise SourceUnreadable(
                Text(
                    "Le classeur déclare des entités XML, ce qu'aucun tableur n'écrit.",
                    "The workbook declares XML entities, which no spreadsheet writes.",
                ),
                kind="format-error",
                at=self.asked.name,
            )

    def _no_workbook(self) -> SourceUnreadable:
        return no_workbook(self.asked)


def no_workbook(asked: Asked) -> SourceUnreadable:
    return SourceUnreadable(
        Text(
            "Ce n'est pas un classeur lisible, ou il est protégé par un mot de passe.",
            "This is no readable workbook, or a password protects it.",
        ),
        kind="format-error",
        at=asked.name,
        remedy=Text(
            "Ouvrir le classeur et l'enregistrer à nouveau, sans mot de passe.",
            "Open the workbook and save it again, without a password.",
        ),
    )


def read_book(package: Package) -> Book:
    """Read what the cells point to; raise SourceUnreadable when it is no workbook."""
    main = _target(package, "", "/officeDocument") or "xl/workbook.xml"
    root = package.tree(main)
    targets = _relations(package, main)
    sheets = {}
    for sheet in root.iterfind(".//{*}sheets/{*}sheet"):
        identity = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        kind, target = targets.get(identity, ("", ""))
        if kind.endswith("/worksheet"):
            sheets[sheet.get("name", "")] = target
    properties = root.find("{*}workbookPr")
    mac = properties is not None and properties.get("date1904") in ("1", "true")
    return Book(
        sheets,
        _strings(package, main),
        _formats(package, main),
        MAC_EPOCH if mac else WINDOWS_EPOCH,
    )


def _relations(package: Package, name: str) -> dict[str, tuple[str, str]]:
    folder, _, base = name.rpartition("/")
    where = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
    if where not in package.parts:
        return {}
    found = {}
    for relation in package.tree(where):
        target = relation.get("Target", "")
        place = target.lstrip("/") if target.startswith("/") else normpath(join(dirname(name), target))
        found[relation.get("Id", "")] = (relation.get("Type", ""), place)
    return found


def _target(package: Package, name: str, kind: str) -> str:
    return next((place for type_, place in _relations(package, name).values() if type_.endswith(kind)), "")


def _strings(package: Package, main: str) -> list[str]:
    """Shared strings; phonetic hints (rPh) are no part of the text."""
    where = _target(package, main, "/sharedStrings")
    if not where or where not in package.parts:
        return []
    if package.parts[where].file_size > package.asked.limits.sheet:
        raise no_workbook(package.asked)
    strings = []
    with package.open(where) as stream:
        for _, item in safe_iterparse(stream, "{*}si"):
            strings.append(rich_text(item))
            forget(item)
    return strings


def rich_text(item: Any) -> str:
    return "".join(
        run.text or ""
        for run in item.iterfind(".//{*}t")
        if not (run.getparent() is not None and run.getparent().tag.endswith("}rPh"))
    )


def _formats(package: Package, main: str) -> list[Format]:
    """The number format of each cell style."""
    where = _target(package, main, "/styles")
    if not where or where not in package.parts:
        return [Format(GENERAL, local=False)]
    root = package.tree(where)
    own = {
        int(item.get("numFmtId", 0)): item.get("formatCode", "")
        for item in root.iterfind("{*}numFmts/{*}numFmt")
    }
    formats = []
    for style in root.iterfind("{*}cellXfs/{*}xf"):
        number = int(style.get("numFmtId", 0))
        known = BUILTIN.get(number, GENERAL) if number < 164 else own.get(number, GENERAL)
        formats.append(Format(known, number in LOCAL))
    return formats or [Format(GENERAL, local=False)]


def safe_iterparse(stream: IO[bytes], tag: str) -> Any:
    """Elements of one name as they end: no entity, no network, no huge text."""
    return etree.iterparse(
        stream,
        events=("end",),
        tag=tag,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )


def forget(element: Any) -> None:
    """Free an element that has been read, and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
