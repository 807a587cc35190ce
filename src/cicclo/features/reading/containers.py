"""What a file is, by its first bytes rather than its name; and what a zip archive holds, within limits."""

import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from cicclo.features.errors import BadSource
from cicclo.kernel.text import Text

_HEAD = 4096
# an archive of data shrinks 5 to 20 times; a bomb a thousand times and more
_RATIO, _SMALL = 200, 64 * 1024 * 1024
_MOST = 64 * 1024**3
# what `zipfile` raises at a damaged archive, a name or a method that it does not know, or a password
UNPACKING = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)
_FORMATS = Text(
    "formats lus : GeoPackage, FlatGeobuf, Shapefile, GeoJSON, GeoParquet, CSV, et leurs archives zip",
    "formats read: GeoPackage, FlatGeobuf, Shapefile, GeoJSON, GeoParquet, CSV, and zip archives of them",
)


@dataclass(frozen=True, slots=True)
class File:
    """One file, in an archive or not. `gdal` is how GDAL names it, `open` gives its bytes."""

    kind: str  # gpkg, fgb, shp, json, parquet, csv
    name: str
    gdal: str
    size: int
    open: Callable[[], BinaryIO]
    path: Path | None = None  # when it stands alone


def files(path: Path) -> list[File]:
    """The file itself, or the ones that can be read in an archive; raise BadSource when there is none."""
    head = _head(lambda: path.open("rb"))
    if head.startswith(b"PK\x03\x04"):
        return _archived(path)
    kind = _kind(head, path.suffix.lower())
    if not kind:
        raise BadSource(Text("format non reconnu", "unknown format"), at=path.name, remedy=_FORMATS)
    return [File(kind, path.name, str(path), path.stat().st_size, lambda: path.open("rb"), path)]


def _head(opened: Callable[[], BinaryIO]) -> bytes:
    with opened() as file:
        return file.read(_HEAD)


def _kind(head: bytes, suffix: str) -> str:
    if head.startswith(b"SQLite format 3\0"):
        return "gpkg"
    if head.startswith(b"fgb\x03"):
        return "fgb"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\0\0\x27\x0a"):
        return "shp"
    if head.lstrip(b"\xef\xbb\xbf\x1e \t\r\n").startswith((b"{", b"[")):
        return "json"
    return "csv" if suffix in (".csv", ".tsv", ".txt") else ""


def _archived(path: Path) -> list[File]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            _check(members, path)
            found = [_member(path, archive, each) for each in members if _wanted(each)]
    except UNPACKING as error:
        raise BadSource(
            Text(f"archive zip illisible ({error})", f"unreadable zip archive ({error})"),
            at=path.name,
            remedy=Text("la refaire, sans mot de passe", "make it again, without a password"),
        ) from error
    readable = [each for each in found if each]
    if not readable:
        raise BadSource(
            Text("rien de lisible dans l'archive", "nothing readable in the archive"),
            at=path.name,
            remedy=_FORMATS,
        )
    return readable


def _check(members: list[zipfile.ZipInfo], path: Path) -> None:
    """Refuse bombs by what the archive says of itself; `zipfile` and GDAL read no more than that."""
    for member in members:
        swollen = member.file_size > _SMALL and member.file_size > _RATIO * max(1, member.compress_size)
        if swollen or member.file_size > _MOST:
            raise BadSource(
                Text(
                    f"« {member.filename} » gonflerait à {member.file_size} octets",
                    f"“{member.filename}” would swell to {member.file_size} bytes",
                ),
                at=path.name,
                remedy=Text(
                    "décompresser soi-même un fichier de confiance", "unzip a file you trust yourself"
                ),
            )


def _wanted(member: zipfile.ZipInfo) -> bool:
    """Main files only: those beside a .shp are found by GDAL, those of macOS are shadows."""
    name = PurePosixPath(member.filename)
    return name.suffix.lower() in (".shp", ".gpkg", ".fgb", ".geojson", ".json", ".csv", ".tsv") and not (
        name.name.startswith(".") or "__MACOSX" in name.parts
    )


def _member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> File | None:
    with archive.open(member) as file:
        kind = _kind(file.read(_HEAD), PurePosixPath(member.filename).suffix.lower())
    if not kind:
        return None

    def opened() -> BinaryIO:
        return cast(BinaryIO, zipfile.ZipFile(path).open(member))

    # braces, so that GDAL splits the names there whatever they hold
    inside = f"/vsizip/{{{path.resolve()}}}/{member.filename}"
    return File(kind, PurePosixPath(member.filename).name, inside, member.file_size, opened)
