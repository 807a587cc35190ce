"""The network, with time-outs, size limits, checked addresses, politeness and redaction."""

import asyncio
import hashlib
import ssl
import time
import zlib
from collections import defaultdict
from dataclasses import replace
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import httpx2
from httpcore2 import AsyncConnectionPool
from protego import Protego

from cicclo.web.outgoing.addresses import AddressPolicy, GuardedBackend, PrivateAddress, UnknownHost
from cicclo.web.outgoing.model import Answer, Failure, Limits, Pace, Request
from cicclo.web.outgoing.redaction import safe_body, safe_headers
from cicclo.web.outgoing.redirects import follow

RETRIED = frozenset({429, 502, 503, 504})


class _TooLarge(Exception):
    """The body passes the size limit; what was read so far is kept."""


class _BadEncoding(Exception):
    """The body does not decompress."""


class _Host:
    """Manners towards one host: a few connections, a steady pace, its robots.txt."""

    def __init__(self, pace: Pace) -> None:
        self.gate = asyncio.Semaphore(pace.concurrency)
        self.robots: asyncio.Future[Protego | None] | None = None
        self._every = 1 / pace.per_second if pace.per_second else 0.0
        self._next = 0.0

    async def wait(self) -> None:
        if not self._every:
            return
        now = time.monotonic()
        self._next = max(now, self._next + self._every)
        await asyncio.sleep(self._next - now)


