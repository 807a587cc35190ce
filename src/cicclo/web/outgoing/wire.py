"""From our request to the bytes of the wire: addresses in any spelling, headers that cannot be split."""

import base64
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit

import httpcore2

from cicclo.web.outgoing.model import Request

# what a path or a query may hold as it is (RFC 3986, 3.3 and 3.4); % is there already when it escapes something
_PATH, _QUERY = "/%:@!$&'()*+,;=~-._", "/?%:@!$&'()*+,;=~-._[]|"
_PORTS = {"http": 80, "https": 443}


class BadAddress(ValueError):
    """The address has no host, a port that is not one, or a scheme that is not http or https."""


def encode(request: Request, own: Mapping[str, str], timeouts: Mapping[str, float]) -> httpcore2.Request:
    """Build the request to send; raise BadAddress for an address that cannot be asked."""
    try:
        parts = urlsplit(request.url)
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError as error:
        raise BadAddress(request.url) from error
    if parts.scheme not in _PORTS or not host or port == 0:
        raise BadAddress(request.url)
    target = quote(parts.path, safe=_PATH) or "/"
    if parts.query:
        target = f"{target}?{quote(parts.query, safe=_QUERY)}"
    shown = f"[{host}]" if ":" in host else host
    headers = {"host": shown if port in (None, _PORTS[parts.scheme]) else f"{shown}:{port}", **own}
    if parts.username is not None:
        secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
    headers |= {name: value for name, value in request.headers if not name.startswith("x-cicclo-")}
    if request.body or request.method == "POST":
        headers["content-length"] = str(len(request.body))
    return httpcore2.Request(
        request.method,
        httpcore2.URL(scheme=parts.scheme, host=host, port=port, target=target),
        headers=[(name.encode(), _value(value)) for name, value in headers.items()],
        content=request.body or None,
        extensions={"timeout": dict(timeouts)},
    )


def _value(value: str) -> bytes:
    """A header's value on one line, so that none can smuggle another header or a second request."""
    return value.translate({0: " ", 10: " ", 13: " "}).strip().encode("utf-8")


def _host(host: str) -> str:
    """The host in ASCII (RFC 5891); raises UnicodeError, a ValueError, for a name that cannot be one."""
    if host.isascii():
        if any(character <= " " or character in "/\\@" for character in host):
            raise BadAddress(host)
        return host
    return host.encode("idna").decode("ascii")


def decode_headers(raw: list[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    """Headers in lower case; values in UTF-8, or byte by byte when they are not."""
    return tuple((name.decode("latin-1").lower(), _text(value)) for name, value in raw)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
