"""A small service in memory, and ways to damage it.

Addresses are absolute, under `base`. A handler receives a Request and returns a Reply, or None for 404.
The same site can be mounted on a real server with `asgi()`.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from cicclo.web.outgoing import Answer, Failure, Request
from cicclo.web.outgoing.redaction import safe_body, safe_headers
from cicclo.web.outgoing.redirects import follow


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers (lower case) and body of an answer."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: Failure | None = None

    @classmethod
    def json(
        cls, document: Any, media_type: str = "application/json", status: int = 200, **headers: str
    ) -> "Reply":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(
            status, {"content-type": media_type, **named}, json.dumps(document, ensure_ascii=False).encode()
        )

    @classmethod
    def xml(
        cls, text: str | bytes, media_type: str = "application/xml", status: int = 200, **headers: str
    ) -> "Reply":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(
            status, {"content-type": media_type, **named}, text.encode() if isinstance(text, str) else text
        )

    @classmethod
    def text(cls, text: str, media_type: str = "text/plain", status: int = 200) -> "Reply":
        return cls(status, {"content-type": media_type}, text.encode())

    def unpacked(self) -> "Reply":
        """The same reply without compression."""
        if self.headers.get("content-encoding") != "gzip":
            return self
        headers = {
            name: value
            for name, value in self.headers.items()
            if name not in ("content-encoding", "content-length")
        }
        return replace(self, headers=headers, body=gzip.decompress(self.body))


Handler = Callable[[Request], Reply | None]
Where = Callable[[Request], bool]


def always(_request: Request) -> bool:
    return True


def query(request: Request) -> dict[str, str]:
    """Query parameters, names in lower case."""
    return {
        name.lower(): value for name, value in parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    }


@dataclass(frozen=True, slots=True)
class Site:
    """`pattern` arguments are shell patterns on the path and query (`/collections*`, `*REQUEST=GetMap*`), case ignored."""

    base: str
    handler: Handler
    entry: str = "/"

    @property
    def url(self) -> str:
        """The address to audit."""
        return self.base + self.entry

    def answer(self, request: Request) -> Reply:
        return self.handler(request) or Reply(404, {"content-type": "text/plain"}, b"not found")

    def change(
        self, pattern: str, change: Callable[[Request, Reply], Reply], where: Where = always
    ) -> "Site":
        """Pass the replies to matching requests through `change`."""
        inner = self.handler

        def changed(request: Request) -> Reply | None:
            reply = inner(request)
            if not _matches(request, pattern) or not where(request):
                return reply
            return change(request, reply or Reply(404))

        return replace(self, handler=changed)

    def reply(self, pattern: str, reply: Reply | Handler, where: Where = always) -> "Site":
        """Answer matching requests with `reply`."""
        if isinstance(reply, Reply):
            fixed = reply
            return self.change(pattern, lambda _request, _old: fixed, where)
        make = reply
        return self.change(pattern, lambda request, _old: make(request) or Reply(404), where)

    def edit(self, pattern: str, edit: Callable[[Any], Any], where: Where = always) -> "Site":
        """Change the JSON documents of matching answers in place (or return another document from `edit`)."""

        def change(_request: Request, old: Reply) -> Reply:
            if "json" not in old.headers.get("content-type", ""):
                return old
            old = old.unpacked()
            document = json.loads(old.body)
            edited = edit(document)
            return replace(old, body=json.dumps(document if edited is None else edited).encode())

        return self.change(pattern, change, where)

    def edit_text(self, pattern: str, old: str, new: str, where: Where = always) -> "Site":
        """Replace a text in the bodies of matching answers."""
        return self.change(
            pattern,
            lambda _r, reply: replace(reply, body=reply.body.replace(old.encode(), new.encode())),
            where,
        )

    def edit_xml(self, pattern: str, edit: Callable[[etree._Element], Any], where: Where = always) -> "Site":
        """Change the XML documents of matching answers in place."""

        def change(_request: Request, old: Reply) -> Reply:
            root = etree.fromstring(old.body)
            edit(root)
            return replace(old, body=etree.tostring(root, xml_declaration=True, encoding="UTF-8"))

        return self.change(pattern, change, where)

    def header(self, pattern: str, name: str, value: str | None, where: Where = always) -> "Site":
        """Set a header of matching answers, or remove it with None."""

        def change(_request: Request, reply: Reply) -> Reply:
            headers = {key: old for key, old in reply.headers.items() if key != name.lower()}
            return replace(reply, headers=headers if value is None else {**headers, name.lower(): value})

        return self.change(pattern, change, where)

    def status(self, pattern: str, status: int, where: Where = always) -> "Site":
        """Change the status of matching answers."""
        return self.change(pattern, lambda _request, reply: replace(reply, status=status), where)

    def fail(self, pattern: str, failure: Failure, where: Where = always) -> "Site":
        """Let matching requests end without an answer (in memory only: a mounted site answers)."""
        return self.reply(pattern, Reply(0, failure=failure), where)


def _matches(request: Request, pattern: str) -> bool:
    parts = urlsplit(request.url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return fnmatchcase(target.lower(), pattern.lower()) or fnmatchcase(parts.path.lower(), pattern.lower())


class SiteTransport:
    """Answers from a Site, as the network would: redirects are followed, bodies are redacted."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def send(self, request: Request) -> Answer:
        return await follow(self._one, request, 6)

    async def _one(self, request: Request) -> Answer:
        reply = self._site.answer(request)
        if reply.failure is not None:
            return Answer(request, request.url, failure=reply.failure)
        body = b"" if request.method == "HEAD" else reply.body
        if reply.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        headers = tuple((name.lower(), value) for name, value in reply.headers.items())
        return Answer(
            request=request,
            url=request.url,
            status=reply.status,
            headers=safe_headers(headers),
            body=safe_body(body, reply.headers.get("content-type", "").split(";")[0]),
            length=len(body),
            sha256=hashlib.sha256(body).hexdigest(),
        )

    async def aclose(self) -> None:
        pass
