"""Kinds of files: one file each, declared in `READERS`; found, never enrolled by hand.

`open_table` picks the reader by the name's extension, as Validata does. A table reads its file from the start each time
`records()` is called, a record at a time: memory does not grow with the file (workbooks: with the sheet).

What is wrong with the file itself but does not keep it from being read (bytes of another encoding, a quote that is
never closed) is in `table.remarks` as faults, complete once `records()` has been walked to its end; always empty when
`strict`, where Validata's own behaviour is followed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cicclo.kernel.registry import Registry
from cicclo.kernel.text import Text
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.model import Cell, Dialect, Fault


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask of the machine."""

    cell: int = 16 * 1024 * 1024
    """Most characters in one cell, and in one line."""
    columns: int = 16_384
    """Most columns (Excel's own limit)."""
    sheet: int = 512 * 1024 * 1024
    """Most bytes that the parts of a workbook may unpack to."""
    ratio: int = 200
    """Most times a packed workbook may grow when it is unpacked (checked past 64 MiB)."""
    unpacked: int = 64 * 1024 * 1024 * 1024
    """Most bytes that a compressed text table may unpack to; it is read as a stream."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How to open: `name` is the file's own name when `path` is a temporary one; `sheet` a worksheet or a member."""

    path: Path
    name: str
    sheet: str = ""
    strict: bool = False
    limits: Limits = field(default_factory=Limits)


class Opened(Protocol):
    """`model.Table`, with what the reader has to say of the file."""

    name: str
    path: str
    dialect: Dialect | None
    header: Sequence[Cell]
    remarks: list[Fault]

    def records(self) -> Iterator[tuple[int, list[Cell]]]: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """One kind of file. `foreign` kinds are not read by Validata: refused with `strict`."""

    name: str
    suffixes: tuple[str, ...]
    open: Callable[[Asked], Opened]
    foreign: bool = False


READERS: Registry[Reader] = Registry("cicclo.validation.readers", name=lambda reader: reader.name)


def open_table(
    path: Path, *, name: str = "", sheet: str = "", strict: bool = False, limits: Limits | None = None
) -> Opened:
    """Open the table in `path` by the extension of its name; raise SourceUnreadable when it cannot be."""
    asked = Asked(Path(path), name or Path(path).name, sheet, strict, limits or Limits())
    if not asked.path.is_file():
        raise SourceUnreadable(Text("Le fichier n'existe pas.", "The file does not exist."), at=asked.name)
    return reader_of(asked).open(asked)


def reader_of(asked: Asked) -> Reader:
    """Return the reader for the name's extension; raise SourceUnreadable (`format-error`) when there is none."""
    suffix = asked.name.rpartition(".")[2].lower()
    for reader in READERS.values():
        if suffix in reader.suffixes and not (asked.strict and reader.foreign):
            return reader
    known = sorted(suffix for reader in READERS.values() for suffix in reader.suffixes)
    raise SourceUnreadable(
        Text(
            f"L'extension « {suffix} » n'est pas celle d'un tableau.",
            f"The extension “{suffix}” is not a table's.",
        ),
        kind="format-error",
        at=asked.name,
        remedy=Text(
            f"Donner au fichier une de ces extensions : {', '.join(known)}.",
            f"Give the file one of these extensions: {', '.join(known)}.",
        ),
    )
