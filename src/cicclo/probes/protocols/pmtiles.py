"""PMTiles archives, version 3: a header of 127 bytes, directories, tiles (protomaps/PMTiles, spec/v3/spec.md)."""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cicclo.kernel.text import Text
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol
from cicclo.probes.protocols._ranges import RemoteFile, begin, sniffer
from cicclo.probes.session import Ask

MAGIC = b"PMTiles"
HEADER = struct.Struct("<7sB11Q6B4iBii")
NAMES = [
    "root_offset",
    "root_length",
    "metadata_offset",
    "metadata_length",
    "leaf_offset",
    "leaf_length",
    "tiles_offset",
    "tiles_length",
    "addressed",
    "entries",
    "contents",
    "clustered",
    "internal_compression",
    "tile_compression",
    "tile_type",
    "min_zoom",
    "max_zoom",
    "west",
    "south",
    "east",
    "north",
    "center_zoom",
    "center_lon",
    "center_lat",
]
NONE, GZIP = 1, 2
COMPRESSIONS = {0: "unknown", NONE: "none", GZIP: "gzip", 3: "brotli", 4: "zstd"}
TYPES = {0: "unknown", 1: "mvt", 2: "png", 3: "jpeg", 4: "webp", 5: "avif", 6: "mlt"}
LARGEST = 16 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a directory; `run` 0 is a leaf directory."""

    tile: int
    run: int
    length: int
    offset: int


@dataclass(slots=True)
class PMTiles(RemoteFile):
    """`header` by the names of the specification, degrees times ten million; `root` the root directory."""

    header: dict[str, int] = field(default_factory=dict)
    root: list[Entry] = field(default_factory=list)
    problem: str = ""

    def degrees(self, name: str) -> float:
        return self.header[name] / 1e7


class Unreadable(ValueError):
    """Compressed bytes or a directory that make no sense; UnknownCompression when we cannot tell."""


class UnknownCompression(Unreadable):
    """Compressed in a way we do not read."""


async def read(endpoint: Endpoint, ask: Ask) -> PMTiles:
    file = PMTiles(endpoint)
    await begin(file, ask)
    start = file.start
    if not start.startswith(MAGIC) or len(start) < HEADER.size or start[7] != 3:
        seen = start[:8].hex(" ")
        raise file.broken(
            f"ce n'est pas une archive PMTiles 3 : {seen}", f"this is not a PMTiles 3 archive: {seen}", 0
        )
    file.header = dict(zip(NAMES, HEADER.unpack_from(start)[2:], strict=True))
    file.version = "3"
    try:
        offset, length = file.header["root_offset"], file.header["root_length"]
        file.root = directory(unpack(await file.at(ask, offset, length), file.header["internal_compression"]))
    except Unreadable as error:  # the check of the directory says so
        file.problem = str(error)
    return file


def unpack(raw: bytes, compression: int) -> bytes:
    """Decompress within a limit; raise Unreadable, or UnknownCompression for what we do not read."""
    if compression == NONE:
        return raw
    if compression != GZIP:
        raise UnknownCompression(COMPRESSIONS.get(compression, str(compression)))
    try:
        stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        out = stream.decompress(raw, LARGEST)
    except zlib.error as error:
        raise Unreadable(str(error)) from error
    if not stream.eof:
        raise Unreadable("gzip")
    return out


def directory(raw: bytes) -> list[Entry]:
    """Decode a directory (specification, section 4.2); raises Unreadable."""
    numbers = _varints(raw)
    try:
        count = next(numbers)
        if not 0 < count <= len(raw):
            raise Unreadable(f"{count} entries")
        deltas, runs, lengths, offsets = ([next(numbers) for _ in range(count)] for _ in range(4))
    except (StopIteration, RuntimeError) as error:
        raise Unreadable("cut short") from error
    entries: list[Entry] = []
    tile = 0
    for delta, run, length, offset in zip(deltas, runs, lengths, offsets, strict=True):
        tile += delta
        follows = entries[-1].offset + entries[-1].length if entries else 0
        entries.append(Entry(tile, run, length, offset - 1 if offset else follows))
    return entries


def _varints(raw: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in raw:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0
        elif shift > 63:
            raise Unreadable("varint")


async def metadata(file: PMTiles, ask: Ask) -> Any:
    """The JSON document of the archive; raises Unreadable."""
    raw = await file.at(ask, file.header["metadata_offset"], file.header["metadata_length"])
    try:
        return json.loads(unpack(raw, file.header["internal_compression"]))
    except UnknownCompression:
        raise
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)[:120]) from error


PROTOCOLS.add(
    Protocol(
        "pmtiles",
        Text("PMTiles", "PMTiles"),
        read=read,
        sniff=sniffer("pmtiles", lambda start: start.startswith(MAGIC)),
        entry="pmtiles/archive/readable",
        file=True,
    )
)
