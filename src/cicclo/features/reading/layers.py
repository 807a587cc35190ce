"""A layer as it is in a file, before any cleaning."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
from pyproj import CRS

from cicclo.features.reading.account import Account

MOST_ROWS = 65_536
BATCH_BYTES = 16 * 1024 * 1024

Read = Callable[[Sequence[str] | None, Account], Iterator[pa.RecordBatch]]


@dataclass(frozen=True, slots=True)
class Options:
    """What the person says where the file is silent or wrong; empty says nothing."""

    layer: str = ""
    id_column: str = ""
    crs: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """`read(columns, account)` gives batches of the named columns, or of all of them with the geometry.

    `geometry` names the column of WKB in traditional order, `fid` the one of the source's own identifiers (integers),
    both empty when there is none; neither stands in `fields`. `declared` is the type of geometry announced.
    """

    name: str
    fields: tuple[pa.Field, ...]
    read: Read
    geometry: str = ""
    fid: str = ""
    declared: str = ""
    crs: CRS | None = None
    count: int | None = None
    title: str = ""
    found: Account = field(default_factory=Account)  # what opening it told already


def batch_rows(total_bytes: int, count: int | None) -> int:
    """How many rows a batch holds, so that it stays small whatever the size of one feature."""
    if not count or count < 0:
        return MOST_ROWS // 4
    return max(64, min(MOST_ROWS, BATCH_BYTES * count // max(1, total_bytes)))
