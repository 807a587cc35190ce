"""Answers that are known but for the data: made once per address, language and base, kept while they are asked again.

These are the short ways: pages of GeoJSON, one GeoJSON feature, documents. All else goes through the handlers.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, unquote

import msgspec

from cicclo.features.http import delivery
from cicclo.features.http.delivery import CACHE, NO_SNIFFING, OPEN, VARY, Header
from cicclo.features.http.guard import within
from cicclo.features.http.requests import Incoming
from cicclo.features.http.usage import Key
from cicclo.features.model import EncodedPage, Query, View
from cicclo.features.ports import EditableStore, Store
from cicclo.kernel.errors import NotFound
from cicclo.kernel.text import Text

Sent = tuple[int, int]  # status and bytes
LASTS = 60.0  # seconds: not every store can tell that it changed
_NEXT = b',{"rel":"next","type":"application/geo+json","href":"'


class Ready(Protocol):
    """`key` is what usage counts. `stale`: the data or its description may have changed since; it is made again."""

    key: Key

    @property
    def stale(self) -> bool: ...

    async def answer(self, incoming: Incoming) -> Sent: ...


class Clock:
    """The time stamp, written once per second."""

    def __init__(self) -> None:
        self._second = 0
        self._text = b""

    def now(self) -> bytes:
        second = int(time.time())
        if second != self._second:
            self._text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second)).encode()
            self._second = second
        return self._text


CLOCK = Clock()


@dataclass(frozen=True, slots=True)
class Given:
    """What pages and items of one store have in common: `canonical` tells two representations apart, `crs` is theirs.

    `seconds` is what the store has to answer; `modified` the moment of its data, as HTTP writes it, when it is known.
    """

    store: Store
    crs: str
    canonical: str
    seconds: float
    editable: bool = False
    modified: bytes = b""

    def headers(self, tag: bytes = b"") -> list[Header]:
        fields = [
            (b"content-type", b"application/geo+json"),
            (b"content-crs", f"<{self.crs}>".encode()),
            CACHE,
            VARY,
            *OPEN,
            NO_SNIFFING,
        ]
        if self.modified:
            fields.append((b"last-modified", self.modified))
        return [*fields, (b"etag", tag)] if tag else fields


class ReadyPage:
    """A page of GeoJSON: one slice of the store between a few links.

    `links` are those that do not depend on the data, `next_` the address of the next page up to its cursor.
    """

    def __init__(self, given: Given, query: Query, links: list[dict[str, Any]], next_: str) -> None:
        self.key: Key = ("items", given.store.collection.id, "json", 200)
        self._given, self._store, self._query = given, given.store, query
        self._open = b'{"type":"FeatureCollection","links":[' + msgspec.json.encode(links)[1:-1]
        self._next = _NEXT + msgspec.json.encode(next_)[1:-1]
        self._version = given.store.version
        self._tag = delivery.etag(self._version, given.canonical) if self._version else b""
        self._headers = given.headers(self._tag)

    @property
    def stale(self) -> bool:
        return self._store.version != self._version

    async def answer(self, incoming: Incoming) -> Sent:
        if self._tag and incoming.has(self._tag, self._given.modified):
            return await not_modified(self._headers, incoming)
        page = await within(self._given.seconds, incoming.receive, self._store.encoded_page(self._query))
        fields = self._headers
        if not self._tag:
            tag = delivery.content_tag(self._open, page.next.encode(), page.features)
            fields = [*fields, (b"etag", tag)]
            if incoming.has(tag):
                return await not_modified(fields, incoming)
        return await deliver(self._body(page), fields, incoming)

    def _body(self, page: EncodedPage) -> bytes:
        matched = b"" if page.matched is None else b'"numberMatched":%d,' % page.matched
        counted = b'%b"numberReturned":%d,"timeStamp":"%b"' % (matched, page.returned, CLOCK.now())
        if not page.next:
            return b"".join((self._open, b"],", counted, b',"features":[', page.features, b"]}"))
        cursor = quote(page.next, safe="").encode()
        return b"".join(
            (self._open, self._next, cursor, b'"}],', counted, b',"features":[', page.features, b"]}")
        )


class ReadyItem:
    """One GeoJSON feature of a collection, whichever: its id is the last segment of the address.

    `links(id)` are its links, for an id that is already percent-encoded.
    """

    def __init__(self, given: Given, view: View, links: Callable[[str], list[dict[str, Any]]]) -> None:
        self.key: Key = ("item", given.store.collection.id, "json", 200)
        self._given, self._store, self._view = given, given.store, view
        self._version = given.store.version
        pieces = msgspec.json.encode(links("\0")).split(b"\\u0000")
        self._links = (b',"links":' + pieces[0], *pieces[1:])
        self._headers = given.headers()

    @property
    def stale(self) -> bool:
        return self._store.version != self._version

    async def answer(self, incoming: Incoming) -> Sent:
        text = incoming.tail.decode("latin-1")
        plain = text.isascii() and text.isalnum()
        name = text if plain else decode(text)
        tag = await self._tag(name, incoming)
        if tag and incoming.has(tag, self._given.modified):
            return await not_modified([*self._headers, (b"etag", tag)], incoming)
        found = await within(
            self._given.seconds, incoming.receive, self._store.encoded_item(name, self._view)
        )
        if found is None:
            raise no_feature(name)
        quoted = incoming.tail if plain else quote(name, safe="").encode()
        body = b"".join((found[:-1], quoted.join(self._links), b"}"))
        if not tag:
            tag = delivery.content_tag(body)
            if incoming.has(tag):
                return await not_modified([*self._headers, (b"etag", tag)], incoming)
        # a strong tag stands for these very bytes, which compression would change
        return await deliver(
            body, [*self._headers, (b"etag", tag)], incoming, compress=not self._given.editable
        )

    async def _tag(self, name: str, incoming: Incoming) -> bytes:
        """Strong, with the feature's revision, where features can be changed: If-Match needs it (RFC 9110, 13.1.1)."""
        if not self._given.editable:
            return delivery.etag(self._version, name, self._given.canonical) if self._version else b""
        assert isinstance(self._store, EditableStore)
        revision = await within(self._given.seconds, incoming.receive, self._store.revision(name))
        return strong_tag(revision, self._given.canonical) if revision is not None else b""


