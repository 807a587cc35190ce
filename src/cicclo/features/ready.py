"""Answers that are known but for the data: made once per address, language and base, kept while they are asked again.

These are the short ways: pages of GeoJSON, one GeoJSON feature, documents. All else goes through the handlers.
"""

import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol
from urllib.parse import quote, unquote

import msgspec

from cicclo.features import delivery
from cicclo.features.delivery import CACHE, NO_SNIFFING, OPEN, VARY, Header
from cicclo.features.guard import Receive, within
from cicclo.features.model import Query, View
from cicclo.features.ports import EditableStore, Store
from cicclo.features.service import Service
from cicclo.features.usage import Key
from cicclo.kernel.errors import NotFound
from cicclo.kernel.text import Text

Send = Callable[[Any], Awaitable[None]]
Sent = tuple[int, int]  # status and bytes
GEOJSON = b"application/geo+json"
LASTS = 60.0  # seconds: not every store can tell that it changed


class Ready(Protocol):
    """`tail` is the last segment of the address, when the answer is for many of them; `key` is what usage counts.

    `stale` when the data or its description may have changed since: then it is made again.
    """

    key: Key

    @property
    def stale(self) -> bool: ...

    async def answer(
        self, headers: Mapping[bytes, bytes], tail: bytes, *, head: bool, receive: Receive, send: Send
    ) -> Sent: ...


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


class ReadyPage:
    """A page of GeoJSON: one slice of the store between a few links."""

    def __init__(
        self, service: Service, store: Store, query: Query, links: "PageLinks", crs: str, canonical: str
    ) -> None:
        self.key: Key = ("items", store.collection.id, "json", 200)
        self._seconds = service.limits.seconds
        self._store, self._query = store, query
        self._open = b'{"type":"FeatureCollection","links":[' + links.before
        self._next = (b',{"rel":"next","type":"application/geo+json","href":"' + links.next, b'"}')
        self._version = store.version
        self._tag = delivery.etag(self._version, canonical) if self._version else b""
        self._headers = headers_of(crs, self._tag)

    @property
    def stale(self) -> bool:
        return self._store.version != self._version

    async def answer(
        self, headers: Mapping[bytes, bytes], tail: bytes, *, head: bool, receive: Receive, send: Send
    ) -> Sent:
        if (
            self._tag
            and b"if-none-match" in headers
            and delivery.matches(headers[b"if-none-match"], self._tag)
        ):
            return await not_modified(self._headers, send)
        page = await within(self._seconds, receive, self._store.encoded_page(self._query))
        parts = [self._open]
        if page.next:
            parts += (self._next[0], quote(page.next, safe="").encode(), self._next[1])
        matched = b"" if page.matched is None else b'"numberMatched":%d,' % page.matched
        parts.append(
            b'],%b"numberReturned":%d,"timeStamp":"%b","features":[' % (matched, page.returned, CLOCK.now())
        )
        parts += (page.features, b"]}")
        fields = self._headers
        if not self._tag:
            tag = delivery.content_tag(self._open, page.next.encode(), page.features)
            fields = [*fields, (b"etag", tag)]
            if b"if-none-match" in headers and delivery.matches(headers[b"if-none-match"], tag):
                return await not_modified(fields, send)
        return await deliver(b"".join(parts), fields, headers, head=head, send=send)


class PageLinks:
    """`before`: the links that do not depend on the data, encoded; `next`: what comes before the cursor."""

    def __init__(self, before: list[dict[str, Any]], next_: str) -> None:
        self.before = msgspec.json.encode(before)[1:-1]
        self.next = msgspec.json.encode(next_)[1:-1]


