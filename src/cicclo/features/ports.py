"""What serving needs: stores that hold features, formats that write them."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa

from cicclo.features.model import Collection, EncodedPage, Link, Query, View
from cicclo.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Page:
    """`batch` has the columns `id` (string), the view's properties, and `geometry` (WKB in `view.crs`, traditional order)."""

    batch: pa.RecordBatch
    matched: int | None
    next: str


class Store(Protocol):
    """One collection. Every method may be called from several tasks at once.

    `version` changes when the data does: it is a part of every ETag; empty when the store cannot tell.
    Raise `BadInput` for what only the store can refuse (a stale cursor, a filter it cannot evaluate, `at` naming the
    parameter), `Unavailable` (503) when the source does not answer in time.
    """

    @property
    def collection(self) -> Collection: ...

    @property
    def version(self) -> str: ...

    async def encoded_page(self, query: Query) -> EncodedPage: ...

    async def page(self, query: Query) -> Page: ...

    async def encoded_item(self, id: str, view: View) -> bytes | None:  # noqa: A002 - the standard's word
        """One GeoJSON Feature object, without links; None when there is none."""
        ...

    async def item(self, id: str, view: View) -> pa.RecordBatch | None: ...  # noqa: A002

    def stream(self, query: Query) -> AsyncIterator[pa.RecordBatch]:
        """Everything that matches (limit, offset and cursor are ignored), in batches, in bounded memory."""
        ...

    async def close(self) -> None: ...


@runtime_checkable
class EditableStore(Store, Protocol):
    """A store that takes changes (OGC 20-002). Features are GeoJSON objects with CRS84 coordinates, already checked.

    `revision` is the ETag's content of one feature (what If-Match compares); a stale one raises `Changed`.
    """

    async def revision(self, id: str) -> str | None: ...  # noqa: A002

    async def create(self, feature: Mapping[str, Any]) -> str: ...

    async def replace(self, id: str, feature: Mapping[str, Any], if_match: str) -> bool:  # noqa: A002
        """Return False when there is no such feature."""
        ...

    async def update(self, id: str, patch: Mapping[str, Any], if_match: str) -> bool: ...  # noqa: A002

    async def delete(self, id: str, if_match: str) -> bool: ...  # noqa: A002


@dataclass(frozen=True, slots=True)
class About:
    """What a format may write around the features. `links` are absolute; `single` is an item, not a page.

    `moment` is the time stamp of the answer, UTC. `view.crs` is the CRS of the coordinates.
    """

    collection: Collection
    view: View
    links: tuple[Link, ...]
    moment: datetime
    lang: str = "fr"
    matched: int | None = None
    returned: int | None = None
    single: bool = False
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """One encoding of features: `f=name`.

    `write(about, batches)` yields bytes as it goes; it runs in a thread. `in_body` tells whether links can stand
    in the body (else `next` goes in a `Link` header, RFC 8288). `whole` tells whether a download of the whole
    collection is offered in this format. `crs84_only`: RFC 7946 and the like.
    """

    name: str
    media_type: str
    extension: str
    title: Text
    write: "Writer"
    in_body: bool = False
    whole: bool = True
    conformance: tuple[str, ...] = field(default=())


class Writer(Protocol):
    def __call__(self, about: About, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]: ...
