"""Features → one layer of a Mapbox Vector Tile 2.1 (application/vnd.mapbox-vector-tile)."""

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from cicclo.features import encoding
from cicclo.features.model import Kind
from cicclo.features.tiles.commands import Drawn, drawn
from cicclo.features.tiles.protobuf import field, varint, varints

EXTENT = 4096  # units of a tile's side
BUFFER = 64  # units around it, so that outlines do not show where tiles meet
TOLERANCE = 2.0  # units: less than a quarter of a pixel of a tile of 512

Column = tuple[str, Kind, pa.Array]


def layer(name: str, shapes: np.ndarray, columns: list[Column], ids: pa.Array | None = None) -> bytes:
    """Encode shapes in the units of the tile (y downwards) with their attributes; nothing when nothing is left.

    `ids` are the features' ids when they are whole numbers.
    """
    pieces, owners = _parts(shapes)
    features = []
    tags, starts, values = _tags(columns, len(shapes))
    numbers = ids.to_pylist() if ids is not None else None
    for each in drawn(pieces, owners):
        features += _features(each, tags, starts, numbers)
    if not features:
        return b""
    keys = b"".join(field(3, key.encode()) for key, _, _ in columns)
    body = b"".join((b"\x78\x02", field(1, name.encode()), *features, keys, values, b"\x28", varint(EXTENT)))
    return field(3, body)


def _features(each: Drawn, tags: bytes, starts: np.ndarray, ids: list[int | None] | None) -> list[bytes]:
    found = []
    bounds = each.starts.tolist()
    kind = bytes((0x18, each.kind))
    for place, owner in enumerate(each.owners.tolist()):
        own = tags[starts[owner] : starts[owner + 1]]
        number = ids[owner] if ids is not None else None
        head = b"\x08" + varint(number) if number is not None and number >= 0 else b""
        drawing = each.content[bounds[place] : bounds[place + 1]]
        found.append(field(2, head + field(2, own) + kind + field(4, drawing)))
    return found


def _parts(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Single geometries within the tile, simplified, and the rows they come from."""
    parts, owners = _single(shapes, np.arange(len(shapes)))
    low, high = -BUFFER, EXTENT + BUFFER
    bounds = shapely.bounds(parts)
    beyond = (bounds[:, :2] < low).any(axis=1) | (bounds[:, 2:] > high).any(axis=1)
    if beyond.any():
        parts[beyond] = shapely.clip_by_rect(parts[beyond], low, low, high, high)
        parts, owners = _single(parts, owners)
    parts = shapely.simplify(parts, TOLERANCE, preserve_topology=False)
    return _single(parts, owners)


def _single(shapes: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Parts of multiple geometries, and parts of these in collections, empty ones left out."""
    for _ in range(2):
        shapes, rows = shapely.get_parts(shapes, return_index=True)
        owners = owners[rows]
    there = ~shapely.is_empty(shapes)
    return shapes[there], owners[there]


def _tags(columns: list[Column], size: int) -> tuple[bytes, np.ndarray, bytes]:
    """Pairs of key and value of every row as bytes, where those of each row start, and the layer's values."""
    numbers = np.zeros((size, 2 * len(columns)), np.int64)
    given = np.zeros((size, 2 * len(columns)), bool)
    values: list[bytes] = []
    for place, (_, kind, column) in enumerate(columns):
        distinct = _plain(column, kind).dictionary_encode()
        there = np.asarray(pc.is_valid(distinct))
        indices = distinct.indices.fill_null(0).to_numpy(zero_copy_only=False)
        numbers[:, 2 * place], numbers[:, 2 * place + 1] = place, indices + len(values)
        given[:, 2 * place : 2 * place + 2] = there[:, None]
        write = _WRITE.get(kind, _text)
        values += [field(4, write(each)) for each in distinct.dictionary.to_pylist()]
    content, starts = varints(numbers[given])
    ends = np.concatenate(([0], np.cumsum(given.sum(axis=1))))
    return content, starts[ends], b"".join(values)


def _plain(column: pa.Array, kind: Kind) -> pa.Array:
    """Moments as text, numbers without NaN."""
    match kind:
        case Kind.DATE:
            return encoding.dates(column)
        case Kind.INSTANT:
            return encoding.instants(column)
        case Kind.NUMBER:
            return pc.if_else(pc.is_finite(column), column, None)
        case _:
            return column


def _text(value: str) -> bytes:
    return field(1, value.encode())


def _whole(value: int) -> bytes:
    return b"\x20" + varint(value) if value >= 0 else b"\x30" + varint((value << 1) ^ (value >> 63))


_WRITE: dict[Kind, Callable[[Any], bytes]] = {
    Kind.NUMBER: lambda value: b"\x19" + struct.pack("<d", value),
    Kind.INTEGER: _whole,
    Kind.BOOLEAN: lambda value: b"\x38\x01" if value else b"\x38\x00",
}
