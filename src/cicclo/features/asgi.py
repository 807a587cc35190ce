"""The application: one service → ASGI. Mountable alone, under any prefix."""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from cicclo.features.http import requests
from cicclo.features.http.answering import Answerer
from cicclo.features.http.delivery import CACHE, NO_SNIFFING
from cicclo.features.http.guard import ClientLeft, Receive
from cicclo.features.http.ready import Ready, Sent
from cicclo.features.http.requests import Incoming, Send
from cicclo.features.http.routing import Router
from cicclo.features.http.sending import BrokenOff, Whole, WholeFile
from cicclo.features.http.usage import Key, Usage
from cicclo.features.resources import RESOURCES
from cicclo.features.service import Service
from cicclo.kernel.errors import CiccloError, Unavailable
from cicclo.kernel.text import Text
from cicclo.web.problems import of_status

Scope = Mapping[str, Any]
MOST_READY = 2048  # answers kept ready
LONGEST_READY = 2048  # bytes of an address worth keeping
STATIC = b"/static/"
YEAR = (b"cache-control", b"public, max-age=31536000, immutable")
ITEMS = b"/items/"
READING = ("GET", "HEAD")
LEFT: Key = ("", "", "", 499)  # nobody waited for the answer

log = logging.getLogger(__name__)


class Site:
    """A service with everything that was made ready for it; a new configuration is a new site."""

    def __init__(self, service: Service, usage: Usage) -> None:
        self.service = service
        self.ready: dict[tuple[Any, ...], Ready] = {}
        self.answerer = Answerer(service, Router(RESOURCES.values()), usage)
        self.busy = 0

    async def answer(self, incoming: Incoming) -> tuple[Key, Sent]:
        """Answer by what is ready, else the long way, keeping what can be ready next time."""
        scope, raw = incoming.scope, incoming.raw
        if scope["method"] not in READING:
            return await self._long(incoming)
        place = raw[: -len(incoming.tail)] if raw.endswith(ITEMS, 0, -len(incoming.tail)) else raw
        accept = incoming.headers.get(b"accept"), incoming.headers.get(b"accept-language")
        key = (place, scope["query_string"], accept, incoming.base)
        ready = self.ready.get(key)
        if ready is not None and not ready.stale:
            return ready.key, await ready.answer(incoming)
        return await self._long(incoming, key)

    async def _long(self, incoming: Incoming, key: tuple[Any, ...] | None = None) -> tuple[Key, Sent]:
        made = await self.answerer.make(incoming)
        if isinstance(made, Whole | WholeFile):
            return made.key, await made.send(incoming)
        if key is not None and len(key[0]) + len(key[1]) <= LONGEST_READY:
            self.keep(key, made)
        return made.key, await made.answer(incoming)

    def keep(self, key: tuple[Any, ...], ready: Ready) -> None:
        if len(self.ready) >= MOST_READY:
            for old in list(self.ready)[: MOST_READY // 4]:
                del self.ready[old]
        self.ready[key] = ready


class Application:
    """What the server calls. `replace` puts another service in place; requests under way end with theirs."""

    def __init__(
        self, service: Service, usage: Usage | None = None, lifespan: "Lifespan | None" = None
    ) -> None:
        self.usage = usage or Usage()
        self.site = Site(service, self.usage)
        self._lifespan = lifespan
        with as_file(files("cicclo.web") / "static") as folder:
            self._static = StaticFiles(directory=Path(folder))

    def replace(self, service: Service) -> Service:
        """Serve another description from now on; return the former one."""
        former, self.site = self.site.service, Site(service, self.usage)
        return former

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._other(scope, receive, send)
            return
        started = time.perf_counter()
        site, raw = self.site, requests.raw_path(scope)
        headers = dict(scope["headers"])
        base = requests.base(scope, headers, site.service)
        incoming = Incoming(scope, raw, raw[raw.rfind(b"/") + 1 :], headers, base, receive, send)
        if raw.startswith(STATIC):
            await self._static_file(incoming)
            return
        key, sent = LEFT, (499, 0)
        site.busy += 1
        try:
            key, sent = await self._answer(site, incoming)
        except ClientLeft:
            pass
        finally:
            site.busy -= 1
            if sent[0] != key[3]:
                key = (*key[:3], sent[0])
            self.usage.count(key, sent[1], time.perf_counter() - started)

    async def _answer(self, site: Site, incoming: Incoming) -> tuple[Key, Sent]:
        try:
            if site.busy > site.service.limits.requests:
                return await site.answerer.problem(_busy(), incoming)
            return await site.answer(incoming)
        except CiccloError as error:
            return await site.answerer.problem(error, incoming)
        except (ClientLeft, BrokenOff):
            raise
        except Exception:
            log.exception("fault while answering %s", incoming.scope["method"])
            return await site.answerer.problem(_fault(), incoming)

    async def _static_file(self, incoming: Incoming) -> None:
        """A file that never changes under its address, when the address carries its mark (`v`)."""
        scope = incoming.scope
        kept = YEAR if b"v=" in scope["query_string"] else CACHE

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], NO_SNIFFING, kept]
            await incoming.send(message)

        # below our own prefix, whether or not the proxy left it in the path
        path = unquote(incoming.raw[len(STATIC) - 1 :].decode("latin-1"))
        try:
            await self._static({**scope, "root_path": "", "path": path}, incoming.receive, sending)
        except HTTPException as error:
            await self.site.answerer.problem(of_status(error.status_code), incoming)

    async def _other(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(self, self._lifespan, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})


Lifespan = Callable[[Application], AbstractAsyncContextManager[None]]


async def _live(app: Application, lifespan: Lifespan | None, receive: Receive, send: Send) -> None:
    """The ASGI lifespan protocol: start, wait, stop."""
    await receive()
    try:
        if lifespan is None:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        else:
            async with lifespan(app):
                await send({"type": "lifespan.startup.complete"})
                await receive()
        app.usage.flush()
    except CiccloError as error:
        await send({"type": "lifespan.startup.failed", "message": error.say("en")})
        return
    await send({"type": "lifespan.shutdown.complete"})


def _busy() -> Unavailable:
    return Unavailable(
        Text("trop de demandes en même temps", "too many requests at once"),
        remedy=Text("réessayer dans quelques secondes", "try again in a few seconds"),
    )


def _fault() -> CiccloError:
    """Say only where to look: the server's own log has the rest."""
    return CiccloError(
        Text("erreur interne : voir le journal du serveur", "internal error: see the server's log")
    )


def application(
    service: Service, *, usage: Usage | None = None, lifespan: Lifespan | None = None
) -> Application:
    """Return the ASGI application of a service."""
    return Application(service, usage, lifespan)
