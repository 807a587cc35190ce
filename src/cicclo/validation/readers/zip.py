"""A ZIP archive that holds one table, or the member that is named. Nothing is written under a name of the archive."""

import shutil
import tempfile
import weakref
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from cicclo.kernel.text import Text
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.readers import READERS, Asked, Opened, Reader, reader_of
from cicclo.validation.readers._text import open_text
from cicclo.validation.readers.gz import bounded, too_large

TEXTS = {"csv": "", "txt": "", "tsv": "\t"}
PACKED = frozenset(("xlsx", "xlsm", "ods", "xls", "parquet"))
MOST_MEMBERS = 10_000


def open_zip(asked: Asked) -> Opened:
    member = _chosen(asked)
    suffix = member.filename.rpartition(".")[2].lower()
    if suffix in TEXTS:
        return open_text(asked, partial(_stream, asked, member), delimiter=TEXTS[suffix])
    return _unpacked(asked, member, suffix)


def _chosen(asked: Asked) -> zipfile.ZipInfo:
    members = _members(asked)
    tables = [member for member in members if member.filename.rpartition(".")[2].lower() in {*TEXTS, *PACKED}]
    if asked.sheet:
        tables = [member for member in tables if member.filename == asked.sheet]
    if len(tables) != 1:
        names = ", ".join(member.filename for member in (tables or members)[:20])
        raise SourceUnreadable(
            Text(
                f"L'archive doit contenir un seul tableau ; elle contient : {names}.",
                f"The archive must hold one table; it holds: {names}.",
            ),
            kind="format-error",
            at=asked.name,
            remedy=Text(
                "Nommer le tableau à lire, ou n'en laisser qu'un.",
                "Name the table to read, or leave only one.",
            ),
        )
    _weigh(asked, tables[0])
    return tables[0]


def _members(asked: Asked) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(asked.path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _broken(asked) from error
    if len(members) > MOST_MEMBERS:
        raise _broken(asked)
    return [member for member in members if not member.is_dir() and not _hidden(member.filename)]


def _hidden(name: str) -> bool:
    """What macOS and editors add beside the files themselves."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(".")


def _weigh(asked: Asked, member: zipfile.ZipInfo) -> None:
    """A table of text packs well, never a thousand times."""
    limits = asked.limits
    if member.flag_bits & 1:
        raise _broken(asked)
    if member.file_size > limits.unpacked:
        raise too_large(asked)
    if member.file_size > 64 * 1024 * 1024 and member.file_size > limits.ratio * max(member.compress_size, 1):
        raise SourceUnreadable(
            Text(
                f"« {member.filename} » passe de {member.compress_size} à {member.file_size} octets : c'est une bombe de décompression.",
                f"“{member.filename}” grows from {member.compress_size} to {member.file_size} bytes: it is a decompression bomb.",
            ),
            kind="format-error",
            at=asked.name,
        )


def _broken(asked: Asked) -> SourceUnreadable:
    return SourceUnreadable(
        Text(
            "Ce n'est pas une archive ZIP lisible, ou elle est protégée par un mot de passe.",
            "This is no readable ZIP archive, or a password protects it.",
        ),
        kind="format-error",
        at=asked.name,
    )


def _stream(asked: Asked, member: zipfile.ZipInfo) -> BinaryIO:
    try:
        with zipfile.ZipFile(asked.path) as archive:  # the file stays open as long as the member does
            return bounded(archive.open(member), asked)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _broken(asked) from error


def _unpacked(asked: Asked, member: zipfile.ZipInfo, suffix: str) -> Opened:
    """Formats that are not streams are unpacked to a temporary file, under a name of ours."""
    folder = Path(tempfile.mkdtemp(prefix="cicclo-table-"))
    forget = partial(shutil.rmtree, folder, ignore_errors=True)
    try:
        path = folder / f"table.{suffix}"
        with _stream(asked, member) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        inner = replace(asked, path=path, name=member.filename, sheet="")
        table = reader_of(inner).open(inner)
    except BaseException:
        forget()
        raise
    table.path = ""
    weakref.finalize(table, forget)  # the file lives as long as the table
    return table


READERS.add(Reader("zip", ("zip",), open_zip, foreign=True))
