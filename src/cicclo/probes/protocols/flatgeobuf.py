"""FlatGeobuf files: a magic number, a header, an index, then features (flatgeobuf.org, Specification)."""

import struct
from dataclasses import dataclass
from itertools import pairwise

from cicclo.kernel.text import Text
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol
from cicclo.probes.protocols._flatbuffers import Broken, Table
from cicclo.probes.protocols._ranges import RemoteFile, begin, sniffer
from cicclo.probes.session import Ask

MAGIC = b"fgb\x03fgb"
LARGEST_HEADER = 4 << 20
NODE_BYTES = 40  # four doubles and an offset


@dataclass(slots=True)
class FlatGeobuf(RemoteFile):
    """The header, decoded. `header_end` is where the index, or the first feature, begins."""

    header_end: int = 0
    name: str = ""
    envelope: tuple[float, ...] = ()
    geometry_type: int = 0
    columns: tuple[str, ...] = ()
    features: int = 0
    node_size: int = 16
    crs_code: int = 0
    crs_wkt: str = ""
    has_crs: bool = False

    @property
    def index_bytes(self) -> int:
        """Size of the packed R-tree (packedrtree.cpp, PackedRTree::size)."""
        return (
            NODE_BYTES * sum(levels(self.features, self.node_size))
            if self.features and self.node_size >= 2
            else 0
        )


def levels(items: int, node_size: int) -> list[int]:
    """How many nodes each level of the tree has, from the leaves to the root."""
    counts = [items]
    while counts[-1] > 1:
        counts.append(-(-counts[-1] // node_size))
    assert all(a > b for a, b in pairwise(counts))
    return counts if len(counts) > 1 else [items, 1]


async def read(endpoint: Endpoint, ask: Ask) -> FlatGeobuf:
    file = FlatGeobuf(endpoint)
    await begin(file, ask)
    if not file.start.startswith(MAGIC) or len(file.start) < 16:
        seen = file.start[:8].hex(" ")
        raise file.broken(f"ce n'est pas un FlatGeobuf 3 : {seen}", f"this is not a FlatGeobuf 3: {seen}", 0)
    (length,) = struct.unpack_from("<I", file.start, 8)
    if not 8 <= length <= LARGEST_HEADER:
        raise file.broken(f"en-tête de {length} octets", f"header of {length} bytes", 8)
    file.header_end = 12 + length
    header = await file.at(ask, 12, length)
    try:
        _decode(file, Table.root(header))
    except (Broken, struct.error) as error:
        raise file.broken(f"en-tête illisible {error}", f"unreadable header {error}", 12) from error
    file.title, file.version = file.name, f"3.{file.start[7]}"
    return file


def _decode(file: FlatGeobuf, header: Table) -> None:
    """Fields in the order of header.fbs."""
    file.name = header.text(0)
    file.envelope = header.doubles(1)
    file.geometry_type = header.scalar(2, "B")
    file.columns = tuple(column.text(0) for column in header.tables(7))
    file.features = header.scalar(8, "Q")
    file.node_size = header.scalar(9, "H", 16)
    crs = header.table(10)
    if crs is not None:
        file.has_crs, file.crs_code, file.crs_wkt = True, crs.scalar(1, "i"), crs.text(4)


PROTOCOLS.add(
    Protocol(
        "flatgeobuf",
        Text("FlatGeobuf", "FlatGeobuf"),
        read=read,
        sniff=sniffer("flatgeobuf", lambda start: start.startswith(MAGIC)),
        entry="flatgeobuf/file/readable",
        file=True,
    )
)
