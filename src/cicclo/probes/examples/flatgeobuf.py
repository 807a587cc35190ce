"""A correct FlatGeobuf file, and the same with a field of its header overwritten."""

import struct
from functools import cache
from importlib.resources import files

from cicclo.probes.examples._files import served
from cicclo.probes.examples.site import Site
from cicclo.probes.protocols._flatbuffers import Table

PATH = "/epci.fgb"
MEDIA_TYPE = "application/flatgeobuf"
ENVELOPE, GEOMETRY_TYPE, COLUMNS, FEATURES, NODE_SIZE, CRS = 1, 2, 7, 8, 9, 10


@cache
def original() -> bytes:
    return (files("cicclo.probes.examples") / "data" / "epci.fgb").read_bytes()


def site() -> Site:
    """The correct file."""
    return served(PATH, original(), MEDIA_TYPE)


def header() -> tuple[bytes, Table]:
    length = int.from_bytes(original()[8:12], "little")
    data = original()[12 : 12 + length]
    return data, Table.root(data)


def overwritten(place: int, layout: str, *values: float) -> Site:
    """The same file with values written at a place of its header."""
    data = bytearray(original())
    struct.pack_into(layout, data, 12 + place, *values)
    return served(PATH, bytes(data), MEDIA_TYPE)


def without(field: int) -> Site:
    """The same file whose header says nothing of a field (its slot in the vtable is zero)."""
    data, table = header()
    vtable = table.position - struct.unpack_from("<i", data, table.position)[0]
    return overwritten(vtable + 4 + 2 * field, "<H", 0)


def scalar(field: int, layout: str, value: int) -> Site:
    """The same file with another value of a number; a value left at its default takes the file's own place."""
    _, table = header()
    return overwritten(table.place(field), f"<{layout}", value)


def vector_start(field: int) -> int:
    data, table = header()
    place = table.place(field)
    return place + int.from_bytes(data[place : place + 4], "little") + 4
