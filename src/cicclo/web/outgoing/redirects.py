"""Follow redirects by hand, so that each hop is checked, paced and recorded like any other request."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from cicclo.web.outgoing.model import Answer, Failure, Hop, Request
from cicclo.web.outgoing.redaction import safe_url

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PRIVATE_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "x-api-key", "apikey"})

Send = Callable[[Request], Awaitable[Answer]]


async def follow(send: Send, request: Request, most: int) -> Answer:
    """Send a request and follow at most `most` redirects; `x-cicclo-redirects: no` asks for the first answer."""
    hops: list[Hop] = []
    current, seen = request, {(request.method, request.url)}
    while True:
        answer = replace(await send(current), request=request, hops=tuple(hops))
        if answer.status not in REDIRECTS or answer.failure or request.header("x-cicclo-redirects") == "no":
            return answer
        location = answer.header("location")
        target = _target(current.url, location)
        if not target:
            return replace(answer, failure=Failure.BAD_REDIRECT, detail=location[:300])
        hops.append(Hop(answer.status, safe_url(current.url), safe_url(target)))
        current = _next(current, answer.status, target)
        if (current.method, current.url) in seen or len(hops) > most:
            return Answer(
                request, target, hops=tuple(hops), failure=Failure.REDIRECT_LOOP, detail=safe_url(target)
            )
        seen.add((current.method, current.url))


def _target(url: str, location: str) -> str:
    """The address a Location header points to; empty when it is not one we may follow."""
    try:
        target = urljoin(url, location.strip()) if location.strip() else ""
        parts = urlsplit(target)
    except ValueError:
        return ""
    return target if parts.scheme in ("http", "https") and parts.hostname else ""


def _next(request: Request, status: int, target: str) -> Request:
    """The request a browser would send next (RFC 9110, 15.4); secrets do not leave the origin they were given for."""
    to_get = request.method == "POST" and status in (301, 302, 303)
    same_origin = urlsplit(request.url)[:2] == urlsplit(target)[:2]
    headers = tuple(pair for pair in request.headers if same_origin or pair[0] not in _PRIVATE_HEADERS)
    return Request("GET" if to_get else request.method, target, headers, b"" if to_get else request.body)
