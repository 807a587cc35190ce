"""The little of Protocol Buffers that vector tiles need, for whole arrays of numbers."""

import numpy as np


def varints(values: np.ndarray) -> tuple[bytes, np.ndarray]:
    """Encode numbers (0 and more) one after the other; return the bytes and where each number starts, and the end."""
    values = values.astype(np.uint64)
    lengths = np.ones(len(values), np.int64)
    for count in range(1, 10):
        longer = values >= np.uint64(1 << (7 * count))
        if not longer.any():
            break
        lengths += longer
    starts = np.concatenate(([0], np.cumsum(lengths)))
    found = np.zeros(int(starts[-1]), np.uint8)
    for place in range(int(lengths.max(initial=0))):
        rows = np.flatnonzero(lengths > place)
        bits = (values[rows] >> np.uint64(7 * place)) & np.uint64(127)
        more = np.where(lengths[rows] > place + 1, 128, 0)
        found[starts[rows] + place] = bits.astype(np.int64) | more
    return found.tobytes(), starts


def varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


def zigzag(values: np.ndarray) -> np.ndarray:
    """Signed numbers as numbers from 0 on: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return np.asarray((values << 1) ^ (values >> 63))


def field(number: int, content: bytes) -> bytes:
    """A field of bytes: a text, a message, packed numbers."""
    return varint(number << 3 | 2) + varint(len(content)) + content
