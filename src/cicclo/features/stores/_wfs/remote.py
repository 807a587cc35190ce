"""Ask the WFS: one request for all who ask the same at once, answers kept for a while, failures said in our words."""

import asyncio
import time
from collections import OrderedDict

import cicclo
from cicclo.features.stores._wfs import xml
from cicclo.features.stores._wfs.address import Address
from cicclo.kernel.errors import Unavailable
from cicclo.kernel.text import Text
from cicclo.web.outgoing import AddressPolicy, Answer, Limits, LiveTransport, Pace, Request, Transport

USER_AGENT = f"cicclo/{cicclo.__version__} (facade WFS; +https://github.com/cicclo/cicclo)"
_LIMITS = Limits(
    connect=5.0, read=20.0, total=60.0, max_bytes=64 * 1024 * 1024, retries=1, longest_retry_after=5.0
)
_PACE = Pace(concurrency=4, per_second=0.0, robots=False)  # the operator's own source, not a stranger's
_KEPT_BYTES = 32 * 1024 * 1024


class Refused(Unavailable):
    """The service answered with an exception report: this way of asking does not work."""


class Remote:
    """One WFS. `ask` raises Refused or Unavailable; whoever abandons its wait does not stop the others'."""

    def __init__(self, address: Address, transport: Transport | None = None) -> None:
        self.address = address
        self._given = transport
        self._transport: Transport | None = transport
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked: dict[str, asyncio.Task[bytes]] = {}
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._size = 0

    async def ask(self, parameters: dict[str, str]) -> bytes:
        """Return the body of an answer."""
        url = self.address.asking(parameters)
        transport = self._live()
        found = self._kept.get(url)
        if found and found[0] > time.monotonic():
            self._kept.move_to_end(url)
            return found[1]
        task = self._asked.get(url)
        if task is None:
            task = self._asked[url] = asyncio.create_task(self._fetch(transport, url))
            task.add_done_callback(lambda done: self._done(url, done))
        return await asyncio.shield(task)

    def _live(self) -> Transport:
        """Connections belong to one loop; a service opened in another starts with new ones."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._asked = loop, {}
            policy = AddressPolicy(allow_private=self.address.allow_private)
            self._transport = self._given or LiveTransport(
                user_agent=USER_AGENT, limits=_LIMITS, pace=_PACE, addresses=policy, redact=False
            )
        assert self._transport is not None
        return self._transport

    async def _fetch(self, transport: Transport, url: str) -> bytes:
        answer = await transport.send(Request.of("GET", url))
        if answer.failure is not None:
            raise _unavailable(answer.failure.value, self.address.url)
        _check(answer, self.address.url)
        return answer.body

    def _done(self, url: str, task: asyncio.Task[bytes]) -> None:
        self._asked.pop(url, None)
        if task.cancelled() or task.exception() is not None:
            return
        body = task.result()
        if len(body) * 4 > _KEPT_BYTES:
            return
        former = self._kept.pop(url, None)
        self._size += len(body) - (len(former[1]) if former else 0)
        self._kept[url] = (time.monotonic() + self.address.seconds, body)
        while self._size > _KEPT_BYTES:
            _, (_, oldest) = self._kept.popitem(last=False)
            self._size -= len(oldest)

    async def close(self) -> None:
        for task in list(self._asked.values()):
            task.cancel()
        if self._transport is not None and self._given is None:
            await self._transport.aclose()


def _check(answer: Answer, at: str) -> None:
    """Raise for what is no answer: a status, or an exception report, which comes with any status."""
    report = xml.exception(answer.body)
    if report:
        raise Refused(Text(f"le service WFS refuse : {report}", f"the WFS refuses: {report}"), at=at)
    if not answer.ok:
        raise _unavailable(f"HTTP {answer.status}", at)


def _unavailable(detail: str, at: str) -> Unavailable:
    return Unavailable(
        Text(
            f"le service WFS ne répond pas comme attendu ({detail})",
            f"the WFS does not answer as expected ({detail})",
        ),
        at=at,
        remedy=Text("réessayer plus tard", "try again later"),
    )
