"""A correct Cloud Optimized GeoTIFF, written byte by byte: 1024 × 768 pixels, tiles of 256, two overviews."""

import struct
import zlib
from dataclasses import dataclass, field, replace

from cicclo.probes.examples._files import served
from cicclo.probes.examples.site import Site

PATH = "/mnt.tif"
MEDIA_TYPE = "image/tiff; application=geotiff; profile=cloud-optimized"
GHOST = "LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nKNOWN_INCOMPATIBLE_EDITION=NO\n "
Value = tuple[int, bytes]  # type of TIFF, packed values
_SIZES = {2: 1, 3: 2, 4: 4, 12: 8}


def short(*values: int) -> Value:
    return 3, struct.pack(f"<{len(values)}H", *values)


def long(*values: int) -> Value:
    return 4, struct.pack(f"<{len(values)}I", *values)


def double(*values: float) -> Value:
    return 12, struct.pack(f"<{len(values)}d", *values)


GEO = {
    33550: double(5.0, 5.0, 0.0),
    33922: double(0, 0, 0, 700000.0, 7060000.0, 0),
    34735: short(1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 2154),
    42113: (2, b"9999\0"),
}


@dataclass(frozen=True)
class Plan:
    """What to write; the defaults make a correct file. `sizes` are the images in order of their directories."""

    sizes: tuple[tuple[int, int], ...] = ((1024, 768), (512, 384), (256, 192))
    tile: int = 256
    striped: frozenset[int] = frozenset()
    ghost: str = GHOST
    padding: int = 0
    small_first: bool = True
    compression: int = 8
    geo: dict[int, Value] = field(default_factory=lambda: GEO)


def site(plan: Plan = Plan()) -> Site:
    """The correct file."""
    return served(PATH, build(plan), MEDIA_TYPE)


def changed(**changes: object) -> Site:
    """The same file, written otherwise."""
    return site(replace(Plan(), **changes))  # type: ignore[arg-type]


def build(plan: Plan) -> bytes:
    """Write directories first, then the images."""
    text = plan.ghost.encode()
    ghost = b"GDAL_STRUCTURAL_METADATA_SIZE=%06d bytes\n" % len(text) + text if text else b""
    first = 8 + len(ghost) + plan.padding
    blocks = [_blocks(plan, index) for index in range(len(plan.sizes))]
    # a first pass with offsets of zero measures the directories; the second writes them
    measure = _directories(plan, first, [[0] * len(one) for one in blocks], blocks)
    offsets, data = _place(plan, first + len(measure), blocks)
    head = b"II*\0" + struct.pack("<I", first) + ghost + b"\0" * plan.padding
    return head + _directories(plan, first, offsets, blocks) + data


def _blocks(plan: Plan, index: int) -> list[bytes]:
    width, height = plan.sizes[index]
    if index in plan.striped:
        return [_pack(plan, bytes(width * height))]
    across, down = -(-width // plan.tile), -(-height // plan.tile)
    return [_pack(plan, bytes([n % 251]) * plan.tile**2) for n in range(across * down)]


def _pack(plan: Plan, raw: bytes) -> bytes:
    return zlib.compress(raw) if plan.compression == 8 else raw


def _place(plan: Plan, start: int, blocks: list[list[bytes]]) -> tuple[list[list[int]], bytes]:
    data = bytearray()
    offsets: list[list[int]] = [[] for _ in blocks]
    order = range(len(blocks))
    for index in reversed(order) if plan.small_first else order:
        for block in blocks[index]:
            offsets[index].append(start + len(data))
            data += block
    return offsets, bytes(data)


def _directories(plan: Plan, first: int, offsets: list[list[int]], blocks: list[list[bytes]]) -> bytes:
    out = b""
    for index, size in enumerate(plan.sizes):
        tags = _tags(plan, index, size, offsets[index], [len(block) for block in blocks[index]])
        out += _directory(tags, first + len(out), last=index == len(plan.sizes) - 1)
    return out


def _tags(
    plan: Plan, index: int, size: tuple[int, int], offsets: list[int], counts: list[int]
) -> dict[int, Value]:
    tags = {
        254: long(min(index, 1)),
        256: long(size[0]),
        257: long(size[1]),
        258: short(8),
        259: short(plan.compression),
    }
    tags |= {262: short(1), 277: short(1)}
    if index in plan.striped:
        tags |= {273: long(*offsets), 278: long(size[1]), 279: long(*counts)}
    else:
        tags |= {322: short(plan.tile), 323: short(plan.tile), 324: long(*offsets), 325: long(*counts)}
    return tags | (plan.geo if index == 0 else {})


def _directory(tags: dict[int, Value], start: int, *, last: bool) -> bytes:
    entries, extra = b"", b""
    beyond = start + 2 + 12 * len(tags) + 4
    for tag, (kind, raw) in sorted(tags.items()):
        count = len(raw) // _SIZES[kind]
        if len(raw) <= 4:
            field_ = raw.ljust(4, b"\0")
        else:
            field_ = struct.pack("<I", beyond + len(extra))
            extra += raw + b"\0" * (len(raw) % 2)
        entries += struct.pack("<HHI", tag, kind, count) + field_
    following = 0 if last else beyond + len(extra)
    return struct.pack("<H", len(tags)) + entries + struct.pack("<I", following) + extra