class LiveTransport:
    """Asks the network; never raises for what a server does: the answer says what failed.

    `user_agent` names us and a page where the operator of a platform can read who we are.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        pace: Pace = Pace(),  # noqa: B008 - frozen
        addresses: AddressPolicy = AddressPolicy(),  # noqa: B008 - frozen
        verify: ssl.SSLContext | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._limits = limits
        self._pace = pace
        self._hosts: dict[str, _Host] = defaultdict(lambda: _Host(pace))
        transport = httpx2.AsyncHTTPTransport(verify=verify or True, trust_env=False)
        transport._pool = AsyncConnectionPool(  # noqa: SLF001 - httpx offers no other way to give a network backend
            ssl_context=verify or httpx2.create_ssl_context(),
            max_connections=100,
            max_keepalive_connections=32,
            keepalive_expiry=15.0,
            network_backend=GuardedBackend(addresses),
        )
        timeout = httpx2.Timeout(limits.read, connect=limits.connect)
        self._client = httpx2.AsyncClient(transport=transport, timeout=timeout, follow_redirects=False, trust_env=False)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def send(self, request: Request) -> Answer:
        """Send one request, follow its redirects, retry when told to wait, and return the redacted answer."""
        for attempt in range(self._limits.retries + 1):
            answer = await self._once(request)
            pause = self._pause(answer, attempt)
            if pause is None:
                return answer
            await asyncio.sleep(pause)
        return answer

    def _pause(self, answer: Answer, attempt: int) -> float | None:
        if attempt >= self._limits.retries or answer.status not in RETRIED:
            return None
        asked = _retry_after(answer.header("retry-after"))
        if asked is None:
            return 0.2 if answer.status in (502, 504) else None
        return asked if asked <= self._limits.longest_retry_after else None

    async def _once(self, request: Request) -> Answer:
        if urlsplit(request.url).scheme not in ("http", "https") or not urlsplit(request.url).hostname:
            return _failed(request, Failure.BAD_URL)
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._limits.total):
                answer = await follow(self._polite, request, self._limits.max_redirects)
        except TimeoutError:
            answer = _failed(request, Failure.TOO_SLOW)
        return replace(answer, elapsed=round(time.monotonic() - started, 4))

    async def _polite(self, request: Request) -> Answer:
        host = self._hosts[urlsplit(request.url).netloc]
        async with host.gate:
            if self._pace.robots and not await self._robots_allow(host, request.url):
                return _failed(request, Failure.ROBOTS)
            await host.wait()
            return await self._exchange(request)

    async def _robots_allow(self, host: _Host, url: str) -> bool:
        if host.robots is None:
            host.robots = asyncio.get_running_loop().create_future()
            answer = await self._exchange(Request("GET", urljoin(url, "/robots.txt")))
            readable = answer.ok and answer.media_type in ("text/plain", "")
            host.robots.set_result(Protego.parse(answer.body.decode("utf-8", "replace")) if readable else None)
        rules = await asyncio.shield(host.robots)
        return rules is None or bool(rules.can_fetch(url, self._user_agent))

    async def _exchange(self, request: Request) -> Answer:
        headers = {"user-agent": self._user_agent, "accept": "*/*", "accept-encoding": "gzip", **dict(request.headers)}
        headers.pop("x-cicclo-redirects", None)
        try:
            async with self._client.stream(request.method, request.url, headers=headers, content=request.body or None) as response:
                return await self._read(request, response)
        except Exception as error:  # noqa: BLE001 - _failure names every kind it knows and raises the others again
            return _failed(request, _failure(error), str(error)[:300])

    async def _read(self, request: Request, response: httpx2.Response) -> Answer:
        failure: Failure | None = None
        body = bytearray()
        encoding = response.headers.get("content-encoding", "").lower()
        try:
            # a range asks for a few bytes of a file: an answer that is the whole file is cut soon after
            limit = self._limits.max_bytes if "range" not in dict(request.headers) else min(self._limits.max_bytes, 4 << 20)
            decode = _decoder(encoding)
            async for chunk in response.aiter_raw():
                decode(chunk, body, limit)
        except _TooLarge:
            failure = Failure.TOO_LARGE
        except _BadEncoding:
            failure = Failure.BAD_ENCODING
        raw = bytes(body)
        media_type = response.headers.get("content-type", "").split(";")[0].strip()
        return Answer(
            request=request,
            url=request.url,
            status=response.status_code,
            headers=safe_headers(tuple((name.lower(), value) for name, value in response.headers.multi_items())),
            body=safe_body(raw, media_type),
            length=len(raw),
            sha256=hashlib.sha256(raw).hexdigest(),
            truncated=failure is Failure.TOO_LARGE,
            failure=failure,
        )


def _decoder(encoding: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a closure of three arguments
    """Return a function that appends a decoded chunk to a buffer and stops at the limit, bombs included."""
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding in ("gzip", "x-gzip", "deflate") else None
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise _BadEncoding(encoding)

    def decode(chunk: bytes, body: bytearray, limit: int) -> None:
        if unzip is not None:
            try:
                chunk = unzip.decompress(chunk, limit + 1 - len(body))
            except zlib.error as error:
                raise _BadEncoding(encoding) from error
        room = limit - len(body)
        body.extend(chunk[:room])
        if len(chunk) > room:
            raise _TooLarge

    return decode


def _failure(error: Exception) -> Failure:
    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None and isinstance(cause, Exception):
        causes.append(cause)
    if any(isinstance(cause, PrivateAddress) for cause in causes):
        return Failure.PRIVATE_ADDRESS
    if any(isinstance(cause, UnknownHost) for cause in causes):
        return Failure.UNKNOWN_HOST
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Failure.CERTIFICATE
    if isinstance(error, httpx2.TimeoutException):
        return Failure.TIMEOUT
    if isinstance(error, httpx2.ConnectError | httpx2.ReadError | httpx2.WriteError):
        return Failure.UNREACHABLE
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol):
        return Failure.BAD_URL
    if isinstance(error, httpx2.HTTPError | UnicodeError):
        return Failure.PROTOCOL
    raise error


def _failed(request: Request, failure: Failure, detail: str = "") -> Answer:
    return Answer(request=request, url=request.url, failure=failure, detail=detail)


def _retry_after(value: str) -> float | None:
    """Seconds to wait, from a number or an HTTP date (RFC 9110, 10.2.3); None when absent or unreadable."""
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
