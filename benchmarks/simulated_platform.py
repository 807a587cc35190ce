"""A platform of a thousand collections, a thousand WMS layers and a thousand WFS types, on loopback.

It serves the example services of the checks, with their one collection, layer and type multiplied; every
answer waits 20 ms, as a platform across a country would take. Usage: simulated_platform.py PORT [COUNT] [DELAY_MS]
"""

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from cicclo.probes.examples import ogcapi, wfs, wms
from cicclo.probes.examples.site import Reply, Site
from cicclo.web.outgoing import Request

SITES: dict[str, Site] = {urlsplit(s.site().base).path.strip("/") or name: s.site() for name, s in (("ogcapi", ogcapi), ("wfs", wfs), ("wms", wms))}
COPY = re.compile(r"__\d+")


@cache
def multiplied(prefix: str, url: str, public: str, count: int) -> Reply | None:
    """The reply of a list resource, its first member repeated `count` times under numbered names."""
    site = SITES[prefix]
    reply = site.handler(Request("GET", url))
    if reply is None:
        return None
    body = reply.body.decode()
    if prefix == "ogcapi" and urlsplit(url).path.rstrip("/").endswith("/collections"):
        document = json.loads(body)
        first = json.dumps(document["collections"][0])
        name = document["collections"][0]["id"]
        document["collections"] = [json.loads(first.replace(f'"{name}"', f'"{name}__{i}"').replace(f"/{name}", f"/{name}__{i}")) for i in range(count)]
        body = json.dumps(document)
    elif "getcapabilities" in url.lower():
        body = _layers(body, count)
    return Reply(reply.status, reply.headers, body.replace(site.base, public).encode())


def _layers(body: str, count: int) -> str:
    """Repeat the first named FeatureType or leaf Layer."""
    pattern = re.compile(r"<FeatureType[ >].*?</FeatureType>", re.DOTALL) if "<FeatureType" in body else re.compile(
        r"<Layer[^>]*>(?:(?!<Layer)[\s\S])*?</Layer>"
    )
    match = pattern.search(body)
    if match is None:
        msg = "no layer to repeat in the example capabilities"
        raise ValueError(msg)
    one = match.group(0)
    name = re.search(r"<(?:wfs:)?Name>([^<]+)</", one)
    if name is None:
        msg = "the example layer has no name"
        raise ValueError(msg)
    copies = "".join(one.replace(f">{name[1]}<", f">{name[1]}__{i}<") for i in range(count))
    return body[: match.start()] + copies + body[match.end() :]


def application(port: int, count: int, delay: float) -> Callable[..., Awaitable[None]]:
    """An ASGI application that answers as the example sites do, after `delay` seconds."""

    async def serve(scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        await asyncio.sleep(delay)
        reply = answer(scope, body, port, count)
        await send({"type": "http.response.start", "status": reply.status, "headers": [(k.encode(), v.encode()) for k, v in reply.headers.items()]})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else reply.body})

    return serve


def answer(scope: MutableMapping[str, Any], body: bytes, port: int, count: int) -> Reply:
    """Translate a request on loopback to the example's own address, and its answer back."""
    prefix = scope["path"].strip("/").split("/")[0]
    if prefix not in SITES:
        return Reply(404)
    site, public = SITES[prefix], f"http://127.0.0.1:{port}/{prefix}"
    query = scope["query_string"].decode()
    path = scope["path"].removeprefix(f"/{prefix}")
    url = f"{site.base}{path}" + (f"?{query}" if query else "")
    lists = path.rstrip("/") == "/collections" or "getcapabilities" in query.lower()
    if lists and scope["method"] == "GET" and (reply := multiplied(prefix, url, public, count)):
        return reply
    headers = {name.decode(): value.decode() for name, value in scope["headers"] if name in (b"accept", b"origin", b"accept-language", b"range", b"content-type")}
    original = COPY.sub("", url)
    reply = site.answer(Request.of(scope["method"], original, headers, COPY.sub("", body.decode("utf-8", "replace")).encode()))
    copied = COPY.search(url)
    text = reply.body.replace(site.base.encode(), public.encode())
    if copied and prefix == "ogcapi" and b"json" in reply.headers.get("content-type", "").encode():
        name = re.search(r"/collections/([^/?]+?)__\d+", url)
        text = text.replace(f"/collections/{name[1]}".encode(), f"/collections/{name[1]}{copied[0]}".encode()) if name else text
    return Reply(reply.status, reply.headers, text)


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    number = arguments[1] if len(arguments) > 1 else 1000
    milliseconds = arguments[2] if len(arguments) > 2 else 20
    uvicorn.run(application(arguments[0], number, milliseconds / 1000), port=arguments[0], log_level="error", access_log=False)
