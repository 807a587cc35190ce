"""Audits that the hub runs: a few at a time, in a thread of their own, each finding stored before it is shown.

An audit found unfinished at start was interrupted: it resumes. Answers already in its evidence are recalled,
not asked again, and requirements already judged are not judged again.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import cicclo
from cicclo.probes.actions import audit as run_audit
from cicclo.probes.actions import nothing_known
from cicclo.probes.model import Endpoint, Event, Finding, KnownProblem, Report
from cicclo.probes.ports import KnownProblems
from cicclo.probes.store import UNFINISHED, Audit, Book, Store
from cicclo.probes.summary import summarise
from cicclo.web.outgoing import AddressPolicy, Answer, Request, Transport

log = logging.getLogger(__name__)
EVERY = 0.2  # seconds between two commits: what a page shows is at most this old


@dataclass(slots=True)
class Jobs:
    """`transport` makes the way out of one audit; `addresses` says where real clients may go."""

    store: Store
    transport: Callable[[], Transport]
    known: KnownProblems = nothing_known
    at_once: int = 2
    addresses: AddressPolicy = AddressPolicy()  # noqa: RUF009 - frozen
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None
    _queue: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)

    def start(self) -> None:
        """Start the thread, and resume what was interrupted."""
        ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._work(ready)), name="audits", daemon=True
        )
        self._thread.start()
        ready.wait()
        for audit in reversed(self.store.history(states=UNFINISHED)):
            self.submit(audit)

    def submit(self, audit: Audit) -> None:
        """Have an audit done as soon as there is room."""
        assert self._loop is not None, "start() comes first"
        self._loop.call_soon_threadsafe(self._queue.put_nowait, audit.id)

    def stop(self) -> None:
        """Stop the thread; what is unfinished resumes at the next start."""
        if self._loop is None or self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._queue.put_nowait, "")
        self._thread.join(timeout=10)

    async def _work(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        ready.set()
        room = asyncio.Semaphore(self.at_once)
        running: set[asyncio.Task[None]] = set()
        while name := await self._queue.get():
            task = asyncio.create_task(self._one(name, room))
            running.add(task)
            task.add_done_callback(running.discard)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _one(self, name: str, room: asyncio.Semaphore) -> None:
        async with room:
            audit = self.store.audit(name)
            resumed = audit.resumed + (audit.state == "running")
            started = audit.started or now()
            self.store.update(
                name, state="running", started=started, resumed=resumed, tool=f"cicclo {cicclo.__version__}"
            )
            try:
                await self._audit(audit)
            except Exception as error:  # a fault of ours: shown with the audit, and the other audits go on
                log.exception("audit %s", name)
                self.store.update(
                    name, state="failed", finished=now(), note=f"{type(error).__name__}: {error}"[:500]
                )

    async def _audit(self, audit: Audit) -> None:
        book = self.store.book(audit.id)
        before = self.store.report(audit.id)
        transport = Recalling(book, self.transport())
        listener = Resumed(before, book)
        writing = asyncio.create_task(_keep_writing(book))
        try:
            await run_audit(
                audit.targets,
                transport=transport,
                evidence=book,
                options=audit.options,
                known=_with_earlier(self.known, before),
                tell=listener.tell,
                done=listener.done,
                addresses=self.addresses,
            )
        finally:
            writing.cancel()
            book.write()
            await transport.aclose()
        counts = listed_counts(self.store.report(audit.id))
        self.store.update(audit.id, state="finished", finished=now(), summary=counts)


def listed_counts(report: Report) -> dict[str, int]:
    """What lists and badges show of a report: requirements by worst outcome, and those that matter most."""
    summary = summarise(report)
    counts = {outcome.value: number for outcome, number in summary.outcomes.items()}
    return counts | {"mandatory": summary.mandatory_failures, "claimed-false": summary.claimed_false}


class Recalling:
    """Answers from the evidence first: what was asked before the interruption is not asked again."""

    def __init__(self, book: Book, transport: Transport) -> None:
        self._book = book
        self._transport = transport

    async def send(self, request: Request) -> Answer:
        found = self._book.get(request.key)
        return found if found is not None and found.failure is None else await self._transport.send(request)

    async def aclose(self) -> None:
        await self._transport.aclose()


class Resumed:
    """Tells the book what is new since the interruption."""

    def __init__(self, before: Report, book: Book) -> None:
        self._book = book
        self.done = frozenset(
            (f"{f.protocol} {f.endpoint}", f.requirement, f.subject) for f in before.findings
        )
        self._seen: set[Hashable] = {_identity(kind, thing) for kind, thing in _things(before)}

    def tell(self, event: Event) -> None:
        if event.thing is None or _identity(event.kind, event.thing) not in self._seen:
            self._book.add(event)


def _things(report: Report) -> Iterable[tuple[str, Any]]:
    for kind, things in (
        ("finding", report.findings),
        ("client", report.clients),
        ("known", report.known),
        ("trouble", report.troubles),
    ):
        yield from ((kind, thing) for thing in things)


def _identity(kind: str, thing: Any) -> Hashable:
    """What makes two events of a resumed audit the same one; endpoints are written over, so always new."""
    match kind:
        case "finding":
            return (kind, thing.protocol, thing.endpoint, thing.requirement, thing.subject)
        case "client":
            return (kind, thing.client, thing.kind, thing.protocol, thing.endpoint)
        case "known":
            return (kind, thing.id, thing.finding)
        case "trouble":
            return (kind, thing.target, thing.code)
    return (kind, id(thing))


def _with_earlier(known: KnownProblems, before: Report) -> KnownProblems:
    def recognise(findings: Sequence[Finding], endpoints: Sequence[Endpoint]) -> Iterable[KnownProblem]:
        return known([*before.findings, *findings], endpoints)

    return recognise


async def _keep_writing(book: Book) -> None:
    while True:
        await asyncio.sleep(EVERY)
        book.write()


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
