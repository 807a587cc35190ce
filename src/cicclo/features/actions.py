"""Verbs: publish a file, so that it is served from its index."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pyarrow as pa

from cicclo.features.sources import Account, Prepared, prepare
from cicclo.features.stores import published
from cicclo.features.stores.published import Published
from cicclo.kernel.text import Text

Tell = Callable[[str, int, int | None], None]
"""Told as it goes: the collection, how many features were read, of how many (None: unknown)."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of one layer: `folder` is where it is served from, `published` what the index says of itself."""

    collection: str
    folder: Path
    account: Account
    published: Published
    seconds: float


def publish(
    source: str,
    folder: Path,
    *,
    layer: str = "",
    id_column: str = "",
    crs: str = "",
    encoding: str = "",
    collection: str = "",
    title: Text | None = None,
    tell: Tell | None = None,
) -> list[Publication]:
    """Publish every layer of a file (or the one named); a layer that fails leaves its former publication served."""
    told = tell or (lambda _collection, _read, _of: None)
    layers = prepare(
        source,
        layer=layer,
        id_column=id_column,
        crs=crs,
        encoding=encoding,
        collection=collection,
        title=title,
    )
    folder.mkdir(parents=True, exist_ok=True)
    return [_published(each, folder, told) for each in layers]


def _published(prepared: Prepared, folder: Path, tell: Tell) -> Publication:
    start, name = monotonic(), prepared.collection.id
    prepared.batches = _watched(prepared, prepared.batches, tell)
    result = published.build(prepared, folder)
    return Publication(name, folder / name, prepared.account, result, monotonic() - start)


def _watched(prepared: Prepared, batches: Iterator[pa.RecordBatch], tell: Tell) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        tell(prepared.collection.id, prepared.account.read, prepared.collection.count)
        yield batch