def strong_tag(revision: str, variant: str) -> bytes:
    """The revision of a feature and its representation (RFC 9110, 8.8.3.3)."""
    mark = hashlib.blake2b(variant.encode(), digest_size=6).hexdigest()
    return f'"{quote(revision, safe="")}.{mark}"'.encode()


def decode(segment: str) -> str:
    """A percent-encoded segment of ours; raise NotFound for bytes that are no UTF-8, which no id of ours is."""
    try:
        return unquote(segment.encode("latin-1"), errors="strict")
    except UnicodeDecodeError:
        raise no_feature(segment) from None


def no_feature(name: str) -> NotFound:
    shown = name if len(name) <= 80 else name[:77] + "…"
    return NotFound(
        Text(f"pas d'objet « {shown} » dans cette collection", f"no feature “{shown}” in this collection"),
        at="featureId",
    )


async def deliver(body: bytes, fields: list[Header], incoming: Incoming, *, compress: bool = True) -> Sent:
    """Send a body that was just made, compressed if the client can and it pays."""
    accept = incoming.headers.get(b"accept-encoding")
    if (
        compress
        and accept is not None
        and len(body) >= delivery.WORTH_IT
        and (name := delivery.coding(accept))
    ):
        body = delivery.squeeze(body, name)
        fields = [*fields, (b"content-encoding", name.encode())]
    size = len(body)
    await incoming.send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [*fields, (b"content-length", b"%d" % size)],
        }
    )
    await incoming.send({"type": "http.response.body", "body": b"" if incoming.head else body})
    return 200, size


_OF_BODIES = (b"content-type", b"content-length", b"content-encoding")


async def not_modified(fields: list[Header], incoming: Incoming) -> Sent:
    await incoming.send(delivery.start(304, [field for field in fields if field[0] not in _OF_BODIES]))
    await incoming.send(delivery.content(b""))
    return 304, 0


class ReadyDocument:
    """A document or a page that changes only with the stores: kept in each compression that was asked for.

    `version()` tells what state of the data it was made of.
    """

    def __init__(self, key: Key, version: Callable[[], str], body: bytes, fields: list[Header]) -> None:
        self.key = key
        self._version_now, self._version = version, version()
        self._until = time.monotonic() + LASTS
        self._body = body
        self._tag = delivery.content_tag(body)
        self._fields = [*fields, (b"etag", self._tag), CACHE, VARY]
        self._made: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}

    @property
    def stale(self) -> bool:
        return self._version_now() != self._version or time.monotonic() > self._until

    async def answer(self, incoming: Incoming) -> Sent:
        if incoming.has(self._tag):
            return await not_modified(self._fields, incoming)
        accept = incoming.headers.get(b"accept-encoding")
        name = delivery.coding(accept, brotli_too=True) if accept else ""
        start, content = self._made.get(name) or self._make(name)
        await incoming.send(start)
        await incoming.send(delivery.content(b"") if incoming.head else content)
        return 200, len(content["body"])

    def _make(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        worth = name and len(self._body) >= delivery.WORTH_IT
        body = delivery.squeeze_well(self._body, name) if worth else self._body
        fields = [*self._fields, (b"content-length", b"%d" % len(body))]
        if worth:
            fields.append((b"content-encoding", name.encode()))
        made = self._made[name] = (delivery.start(200, fields), delivery.content(body))
        return made
