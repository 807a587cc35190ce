"""The long way: from an address to what answers it, through the resources' handlers."""

import logging
from collections.abc import Mapping
from urllib.parse import quote

import msgspec
from jinja2 import TemplateError

from cicclo.features.http import delivery, requests
from cicclo.features.http.delivery import NO_SNIFFING, OPEN, VARY, Header
from cicclo.features.http.negotiation import language, representation
from cicclo.features.http.plans import COMMON, refuse_unknown
from cicclo.features.http.ready import Ready, ReadyDocument, Sent
from cicclo.features.http.requests import Incoming
from cicclo.features.http.routing import Router, allowed
from cicclo.features.http.sending import Whole, WholeFile
from cicclo.features.http.usage import Key, Usage
from cicclo.features.http.visits import visit
from cicclo.features.resources import HTML, Ask, Content, Document, Prepared, Reply, Resource
from cicclo.features.service import Service
from cicclo.kernel.errors import CiccloError
from cicclo.kernel.text import Text
from cicclo.web import problems, security

log = logging.getLogger(__name__)
PROBLEM = b"application/problem+json"


class Answerer:
    """Finds the resource, reads what is asked, calls the handler, turns its reply into bytes."""

    def __init__(self, service: Service, router: Router, usage: Usage) -> None:
        self._service = service
        self._router = router
        self.usage = usage

    async def make(self, incoming: Incoming) -> Ready | Whole | WholeFile:
        """Return what answers; raise a CiccloError for what cannot be answered."""
        scope = incoming.scope
        self._refuse_long(incoming)
        resource, named = self._router.find(incoming.raw)
        methods = allowed(resource, self._service, named)
        if scope["method"] == "OPTIONS":
            return _options(resource, methods, incoming.headers)
        if scope["method"] not in methods:
            raise WrongMethod(methods)
        ask = self._ask(incoming, resource, named)
        return self._finish(ask, await resource.handler(ask))

    def _refuse_long(self, incoming: Incoming) -> None:
        most = self._service.limits.url
        if len(incoming.raw) + len(incoming.scope["query_string"]) > most:
            raise requests.AddressTooLong(
                Text(f"plus de {most} octets", f"more than {most} bytes"),
                remedy=Text("raccourcir le filtre", "shorten the filter"),
            )

    def _ask(self, incoming: Incoming, resource: Resource, named: dict[str, str]) -> Ask:
        service, method = self._service, incoming.scope["method"]
        given = requests.query(incoming.scope["query_string"])
        if resource.name not in OWN_CHECK:
            store = service.stores.get(named.get("collection", ""))
            own = resource.parameters(service, store.collection if store else None)
            refuse_unknown(given, frozenset((*COMMON, *(each.name for each in own))))
        chosen = resource.offered[0]
        if method in READING:
            chosen = representation(given.get("f"), incoming.text(b"accept"), resource.offered)
        return Ask(
            service=service,
            resource=resource,
            method=method,
            path=named,
            query=given,
            representation=chosen,
            lang=language(given.get("lang"), incoming.text(b"accept-language"), service.languages),
            base=incoming.base,
            headers={name.decode("latin-1"): incoming.text(name) for name in incoming.headers},
            body=lambda: requests.body(incoming.receive, service.limits.body),
            receive=incoming.receive,
            usage=self.usage,
            scope=incoming.scope,
        )

    def _finish(self, ask: Ask, reply: Reply) -> Ready | Whole | WholeFile:
        collection = ask.path.get("collection", "")
        key: Key = (ask.resource.name, collection, ask.representation.name, 200)
        if isinstance(reply, Prepared):
            return WholeFile(key, reply)
        if isinstance(reply, Content):
            return Whole(key, reply, _fields_of(reply, ask.method))
        if not isinstance(reply, Document):
            return reply  # ready already
        body, fields = _rendered(ask, reply)
        if ask.resource.prepared and ask.method in READING and reply.status == 200:
            return ReadyDocument(key, lambda: self._service.version, body, fields)
        key = (*key[:3], reply.status)
        made = Content(body, "", reply.status, version=reply.version or "")
        return Whole(key, made, fields)

    async def problem(self, error: CiccloError, incoming: Incoming) -> tuple[Key, Sent]:
        """Say what went wrong, in the reader's language, as JSON or as a page."""
        lang, json = self._reader(incoming)
        page = None if json else self._problem_page(error, incoming, lang)
        if page is None:
            instance = incoming.raw.decode("latin-1")
            body = msgspec.json.encode(problems.document(error, lang, instance))
            fields: list[Header] = [(b"content-type", PROBLEM), (b"content-language", lang.encode())]
        else:
            body, fields = page, _page_fields(lang)
        shared = OPEN if incoming.scope["method"] not in WRITING else ()
        fields += [*shared, NO_SNIFFING, VARY, (b"cache-control", b"no-store"), *_told(error)]
        fields.append((b"content-length", b"%d" % len(body)))
        await incoming.send(delivery.start(error.status, fields))
        await incoming.send(delivery.content(b"" if incoming.head else body))
        return ("problem", "", "json" if page is None else "html", error.status), (error.status, len(body))

    def _problem_page(self, error: CiccloError, incoming: Incoming, lang: str) -> bytes | None:
        """The page, or None when it cannot be made: what went wrong must be said even then."""
        from cicclo.features import pages  # noqa: PLC0415 - templates are loaded by the first page

        shown = {"error": error, "service": self._service}
        try:
            return pages.render("problem", visit(incoming.scope, lang, incoming.base), shown).encode()
        except TemplateError:
            log.exception("the page of a problem cannot be made")
            return None

    def _reader(self, incoming: Incoming) -> tuple[str, bool]:
        """Language and form of a problem: a browser gets a page, unless it asked for data."""
        try:
            given = requests.query(incoming.scope["query_string"])
        except CiccloError:
            given = {}
        asked = given.get("lang")
        known = asked if asked in self._service.languages else None
        lang = language(known, incoming.text(b"accept-language"), self._service.languages)
        wants_page = given.get("f") in (None, "html") and "text/html" in incoming.text(b"accept")
        return lang, not wants_page


