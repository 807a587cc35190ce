"""Just enough of FlatBuffers to read one table (flatbuffers.dev, Internals): fields by number, checked bounds."""

import struct
from dataclasses import dataclass


class Broken(ValueError):
    """An offset leads out of the buffer."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table at `position` of `data`."""

    data: bytes
    position: int

    @classmethod
    def root(cls, data: bytes) -> "Table":
        return cls(data, _read(data, "<I", 0))

    def place(self, number: int) -> int:
        """Where a field is; 0 when it has its default value."""
        vtable = self.position - _read(self.data, "<i", self.position)
        size = _read(self.data, "<H", vtable)
        slot = 4 + 2 * number
        offset = _read(self.data, "<H", vtable + slot) if slot + 2 <= size else 0
        return self.position + offset if offset else 0

    def scalar(self, number: int, layout: str, default: int = 0) -> int:
        place = self.place(number)
        return _read(self.data, f"<{layout}", place) if place else default

    def _target(self, number: int) -> int:
        place = self.place(number)
        return place + _read(self.data, "<I", place) if place else 0

    def text(self, number: int) -> str:
        target = self._target(number)
        if not target:
            return ""
        size = _read(self.data, "<I", target)
        return _slice(self.data, target + 4, size).decode("utf-8", "replace")

    def doubles(self, number: int) -> tuple[float, ...]:
        target = self._target(number)
        count = _read(self.data, "<I", target) if target else 0
        return struct.unpack(f"<{count}d", _slice(self.data, target + 4, 8 * count)) if count else ()

    def table(self, number: int) -> "Table | None":
        target = self._target(number)
        return Table(self.data, target) if target else None

    def tables(self, number: int) -> "list[Table]":
        target = self._target(number)
        count = _read(self.data, "<I", target) if target else 0
        _slice(self.data, target + 4, 4 * count)
        places = range(target + 4, target + 4 + 4 * count, 4)
        return [Table(self.data, place + _read(self.data, "<I", place)) for place in places]


def _read(data: bytes, layout: str, position: int) -> int:
    if not 0 <= position <= len(data) - struct.calcsize(layout):
        raise Broken(f"@{position}")
    return int(struct.unpack_from(layout, data, position)[0])


def _slice(data: bytes, position: int, size: int) -> bytes:
    if not 0 <= position <= len(data) - size:
        raise Broken(f"@{position}+{size}")
    return data[position : position + size]
