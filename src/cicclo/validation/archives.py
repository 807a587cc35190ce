"""A zip unpacked into a folder that disappears, within limits: no path out of it, no bomb, no link."""

import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cicclo.kernel.text import Text
from cicclo.validation.errors import SourceUnreadable

PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """`size` bytes once unpacked, `entries` members, `ratio` times smaller at most (small members are let be)."""

    size: int = 8 << 30
    entries: int = 50_000
    ratio: int = 200


LIMITS = Limits()


@contextmanager
def unpacked(path: Path, limits: Limits = LIMITS) -> Iterator[Path]:
    """Give a folder with what the zip holds; SourceUnreadable says what was refused."""
    with tempfile.TemporaryDirectory(prefix="cicclo-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                _extract(archive, Path(folder), limits)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError) as error:
            raise SourceUnreadable(
                Text("L'archive zip ne se lit pas.", "The zip archive cannot be read."),
                at=path.name,
                remedy=Text(
                    "Recréer l'archive, sans mot de passe.", "Make the archive again, without a password."
                ),
            ) from error
        yield Path(folder)


def _extract(archive: zipfile.ZipFile, folder: Path, limits: Limits) -> None:
    members = archive.infolist()
    if len(members) > limits.entries:
        raise _refused(f"{len(members)} > {limits.entries}", archive)
    left = limits.size
    for member in members:
        target = folder / _inside(member, archive)
        if member.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        left -= _copy(archive, member, target, left, limits)


def _inside(member: zipfile.ZipInfo, archive: zipfile.ZipFile) -> PurePosixPath:
    """Return the member's path when it stays in the folder; anything else is refused, not mended."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    link = stat.S_ISLNK(member.external_attr >> 16)
    if link or path.is_absolute() or ".." in path.parts or "\0" in member.filename or ":" in path.parts[0]:
        raise _refused(member.filename, archive)
    return path


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int, limits: Limits) -> int:
    """Write one member by pieces, counting what really comes out: the size that the zip announces may lie."""
    ceiling = min(left, max(PIECE * 10, member.compress_size * limits.ratio))
    written = 0
    with archive.open(member) as source, target.open("wb") as out:
        while piece := source.read(PIECE):
            written += len(piece)
            if written > ceiling:
                raise _refused(member.filename, archive)
            out.write(piece)
    return written


def _refused(what: str, archive: zipfile.ZipFile) -> SourceUnreadable:
    return SourceUnreadable(
        Text(
            f"L'archive est refusée : « {what} » sort du dossier ou dépasse les limites.",
            f"The archive is refused: “{what}” leaves the folder or breaks the limits.",
        ),
        at=Path(archive.filename or "").name,
        remedy=Text(
            "Recréer l'archive avec des chemins relatifs, sans lien, et moins volumineuse.",
            "Make the archive again with relative paths, without links, and smaller.",
        ),
    )
