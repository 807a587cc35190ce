"""Manners towards one host: a few connections, a steady pace, pauses it asks for, its robots.txt."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

from protego import Protego

from cicclo.web.outgoing.model import Answer, Pace, Request

LONGEST_CRAWL_DELAY = 5.0
LONGEST_ROBOTS = 500 * 1024  # what a robot must be ready to read (RFC 9309, 2.5)

Fetch = Callable[[Request], Awaitable[Answer]]


class Host:
    """One host name. `closed_until` is when it wants to hear of us again, by the monotonic clock."""

    def __init__(self, pace: Pace) -> None:
        self.gate = asyncio.Semaphore(pace.concurrency)
        self.closed_until = 0.0
        self._robots: dict[str, asyncio.Task[Protego | None]] = {}
        self._every = 1 / pace.per_second if pace.per_second else 0.0
        self._next = 0.0

    async def turn(self) -> None:
        """Wait for one's turn: the pace, and the pause the host asked for."""
        if not self._every and not self.closed_until:
            return
        now = time.monotonic()
        self._next = max(now, self._next + self._every, self.closed_until)
        if self._next > now:
            await asyncio.sleep(self._next - now)

    def pause(self, seconds: float) -> None:
        self.closed_until = max(self.closed_until, time.monotonic() + seconds)

    def closed_for(self) -> float:
        return max(0.0, self.closed_until - time.monotonic()) if self.closed_until else 0.0

    def forget(self) -> None:
        """Stop reading robots.txt: nobody waits for it any more."""
        for task in self._robots.values():
            task.cancel()

    async def allows(self, url: str, agent: str, fetch: Fetch) -> bool:
        """Tell whether the robots.txt of the address's origin lets this agent ask for it."""
        parts = urlsplit(url)
        if parts.path == "/robots.txt":
            return True
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            self._robots[origin] = asyncio.ensure_future(self._rules(origin, agent, fetch))
        rules = await asyncio.shield(self._robots[origin])
        return rules is None or bool(rules.can_fetch(url, agent))

    async def _rules(self, origin: str, agent: str, fetch: Fetch) -> Protego | None:
        """A robots.txt that is absent, or is not one, forbids nothing: an audit is asked for by name, not a crawl."""
        answer = await fetch(
            Request("GET", urljoin(origin, "/robots.txt"), (("range", f"bytes=0-{LONGEST_ROBOTS - 1}"),))
        )
        if not answer.ok or answer.media_type not in ("text/plain", ""):
            return None
        rules = Protego.parse(answer.body.decode("utf-8", "replace"))
        delay = rules.crawl_delay(agent)
        self._every = max(self._every, min(float(delay or 0), LONGEST_CRAWL_DELAY))
        return rules


def retry_after(value: str) -> float | None:
    """Seconds to wait, from a number or an HTTP date (RFC 9110, 10.2.3); None when absent or unreadable."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
