"""The network, with time-outs, size limits, checked addresses, politeness and redaction."""

import asyncio
import hashlib
import ssl
import time
from contextlib import aclosing
from dataclasses import replace
from urllib.parse import urlsplit

import httpcore2

from cicclo.web.outgoing import bodies, wire
from cicclo.web.outgoing.addresses import AddressPolicy, GuardedBackend
from cicclo.web.outgoing.failures import failure_of
from cicclo.web.outgoing.manners import Host, retry_after
from cicclo.web.outgoing.model import Answer, Failure, Limits, Pace, Request
from cicclo.web.outgoing.redaction import safe_body, safe_headers
from cicclo.web.outgoing.redirects import follow

RETRIED = frozenset({429, 502, 503, 504})
FAST_RETRY = 0.2  # a gateway that lost its application often finds it again at once


class LiveTransport:
    """Asks the network; never raises for what a server does: the answer says what failed.

    `user_agent` names us and a page where the operator of a platform can read who we are. Requests go to the
    connection pool below httpx directly: an audit sends thousands, and needs none of cookies, auth flows or hooks.
    `redact=False` is for data that are passed on to their readers as they are, never for evidence.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        pace: Pace = Pace(),  # noqa: B008 - frozen
        addresses: AddressPolicy = AddressPolicy(),  # noqa: B008 - frozen
        verify: ssl.SSLContext | None = None,
        redact: bool = True,
    ) -> None:
        self._agent = user_agent
        self._redact = redact
        self._limits = limits
        self._pace = pace
        self._hosts: dict[str, Host] = {}
        self._own = {"user-agent": user_agent, "accept": "*/*", "accept-encoding": "gzip"}
        self._timeouts = {"connect": limits.connect, "read": limits.read, "write": limits.read}
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=verify or httpcore2.default_ssl_context(),
            max_connections=100,
            max_keepalive_connections=32,
            keepalive_expiry=15.0,
            network_backend=GuardedBackend(addresses),
        )

    async def aclose(self) -> None:
        for host in self._hosts.values():
            host.forget()
        await self._pool.aclose()

    async def send(self, request: Request) -> Answer:
        """Send one request, follow its redirects, retry when told to wait, and return the redacted answer."""
        for attempt in range(self._limits.retries + 1):
            answer = await follow(self._polite, request, self._limits.max_redirects)
            if answer.status not in RETRIED or not self._again(answer) or attempt == self._limits.retries:
                return answer
        return answer

    def _again(self, answer: Answer) -> bool:
        """Note the pause a host asks for; tell whether it is short enough to wait for it."""
        asked = retry_after(answer.header("retry-after"))
        if asked is None:
            asked = FAST_RETRY if answer.status in (502, 504) else 0.0
        if asked:
            self._host(answer.url).pause(asked)
        return 0 < asked <= self._limits.longest_retry_after

    def _host(self, url: str) -> Host:
        name = urlsplit(url).netloc.rpartition("@")[2].lower()
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = Host(self._pace)
        return host

    async def _polite(self, request: Request) -> Answer:
        host = self._host(request.url) if _readable(request.url) else None
        if host is None:
            return _failed(request, Failure.BAD_URL)
        async with host.gate:
            if self._pace.robots and not await host.allows(request.url, self._agent, self._robots):
                return _failed(request, Failure.ROBOTS)
            if host.closed_for() > self._limits.longest_retry_after:
                return _failed(request, Failure.ASKED_TO_WAIT)
            await host.turn()
            return await self._exchange(request)

    async def _robots(self, request: Request) -> Answer:
        return await follow(self._exchange, request, self._limits.max_redirects)

    async def _exchange(self, request: Request) -> Answer:
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._limits.total):
                answer = await self._ask(request)
        except wire.BadAddress as error:
            answer = _failed(request, Failure.BAD_URL, str(error)[:300])
        except TimeoutError:
            answer = _failed(request, Failure.TOO_SLOW)
        except Exception as error:  # noqa: BLE001 - failure_of names every kind it knows and raises the others again
            answer = _failed(request, *failure_of(error))
        return replace(answer, elapsed=round(time.monotonic() - started, 4))

    async def _ask(self, request: Request) -> Answer:
        response = await self._pool.handle_async_request(wire.encode(request, self._own, self._timeouts))
        try:
            headers = wire.decode_headers(response.headers)
            return await self._answer(request, response, headers)
        finally:
            await response.aclose()

    async def _answer(
        self, request: Request, response: httpcore2.Response, headers: tuple[tuple[str, str], ...]
    ) -> Answer:
        first = dict(reversed(headers))
        want = bodies.appetite(request, response.status, self._limits)
        encoding = first.get("content-encoding", "").lower()
        announced = first.get("content-length", "") if request.method != "HEAD" else ""
        async with aclosing(response.aiter_stream()) as chunks:
            body = await bodies.read(chunks, encoding, announced, want)
        return Answer(
            request=request,
            url=request.url,
            status=response.status,
            headers=safe_headers(headers),
            body=safe_body(body.data, first.get("content-type", "").split(";")[0].strip())
            if self._redact
            else body.data,
            length=len(body.data),
            sha256=hashlib.sha256(body.data).hexdigest(),
            truncated=body.truncated,
            failure=body.failure,
        )


def _readable(url: str) -> bool:
    try:
        return bool(urlsplit(url).netloc)
    except ValueError:
        return False


def _failed(request: Request, failure: Failure, detail: str = "") -> Answer:
    return Answer(request=request, url=request.url, failure=failure, detail=detail)
