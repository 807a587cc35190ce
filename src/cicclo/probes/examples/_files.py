"""A file on a correct static server: HEAD, ranges, validators, CORS."""

import hashlib
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from cicclo.probes.examples.site import Reply, Site
from cicclo.web.outgoing import Request

BASE = "https://files.example"
CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": "Range, If-None-Match",
    "access-control-expose-headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
}


def served(path: str, data: bytes, media_type: str) -> Site:
    """The file at `path`; anything else is not found."""

    def handle(request: Request) -> Reply | None:
        if urlsplit(request.url).path != path:
            return None
        if request.method == "OPTIONS":
            return Reply(204, CORS)
        return _part(
            request, data, {**CORS, "content-type": media_type, "accept-ranges": "bytes", "etag": _etag(data)}
        )

    return Site(BASE, handle, path)


def _etag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:16]}"'


def _part(request: Request, data: bytes, headers: dict[str, str]) -> Reply:
    span = re.fullmatch(r"bytes=(\d*)-(\d*)", request.header("range"))
    if not span or request.method == "HEAD":
        return Reply(200, {**headers, "content-length": str(len(data))}, data)
    first = int(span[1]) if span[1] else max(0, len(data) - int(span[2]))
    last = min(int(span[2]), len(data) - 1) if span[1] and span[2] else len(data) - 1
    if first > last:
        return Reply(416, {**headers, "content-range": f"bytes */{len(data)}"})
    part = data[first : last + 1]
    return Reply(
        206,
        {**headers, "content-range": f"bytes {first}-{last}/{len(data)}", "content-length": str(len(part))},
        part,
    )


def other_bytes(path: str, change: Callable[[bytes], bytes], media_type: str) -> Callable[[Site], Site]:
    """Serve the same file with other bytes in it."""

    def replaced(site: Site) -> Site:
        whole = site.answer(Request("GET", site.url)).body
        return served(path, change(whole), media_type)

    return replaced
