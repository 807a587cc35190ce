"""The header and directories of a TIFF or BigTIFF file, read by pieces (TIFF 6.0, section 2; GDAL's COG layout)."""

import re
import struct
from dataclasses import dataclass, field

from cicclo.probes.protocols._ranges import RemoteFile
from cicclo.probes.session import Ask

SUBFILE, WIDTH, HEIGHT, COMPRESSION, EXTRA, TILE_WIDTH, TILE_HEIGHT = 254, 256, 257, 259, 338, 322, 323
STRIP_OFFSETS, STRIP_COUNTS, TILE_OFFSETS, TILE_COUNTS = 273, 279, 324, 325
SCALE, TIEPOINT, MATRIX, GEO_KEYS, NODATA = 33550, 33922, 34264, 34735, 42113
# type → (letter of struct, size)
_TYPES = {1: ("B", 1), 2: ("s", 1), 3: ("H", 2), 4: ("I", 4), 6: ("b", 1), 8: ("h", 2), 9: ("i", 4), 11: ("f", 4), 12: ("d", 8), 13: ("I", 4), 16: ("Q", 8), 17: ("q", 8), 18: ("Q", 8)}  # fmt: skip
# arrays of a value per tile are long: their first value is enough
_PER_BLOCK = frozenset({STRIP_OFFSETS, STRIP_COUNTS, TILE_OFFSETS, TILE_COUNTS})
_KEPT = _PER_BLOCK | {
    SUBFILE,
    WIDTH,
    HEIGHT,
    COMPRESSION,
    EXTRA,
    TILE_WIDTH,
    TILE_HEIGHT,
    SCALE,
    TIEPOINT,
    MATRIX,
    GEO_KEYS,
    NODATA,
}
MOST_DIRECTORIES = 40
_GHOST = re.compile(rb"GDAL_STRUCTURAL_METADATA_SIZE=(\d{6}) bytes\n")


@dataclass(slots=True)
class Directory:
    """One image of the file: `tags` hold the values kept, `offset` and `end` where the directory is."""

    offset: int
    end: int = 0
    tags: dict[int, tuple[float | int | bytes, ...]] = field(default_factory=dict)

    def number(self, tag: int, default: int = 0) -> int:
        value = self.tags.get(tag, ())
        return int(value[0]) if value and isinstance(value[0], int | float) else default

    @property
    def size(self) -> tuple[int, int]:
        return self.number(WIDTH), self.number(HEIGHT)

    @property
    def tiled(self) -> bool:
        return TILE_WIDTH in self.tags and TILE_OFFSETS in self.tags

    @property
    def is_mask(self) -> bool:
        return bool(self.number(SUBFILE) & 4)

    @property
    def is_overview(self) -> bool:
        return bool(self.number(SUBFILE) & 1) and not self.is_mask

    @property
    def first_block(self) -> tuple[int, int]:
        """Offset and length of the first tile or strip."""
        offset = self.number(TILE_OFFSETS) or self.number(STRIP_OFFSETS)
        return offset, self.number(TILE_COUNTS) or self.number(STRIP_COUNTS)

    @property
    def geo_keys(self) -> dict[int, int]:
        """GeoKeys whose value is in the directory itself (GeoTIFF 1.1, 7.1.1)."""
        raw = [int(v) for v in self.tags.get(GEO_KEYS, ()) if isinstance(v, int)]
        quads = [raw[i : i + 4] for i in range(4, len(raw) - 3, 4)]
        return {key: value for key, place, _count, value in quads if place == 0}

    @property
    def nodata(self) -> str:
        value = self.tags.get(NODATA, (b"",))[0]
        return value.decode("ascii", "replace").strip("\0 ") if isinstance(value, bytes) else ""


@dataclass(slots=True)
class Tiff:
    """`order` is `<` or `>`; `ghost` GDAL's hidden notes before the first directory; `body` where they end."""

    order: str = "<"
    big: bool = False
    directories: list[Directory] = field(default_factory=list)
    ghost: dict[str, str] = field(default_factory=dict)
    body: int = 8


def is_tiff(start: bytes) -> bool:
    return start[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


async def parse(file: RemoteFile, ask: Ask) -> Tiff:
    """Read header and directories; raises Unusable with the place that makes no sense."""
    start = file.start
    if not is_tiff(start) or len(start) < 16:
        raise file.broken("ce n'est pas un fichier TIFF", "this is not a TIFF file", 0)
    tiff = Tiff("<" if start[:1] == b"I" else ">", b"+" in start[2:4])
    tiff.body = 16 if tiff.big else 8
    _ghost(start, tiff)
    (offset,) = struct.unpack_from(f"{tiff.order}{'Q' if tiff.big else 'I'}", start, 8 if tiff.big else 4)
    seen: set[int] = set()
    while offset:
        if offset in seen or len(seen) >= MOST_DIRECTORIES:
            raise file.broken("suite de répertoires sans fin", "endless chain of directories", offset)
        seen.add(offset)
        directory, offset = await _directory(file, ask, tiff, offset)
        tiff.directories.append(directory)
    if not tiff.directories:
        raise file.broken("aucun répertoire d'image", "no image directory", 4)
    return tiff


def _ghost(start: bytes, tiff: Tiff) -> None:
    found = _GHOST.match(start, tiff.body)
    if found:
        text = start[found.end() : found.end() + int(found[1])].decode("ascii", "replace")
        tiff.ghost = {
            name: value
            for name, equals, value in (line.partition("=") for line in text.split("\n"))
            if equals
        }
        tiff.body = found.end() + int(found[1])


async def _directory(file: RemoteFile, ask: Ask, tiff: Tiff, offset: int) -> tuple[Directory, int]:
    head, entry, link = (8, 20, 8) if tiff.big else (2, 12, 4)
    (count,) = _unpack(
        file, f"{tiff.order}{'Q' if tiff.big else 'H'}", await file.at(ask, offset, head), offset
    )
    if not 0 < count <= 4096:
        raise file.broken(f"répertoire de {count} entrées", f"directory of {count} entries", offset)
    raw = await file.at(ask, offset + head, count * entry + link)
    directory = Directory(offset, offset + head + count * entry + link)
    for index in range(count):
        await _entry(file, ask, tiff, directory, raw[index * entry : (index + 1) * entry])
    (following,) = _unpack(file, f"{tiff.order}{'Q' if tiff.big else 'I'}", raw[-link:], offset)
    return directory, following


async def _entry(file: RemoteFile, ask: Ask, tiff: Tiff, directory: Directory, raw: bytes) -> None:
    layout, inline = ("HHQ", 8) if tiff.big else ("HHI", 4)
    tag, kind, count = _unpack(file, tiff.order + layout, raw[: len(raw) - inline], directory.offset)
    if tag not in _KEPT or kind not in _TYPES:
        return
    letter, size = _TYPES[kind]
    wanted = min(count, 1) if tag in _PER_BLOCK else min(count, 4096)
    value = raw[-inline:]
    if count * size > inline:
        (place,) = _unpack(file, f"{tiff.order}{'Q' if tiff.big else 'I'}", value, directory.offset)
        value = await file.at(ask, place, wanted * size)
    directory.tags[tag] = _unpack(
        file, f"{tiff.order}{wanted}{letter}", value[: wanted * size], directory.offset
    )


def _unpack(file: RemoteFile, layout: str, raw: bytes, offset: int) -> tuple[int, ...]:
    try:
        return struct.unpack(layout, raw)
    except struct.error as error:
        raise file.broken("répertoire coupé", "directory cut short", offset) from error
