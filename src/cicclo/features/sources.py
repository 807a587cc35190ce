"""A file → a described collection and clean batches, with an account of what was repaired or refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from cicclo.features.model import Collection
from cicclo.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Remark:
    """One kind of thing found while reading: `count` features, the first of which are named in `examples` (ids or row numbers)."""

    code: str
    text: Text
    count: int
    refused: bool = False  # features were left out; else repaired or merely noted
    examples: tuple[str, ...] = ()


@dataclass(slots=True)
class Account:
    """Grows while the batches are read; complete after the last one: read == kept + refused, always."""

    read: int = 0
    kept: int = 0
    refused: int = 0
    remarks: list[Remark] = field(default_factory=list)


@dataclass(slots=True)
class Prepared:
    """`batches` are read once: columns `id` (string, unique), the collection's properties, `geometry` (WKB in the
    storage CRS, traditional order, valid or null). `collection.extent`, `interval` and `count` are filled in by the reader of the batches.
    """

    collection: Collection
    batches: Iterator[pa.RecordBatch]
    account: Account