class ReadyItem:
    """One GeoJSON feature of a collection, whichever: `tail` is its id."""

    def __init__(
        self,
        service: Service,
        store: Store,
        view: View,
        links: Callable[[str], list[dict[str, Any]]],
        crs: str,
        canonical: str,
    ) -> None:
        self.key: Key = ("item", store.collection.id, "json", 200)
        self._seconds = service.limits.seconds
        self._store, self._view, self._canonical = store, view, canonical
        self._editable = store if service.editable and isinstance(store, EditableStore) else None
        self._version = store.version
        before, after = msgspec.json.encode(links("\0")).split(b"\\u0000", 1)
        rest = after.split(b"\\u0000")
        self._links = (b',"links":' + before, *rest)
        self._headers = headers_of(crs, b"")

    @property
    def stale(self) -> bool:
        return self._store.version != self._version

    async def answer(
        self, headers: Mapping[bytes, bytes], tail: bytes, *, head: bool, receive: Receive, send: Send
    ) -> Sent:
        text = tail.decode("ascii")
        name = decode(text) if "%" in text else text
        tag = await self._tag(name, receive)
        if tag and b"if-none-match" in headers and delivery.matches(headers[b"if-none-match"], tag):
            return await not_modified([*self._headers, (b"etag", tag)], send)
        feature = await within(self._seconds, receive, self._store.encoded_item(name, self._view))
        if feature is None:
            raise no_feature(name)
        quoted = tail if text.isalnum() else quote(name, safe="").encode()
        body = b"".join((feature[:-1], quoted.join(self._links), b"}"))
        if not tag:
            tag = delivery.content_tag(body)
            if b"if-none-match" in headers and delivery.matches(headers[b"if-none-match"], tag):
                return await not_modified([*self._headers, (b"etag", tag)], send)
        fields = [*self._headers, (b"etag", tag)]
        return await deliver(body, fields, headers, head=head, send=send)

    async def _tag(self, name: str, receive: Receive) -> bytes:
        """Strong, with the feature's revision, where features can be changed: If-Match needs it (RFC 9110, 13.1.1)."""
        if self._editable is not None:
            revision = await within(self._seconds, receive, self._editable.revision(name))
            return strong_tag(revision, self._canonical) if revision is not None else b""
        return delivery.etag(self._version, name, self._canonical) if self._version else b""


def strong_tag(revision: str, variant: str) -> bytes:
    """The revision of a feature and its representation (RFC 9110, 8.8.3.3)."""
    mark = hashlib.blake2b(variant.encode(), digest_size=6).hexdigest()
    return f'"{quote(revision, safe="")}.{mark}"'.encode()


def decode(segment: str) -> str:
    """A percent-encoded segment of ours; raise NotFound for bytes that are no UTF-8, which no id of ours is."""
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError:
        raise no_feature(segment) from None


def no_feature(name: str) -> NotFound:
    shown = name if len(name) <= 80 else name[:77] + "…"
    return NotFound(
        Text(f"pas d'objet « {shown} » dans cette collection", f"no feature “{shown}” in this collection"),
        at="featureId",
    )


def headers_of(crs: str, tag: bytes) -> list[Header]:
    fields = [
        (b"content-type", GEOJSON),
        (b"content-crs", f"<{crs}>".encode()),
        CACHE,
        VARY,
        *OPEN,
        NO_SNIFFING,
    ]
    return [*fields, (b"etag", tag)] if tag else fields


async def deliver(
    body: bytes, fields: list[Header], headers: Mapping[bytes, bytes], *, head: bool, send: Send
) -> Sent:
    """Send a body that was just made, compressed if the client can and it pays."""
    accept = headers.get(b"accept-encoding")
    if accept is not None and len(body) >= delivery.WORTH_IT and (name := delivery.coding(accept)):
        body = delivery.squeeze(body, name)
        fields = [*fields, (b"content-encoding", name.encode())]
    size = len(body)
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [*fields, (b"content-length", b"%d" % size)],
        }
    )
    await send({"type": "http.response.body", "body": b"" if head else body})
    return 200, size


async def not_modified(fields: list[Header], send: Send) -> Sent:
    kept = [
        field for field in fields if field[0] not in (b"content-type", b"content-length", b"content-encoding")
    ]
    await send(delivery.start(304, kept))
    await send(delivery.content(b""))
    return 304, 0


class ReadyDocument:
    """A document or a page that changes only with the stores: kept in each compression that was asked for."""

    def __init__(self, key: Key, version: Callable[[], str], body: bytes, fields: list[Header]) -> None:
        self.key = key
        self._version_now = version
        self._version = version()
        self._until = time.monotonic() + LASTS
        self._body = body
        self._tag = delivery.etag(body.decode("utf-8", "surrogateescape"))
        self._fields = [*fields, (b"etag", self._tag), CACHE, VARY]
        self._made: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}

    @property
    def stale(self) -> bool:
        return self._version_now() != self._version or time.monotonic() > self._until

    async def answer(
        self, headers: Mapping[bytes, bytes], tail: bytes, *, head: bool, receive: Receive, send: Send
    ) -> Sent:
        if b"if-none-match" in headers and delivery.matches(headers[b"if-none-match"], self._tag):
            return await not_modified(self._fields, send)
        accept = headers.get(b"accept-encoding", b"")
        name = delivery.coding(accept, brotli_too=True) if accept else ""
        made = self._made.get(name) or self._make(name)
        await send(made[0])
        await send(delivery.content(b"") if head else made[1])
        return 200, len(made[1]["body"])

    def _make(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        worth = name and len(self._body) >= delivery.WORTH_IT
        body = delivery.squeeze_well(self._body, name) if worth else self._body
        fields = [*self._fields, (b"content-length", b"%d" % len(body))]
        if worth:
            fields.append((b"content-encoding", name.encode()))
        made = self._made[name] = (delivery.start(200, fields), delivery.content(body))
        return made
