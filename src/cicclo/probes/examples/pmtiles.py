"""A correct PMTiles 3 archive of vector tiles, zooms 0 and 1, written byte by byte."""

import gzip
import json
from dataclasses import dataclass, field, replace
from typing import Any

from cicclo.probes.examples._files import served
from cicclo.probes.examples.site import Site
from cicclo.probes.protocols.pmtiles import HEADER, NAMES

PATH = "/communes.pmtiles"
MEDIA_TYPE = "application/vnd.pmtiles"
METADATA = {
    "name": "Communes",
    "attribution": "IGN",
    "vector_layers": [{"id": "communes", "fields": {"code": "String"}, "minzoom": 0, "maxzoom": 1}],
}


@dataclass(frozen=True)
class Plan:
    """What to write; `header` replaces fields by name, `padding` moves the root directory away."""

    header: dict[str, int] = field(default_factory=dict)
    metadata: Any = field(default_factory=lambda: METADATA)
    padding: int = 0
    ids: tuple[int, ...] = (0, 1, 2, 3, 4)
    tile: bytes = b""


def site(plan: Plan = Plan()) -> Site:
    """The correct archive."""
    return served(PATH, build(plan), MEDIA_TYPE)


def changed(**changes: Any) -> Site:
    return site(replace(Plan(), **changes))


def with_header(**fields: int) -> Site:
    """The same archive with other numbers in its header."""
    return changed(header=fields)


def build(plan: Plan) -> bytes:
    tile = plan.tile or gzip.compress(mvt(), mtime=0)
    root = gzip.compress(_directory(plan.ids, len(tile)), mtime=0)
    notes = gzip.compress(json.dumps(plan.metadata).encode(), mtime=0)
    at = HEADER.size + plan.padding
    fields = dict.fromkeys(NAMES, 0) | {
        "root_offset": at, "root_length": len(root), "metadata_offset": at + len(root), "metadata_length": len(notes),
        "leaf_offset": at + len(root) + len(notes), "tiles_offset": at + len(root) + len(notes), "tiles_length": len(tile),
        "addressed": len(plan.ids), "entries": len(plan.ids), "contents": 1, "clustered": 1, "internal_compression": 2,
        "tile_compression": 2, "tile_type": 1, "min_zoom": 0, "max_zoom": 1, "west": 13_500_000, "south": 488_000_000,
        "east": 42_600_000, "north": 510_900_000, "center_zoom": 1, "center_lon": 28_000_000, "center_lat": 500_000_000,
    }  # fmt: skip
    fields |= plan.header
    return HEADER.pack(b"PMTiles", 3, *fields.values()) + bytes(plan.padding) + root + notes + tile


def _directory(ids: tuple[int, ...], length: int) -> bytes:
    """Every entry is one tile, and all share the same bytes."""
    deltas = [tile - before for tile, before in zip(ids, (0, *ids), strict=False)]
    columns = [deltas, [1] * len(ids), [length] * len(ids), [1] * len(ids)]
    return varint(len(ids)) + b"".join(varint(value) for column in columns for value in column)


def varint(value: int) -> bytes:
    out = bytearray()
    value &= (1 << 64) - 1
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def mvt() -> bytes:
    """A vector tile of one layer with one point (Mapbox Vector Tile 2.1)."""
    feature = b"\x18\x01" + b"\x22\x03\x09\x32\x32"
    layer = b"\x0a\x08communes" + b"\x12" + varint(len(feature)) + feature + b"\x28\x80\x20" + b"\x78\x02"
    return b"\x1a" + varint(len(layer)) + layer
