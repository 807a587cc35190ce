"""Answers of real platforms, captured once: what was asked then can be asked again, and nothing else.

The documents are served as they were, real addresses included. Whatever they lead to and was not captured is
answered `not recorded`: the audit then says “untested”, and never blames a platform for our missing capture.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cicclo.hub.demo.peers import DATA
from cicclo.web.outgoing import Answer, Failure, Request, Transport

ABSENT = "x-cicclo-replay"
"""Header of the replay server's answer to what was not captured."""
NOT_CAPTURED = ("origin", "range", "if-none-match", "if-modified-since")
"""Request headers that ask about the transport, of which no trace was captured."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer: the path below the service and the parameters that were asked, and the file that came back."""

    file: Path
    path: str = ""
    ask: Mapping[str, str] = field(default_factory=dict)
    media: str = ""

    def matches(self, path: str, asked: Mapping[str, str]) -> bool:
        if path.rstrip("/") != self.path.rstrip("/"):
            return False
        if not self.ask:
            # a plain resource: the captured representation is the only one, and no parameter was asked
            return set(asked) <= {"f"} and asked.get("f", "json") in ("json", "application/json")
        return all(asked.get(name, "").lower() == value.lower() for name, value in self.ask.items())

    @property
    def media_type(self) -> str:
        return self.media or {".json": "application/json", ".xml": "application/xml"}[self.file.suffix]


@dataclass(frozen=True, slots=True)
class Platform:
    """A captured service: `at` is the address its own documents give, `target` where an audit starts."""

    id: str
    title: str
    at: str
    target: str
    answers: tuple[Capture, ...]

    def answer(self, path: str, asked: Mapping[str, str]) -> Capture | None:
        return next((capture for capture in self.answers if capture.matches(path, asked)), None)


@cache
def platforms() -> Mapping[str, Platform]:
    """Every captured platform by id."""
    raw = tomllib.loads(Path(__file__).with_name("captures.toml").read_text("utf-8"))
    return {name: _platform(name, entry) for name, entry in raw.items()}


def _platform(name: str, entry: Mapping[str, Any]) -> Platform:
    answers = tuple(
        Capture(DATA / "captures" / a["file"], a.get("path", ""), a.get("ask", {}), a.get("media", ""))
        for a in entry["answers"]
    )
    return Platform(name, entry["title"], entry["at"], entry["target"], answers)


def capturable(method: str, headers: Mapping[str, str]) -> bool:
    """Tell whether a request could have a captured answer: plain reading of a document."""
    page = headers.get("accept", "").startswith("text/html")
    return method in ("GET", "HEAD") and not page and not any(name in headers for name in NOT_CAPTURED)


def parameters(query: str) -> dict[str, str]:
    """Query parameters with names in lower case, as OGC services read them."""
    return {name.lower(): value for name, value in parse_qsl(query, keep_blank_values=True)}


@dataclass(slots=True)
class Confined:
    """The way out of the demonstration: loopback, and captured platforms by their real addresses.

    `replay` is the address of the replay server. Nothing else is ever contacted.
    """

    live: Transport
    replay: str
    known: Iterable[Platform] = ()

    async def send(self, request: Request) -> Answer:
        """Send to loopback or to the replay; anything else was never recorded."""
        if urlsplit(request.url).hostname in LOOPBACK:
            return _recorded(await self.live.send(request), request)
        local = self.local(request.url)
        if local is None:
            return Answer(request=request, url=request.url, failure=Failure.NOT_RECORDED)
        answer = await self.live.send(Request(request.method, local, request.headers, request.body))
        return _recorded(answer, request)

    def local(self, url: str) -> str | None:
        """Where the replay server has what is at a real address; None when that platform was not captured."""
        for platform in self.known or platforms().values():
            rest = url.removeprefix(platform.at)
            if rest != url and rest[:1] in ("", "/", "?"):
                return f"{self.replay}/{platform.id}{rest}"
        return None

    async def aclose(self) -> None:
        await self.live.aclose()


def _recorded(answer: Answer, request: Request) -> Answer:
    if answer.header(ABSENT):
        return Answer(request=request, url=request.url, failure=Failure.NOT_RECORDED)
    if urlsplit(request.url).hostname in LOOPBACK:
        return answer
    return replace(answer, request=request, url=request.url)
