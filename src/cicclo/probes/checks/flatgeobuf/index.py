"""The spatial index, and the features behind it."""

import struct

from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.examples import flatgeobuf as example
from cicclo.probes.examples._files import served
from cicclo.probes.examples.site import Site
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.flatgeobuf import NODE_BYTES, FlatGeobuf
from cicclo.probes.session import Ask


def _cut(_site: Site) -> Site:
    return served(example.PATH, example.original()[:4000], example.MEDIA_TYPE)


def _patched(beyond_header: int, raw: bytes) -> Site:
    data = bytearray(example.original())
    place = 12 + int.from_bytes(data[8:12], "little") + beyond_header
    data[place : place + len(raw)] = raw
    return served(example.PATH, bytes(data), example.MEDIA_TYPE)


def _unindexed(_site: Site) -> Site:
    """The header is rebuilt around a node size of zero, written where the number of features was told."""
    data, table = example.header()
    vtable = table.position - struct.unpack_from("<i", data, table.position)[0]
    if table.place(example.NODE_SIZE):
        return example.scalar(example.NODE_SIZE, "H", 0)
    # the field has its default: point it at two zero bytes, the upper half of the 64-bit number of features
    offset = table.place(example.FEATURES) + 6 - table.position
    return example.overwritten(vtable + 4 + 2 * example.NODE_SIZE, "<H", offset)


@check("flatgeobuf/index/present", on="flatgeobuf", breaks=_unindexed)
async def present(file: FlatGeobuf, ask: Ask) -> Verdict:
    if file.node_size >= 2:
        return passed()
    return failed(
        "pas d'index spatial (index_node_size 0)",
        "no spatial index (index_node_size 0)",
        at="index_node_size",
    )


@check("flatgeobuf/index/inside", on="flatgeobuf", breaks=_cut)
async def inside(file: FlatGeobuf, ask: Ask) -> Verdict:
    if not file.size:
        raise Missing("taille du fichier inconnue", "unknown file size")
    end = file.header_end + file.index_bytes
    if end <= file.size:
        return passed()
    return failed(f"l'index finirait à l'octet {end} d'un fichier de {file.size}", f"the index would end at byte {end} of a file of {file.size}", at="index")  # fmt: skip


@check(
    "flatgeobuf/index/root",
    on="flatgeobuf",
    breaks=lambda _site: _patched(0, struct.pack("<4d", 0, 0, 0.1, 0.1)),
)
async def root(file: FlatGeobuf, ask: Ask) -> Verdict:
    """The first node of the index is the extent of everything below it."""
    if not file.index_bytes or len(file.envelope) < 4:
        raise Missing("pas d'index ou d'emprise", "no index or envelope")
    raw = await file.at(ask, file.header_end, NODE_BYTES)
    if len(raw) < NODE_BYTES:
        return failed("index coupé", "index cut short", at="index", code="cut")
    box = struct.unpack_from("<4d", raw)
    half = len(file.envelope) // 2
    told = (*file.envelope[:2], *file.envelope[half : half + 2])
    slack = 1e-6 * max(1.0, *(abs(v) for v in told))
    if all(abs(a - b) <= slack for a, b in zip(box, told, strict=True)):
        return passed()
    return failed(
        f"emprise de l'index {box}, de l'en-tête {told}",
        f"extent of the index {box}, of the header {told}",
        at="index",
    )


@check(
    "flatgeobuf/features/first-readable",
    on="flatgeobuf",
    breaks=lambda _site: _patched(_index_of_example(), b"\xff\xff\xff\x7f"),
)
async def first_readable(file: FlatGeobuf, ask: Ask) -> Verdict:
    if not file.features and file.node_size:
        raise Missing("nombre d'objets non dit", "number of features not told")
    place = file.header_end + file.index_bytes
    raw = await file.at(ask, place, 4)
    length = int.from_bytes(raw, "little")
    if len(raw) == 4 and length >= 8 and (not file.size or place + 4 + length <= file.size):
        return passed()
    return failed(
        f"premier objet de {length} octets à {place}",
        f"first feature of {length} bytes at {place}",
        at=f"{file.url}#{place}",
    )


def _index_of_example() -> int:
    _, table = example.header()
    count, node = table.scalar(example.FEATURES, "Q"), table.scalar(example.NODE_SIZE, "H", 16)
    return FlatGeobuf(endpoint=None, features=count, node_size=node).index_bytes  # type: ignore[arg-type]