READING = ("GET", "HEAD")
WRITING = ("POST", "PUT", "PATCH", "DELETE")
# resources whose handlers check their own parameters, because they depend on the collection's properties
OWN_CHECK = frozenset({"items", "item"})


class WrongMethod(problems.WrongMethod):
    def __init__(self, methods: tuple[str, ...]) -> None:
        allow = ", ".join(methods)
        super().__init__(
            Text(
                "cette adresse n'admet pas cette méthode HTTP",
                "this address does not accept this HTTP method",
            ),
            remedy=Text(f"méthodes admises : {allow}", f"methods accepted: {allow}"),
        )
        self.allow = allow


def _told(error: CiccloError) -> list[Header]:
    """Header fields that go with a status."""
    if isinstance(error, WrongMethod):
        return [(b"allow", error.allow.encode())]
    if error.status == 503:
        return [(b"retry-after", b"5")]
    if error.status == 401:
        return [(b"www-authenticate", b'Bearer realm="cicclo", Basic realm="cicclo", charset="UTF-8"')]
    return []


def _rendered(ask: Ask, reply: Document) -> tuple[bytes, list[Header]]:
    extra = delivery.encoded(reply.headers)
    if ask.representation != HTML:
        media_type = ask.representation.media_type.encode()
        fields = [(b"content-type", media_type), (b"content-language", ask.lang.encode())]
        return msgspec.json.encode(reply.content), [*fields, *OPEN, NO_SNIFFING, *extra]
    from cicclo.features import pages  # noqa: PLC0415

    shown = {"document": reply.content, "service": ask.service, **reply.page}
    text = pages.render(reply.kind, visit(ask.scope, ask.lang, ask.base), shown)
    return text.encode(), [*_page_fields(ask.lang), *OPEN, *extra]


def _page_fields(lang: str) -> list[Header]:
    fields = [(b"content-type", b"text/html; charset=utf-8"), (b"content-language", lang.encode())]
    from cicclo.features import pages  # noqa: PLC0415

    policy = {
        **security.HEADERS,
        "content-security-policy": getattr(pages, "CONTENT_POLICY", security.CONTENT_POLICY),
    }
    return [*fields, *delivery.encoded(tuple(policy.items()))]


def _fields_of(reply: Content, method: str) -> list[Header]:
    """Other sites may read what is read, not what a change answers."""
    fields: list[Header] = [(b"content-type", reply.media_type.encode())] if reply.media_type else []
    if reply.filename:
        fields.append((b"content-disposition", disposition(reply.filename)))
    shared = OPEN if method in READING else ()
    return [*fields, *shared, NO_SNIFFING, *delivery.encoded(reply.headers)]


def disposition(filename: str) -> bytes:
    """RFC 6266: a plain name, and the real one when they differ."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in filename)
    extended = f"; filename*=UTF-8''{quote(filename, safe='')}" if plain != filename else ""
    return f'attachment; filename="{plain}"{extended}'.encode()


def _options(resource: Resource, methods: tuple[str, ...], headers: Mapping[bytes, bytes]) -> Whole:
    """Allow, and the answer to a browser's preflight: other sites may read, never write."""
    fields: list[Header] = [(b"allow", ", ".join(methods).encode()), *OPEN]
    if "PATCH" in methods:
        fields.append((b"accept-patch", b"application/merge-patch+json"))
    if b"access-control-request-method" in headers:
        fields += [
            (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
            (b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type, If-None-Match"),
            (b"access-control-max-age", b"86400"),
        ]
    return Whole((resource.name, "", "", 204), Content(b"", "", 204), fields)
