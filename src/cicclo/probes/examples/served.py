"""Example sites on a real server: the same services, under addresses of this machine."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from cicclo.probes.examples.site import Reply, Site
from cicclo.web.outgoing import Request

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]


def application(sites: Mapping[str, Site], public: str, delay: float = 0.0) -> Asgi:
    """An ASGI application with each site under `/<name>`; `public` is the address it is reached at.

    The example's own address is replaced by the public one in every body and header, and back in what is
    asked. `delay` in seconds makes a platform as far away as wished.
    """

    async def serve(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = await _body(receive)
        await asyncio.sleep(delay)
        reply = _reply(sites, public, scope, body)
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else reply.body})

    return serve


async def _body(receive: Receive) -> bytes:
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body


def _reply(sites: Mapping[str, Site], public: str, scope: MutableMapping[str, Any], body: bytes) -> Reply:
    name, _, rest = scope["raw_path"].decode("latin-1").lstrip("/").partition("/")
    if name not in sites or scope["method"] not in ("GET", "HEAD", "OPTIONS", "POST"):
        return Reply(404)
    site, mine = sites[name], f"{public}/{name}"
    query = scope["query_string"].decode("latin-1")
    slash = "/" if scope["raw_path"].decode("latin-1").startswith(f"/{name}/") else ""
    url = site.base + slash + rest + (f"?{query}" if query else "")
    headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
    reply = site.answer(
        Request.of(scope["method"], url, headers, body.replace(mine.encode(), site.base.encode()))
    )
    translated = {key: value.replace(site.base, mine) for key, value in reply.headers.items()}
    if "content-encoding" in reply.headers:
        return Reply(reply.status, translated, reply.body)
    return Reply(reply.status, translated, reply.body.replace(site.base.encode(), mine.encode()))
