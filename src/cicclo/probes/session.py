"""Ask once, remember what was asked, and know which exchanges a verdict rests on."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from lxml import etree

from cicclo.probes import documents
from cicclo.probes.model import Options
from cicclo.probes.ports import Evidence
from cicclo.web.outgoing import Answer, Failure, Request, Transport


@dataclass(slots=True)
class Session:
    """One audit's requests: sent once each, counted, written to the evidence before anyone judges them.

    Answers that several members ask for (the landing page, a refused request…) are recalled from the most
    recent ones, bounded in number and bytes: memory does not grow with the platform.
    """

    transport: Transport
    evidence: Evidence
    options: Options
    requests: int = 0
    recent: "OrderedDict[str, asyncio.Task[Answer]]" = field(default_factory=OrderedDict)

    async def send(self, request: Request) -> Answer:
        key = request.key
        task = self.recent.get(key)
        if task is None:
            task = self.recent[key] = asyncio.ensure_future(self._send(request))
            while len(self.recent) > RECENT_ANSWERS:
                self.recent.popitem(last=False)
        else:
            self.recent.move_to_end(key)
        answer = await asyncio.shield(task)
        if len(answer.body) > RECENT_BYTES:
            self.recent.pop(key, None)  # a big document lives as long as the scope that asked for it
        return answer

    async def _send(self, request: Request) -> Answer:
        if self.requests >= self.options.max_requests:
            return Answer(request=request, url=request.url, failure=Failure.BUDGET)
        self.requests += 1
        answer = await self.transport.send(request)
        self.evidence.put(answer)
        return answer


RECENT_ANSWERS = 400
RECENT_BYTES = 128 * 1024


@dataclass(slots=True)
class Scope:
    """Answers remembered while one thing is examined: the endpoint, then each of its members.

    A member's scope looks into its parent's, and is dropped with the member.
    """

    session: Session
    parent: "Scope | None" = None
    answers: dict[str, asyncio.Task[Answer]] = field(default_factory=dict)
    parsed: dict[str, Any] = field(default_factory=dict)

    def child(self) -> "Scope":
        return Scope(self.session, self)

    async def send(self, request: Request) -> Answer:
        key = request.key
        scope: Scope | None = self
        while scope is not None:
            if (task := scope.answers.get(key)) is not None:
                return task.result() if task.done() else await asyncio.shield(task)
            scope = scope.parent
        task = self.answers[key] = asyncio.ensure_future(self.session.send(request))
        return await asyncio.shield(task)


@dataclass(slots=True)
class Ask:
    """A check's way to ask questions; `used` are the keys of the exchanges it looked at, in order."""

    scope: Scope
    used: list[str] = field(default_factory=list)

    @property
    def options(self) -> Options:
        return self.scope.session.options

    async def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send a request (or recall its answer) and return the answer, whatever it is."""
        request = Request.of(method, url, headers, body)
        answer = await self.scope.send(request)
        key = request.key
        if key not in self.used:
            self.used.append(key)
        return answer

    async def get(
        self, url: str, params: Mapping[str, Any] | None = None, *, accept: str = "", **headers: str
    ) -> Answer:
        """GET; `params` replace those of the same name (whatever their case) in the URL."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if accept:
            named["accept"] = accept
        return await self.send("GET", with_params(url, params or {}), headers=named)

    async def json(
        self, url: str, params: Mapping[str, Any] | None = None, *, accept: str = "application/json"
    ) -> Any:
        """GET a JSON document that must be a success; raise NoAnswer, BadStatus or BadDocument."""
        answer = await self.get(url, params, accept=accept)
        return self._parsed("json", answer, documents.json_of)

    async def xml(self, url: str, params: Mapping[str, Any] | None = None) -> etree._Element:
        """GET an XML document that must be a success; raise NoAnswer, BadStatus or BadDocument."""
        answer = await self.get(url, params)
        return self._parsed("xml", answer, documents.xml_of)

    def _parsed(self, kind: str, answer: Answer, parse: Any) -> Any:
        documents.success(answer)
        key = f"{kind} {answer.request.key}"
        scope: Scope | None = self.scope
        while scope is not None:
            if key in scope.parsed:
                return scope.parsed[key]
            scope = scope.parent
        document = self.scope.parsed[key] = parse(answer)
        return document


def with_params(url: str, params: Mapping[str, Any]) -> str:
    """Return `url` with query parameters set: same names (case ignored) are replaced, None removes one."""
    if not params:
        return url
    parts = urlsplit(url)
    names = {name.lower() for name in params}
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in names
    ]
    kept += [(name, str(value)) for name, value in params.items() if value is not None]
    return urlunsplit(
        (parts.scheme, parts.netloc, parts.path, urlencode(kept, quote_via=quote, safe=":/,"), "")
    )
