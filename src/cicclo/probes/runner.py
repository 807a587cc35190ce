"""Run the checks of one endpoint, member by member, and turn what they say into findings."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from cicclo.kernel.text import Text
from cicclo.probes.check import CHECKS, Check
from cicclo.probes.errors import BadDocument, BadStatus, Missing, NoAnswer, Unusable
from cicclo.probes.model import Endpoint, Event, Finding, Options, Outcome, Standing, Verdict
from cicclo.probes.ports import Listener
from cicclo.probes.protocol import PROTOCOLS, Service
from cicclo.probes.session import Ask, Scope, Session
from cicclo.requirements import find, select

T = TypeVar("T")

UNTESTED_CODES = frozenset({"budget", "not-recorded", "robots", "asked-to-wait"})


@dataclass(slots=True)
class Runner:
    """`done` are keys of findings made before an interruption: their checks are not run again.

    `checks` are all those of the house unless a caller wants a few of them.
    """

    session: Session
    options: Options
    tell: Listener
    done: frozenset[tuple[str, str, str]] = frozenset()
    checks: Mapping[str, Check] = field(default_factory=lambda: CHECKS)

    async def endpoint(self, endpoint: Endpoint) -> Service | None:
        """Audit one endpoint; return what its protocol read, or None when it could not be read."""
        scope = Scope(self.session)
        protocol = PROTOCOLS[endpoint.protocol]
        ask = Ask(scope)
        try:
            service = await protocol.read(endpoint, ask)
        except Exception as error:  # noqa: BLE001 - our own faults are shown as such, and end no audit
            if protocol.entry:
                self._emit(endpoint, protocol.entry, "", _deserved(error), ask)
            await self._run(self._checks("*", ""), Service(endpoint), scope)
            return None
        service.endpoint = replace(
            service.endpoint, title=service.title, version=service.version, claims=service.claims
        )
        self.tell(Event("endpoint", service.endpoint))
        if protocol.entry:
            self._emit(service.endpoint, protocol.entry, "", Verdict(Outcome.PASSED), ask)
        await self.service(service, scope)
        return service

    async def service(self, service: Service, scope: Scope) -> None:
        """Run every selected check on a service and on a sample of its members."""
        endpoint = service.endpoint
        checks = [*self._checks("*", ""), *self._checks(endpoint.protocol, "")]
        await self._run(checks, service, scope)
        for kind, members in service.members.items():
            wanted = self._checks(endpoint.protocol, kind)
            if wanted:
                await self._members(service, sample(members, self.options.sample), wanted, scope)

    async def _members(
        self, service: Service, members: Sequence[Any], checks: list[Check], scope: Scope
    ) -> None:
        name_of = PROTOCOLS[service.endpoint.protocol].name_of

        async def examine(member: Any) -> None:
            inner = scope.child()
            for check in checks:
                await self._judge(check, service, name_of(member), inner, member)

        await self._side_by_side(members, examine)

    async def _run(self, checks: Sequence[Check], service: Service, scope: Scope) -> None:
        await self._side_by_side(checks, lambda check: self._judge(check, service, "", scope))

    async def _side_by_side(self, things: Sequence[T], work: Callable[[T], Awaitable[None]]) -> None:
        """Work on several things at once, a bounded number at a time.

        Twice the number of connections: while one thing is being judged another one is being fetched; the
        transport keeps to the number of connections that was asked for.
        """
        queue = iter(things)

        async def worker() -> None:
            for thing in queue:
                await work(thing)

        async with asyncio.TaskGroup() as group:
            for _ in range(min(len(things), 2 * max(1, self.options.concurrency))):
                group.create_task(worker())

    async def _judge(self, check: Check, service: Service, subject: str, scope: Scope, *member: Any) -> None:
        endpoint = service.endpoint
        if (endpoint.id, check.requirement, subject) in self.done:
            return
        ask = Ask(scope)
        for verdict in await judge(check, service, *member, ask=ask):
            self._emit(endpoint, check.requirement, subject, verdict, ask)

    def _emit(self, endpoint: Endpoint, requirement: str, subject: str, verdict: Verdict, ask: Ask) -> None:
        standing, outcome = stand(find(requirement).claim, endpoint, verdict.outcome)
        finding = Finding(
            requirement=requirement,
            endpoint=endpoint.url,
            protocol=endpoint.protocol,
            outcome=outcome,
            standing=standing,
            message=verdict.message,
            at=verdict.at,
            code=verdict.code,
            subject=subject,
            facet=verdict.facet,
            evidence=tuple(ask.used[-6:]),
        )
        self.tell(Event("finding", finding))

    def _checks(self, protocol: str, each: str) -> list[Check]:
        wanted = select(self.options.profile)
        return [
            c for c in self.checks.values() if protocol in c.on and c.each == each and c.requirement in wanted
        ]


async def judge(check: Check, *subjects: Any, ask: Ask) -> list[Verdict]:
    """Run one check; an answer that cannot be used becomes the verdict it deserves."""
    try:
        judged = check.run(*subjects, ask)
        if isinstance(judged, AsyncIterator):
            return [verdict async for verdict in judged]
        result = await judged
        return [result] if isinstance(result, Verdict) else list(result)
    except Exception as error:  # noqa: BLE001 - our own faults are shown as such, and end no audit
        return [_deserved(error)]


def _deserved(error: Exception) -> Verdict:
    """The verdict of what a check raised; a fault of ours says so, and tests refuse it."""
    if isinstance(error, Missing):
        return Verdict(Outcome.INAPPLICABLE, error.message)
    if isinstance(error, Unusable):
        return _unusable(error)
    name = type(error).__name__
    message = Text(
        f"erreur interne du contrôle ({name} : {error})", f"internal error of the check ({name}: {error})"
    )
    return Verdict(Outcome.CANT_TELL, message, code="internal-error")


def _unusable(error: Unusable) -> Verdict:
    if isinstance(error, BadStatus | BadDocument):
        return Verdict(Outcome.FAILED, error.message, error.at, error.code)
    untested = isinstance(error, NoAnswer) and error.code in UNTESTED_CODES
    return Verdict(Outcome.UNTESTED if untested else Outcome.CANT_TELL, error.message, error.at, error.code)


def stand(claim: str, endpoint: Endpoint, outcome: Outcome) -> tuple[Standing, Outcome]:
    """Compare a verdict with what the endpoint claims; what is neither claimed nor true is not a failure."""
    if not claim:
        return Standing.BINDING, outcome
    if claim in endpoint.claims:
        standing = {Outcome.PASSED: Standing.CLAIMED_TRUE, Outcome.FAILED: Standing.CLAIMED_FALSE}
        return standing.get(outcome, Standing.CLAIMED_UNKNOWN), outcome
    if outcome is Outcome.PASSED:
        return Standing.UNCLAIMED_TRUE, outcome
    return Standing.UNCLAIMED, Outcome.INAPPLICABLE if outcome is Outcome.FAILED else outcome


def sample(members: Sequence[Any], size: int) -> Sequence[Any]:
    """Take `size` members spread evenly over the list, first and last included; 0 takes all."""
    if size <= 0 or size >= len(members):
        return members
    if size == 1:
        return members[:1]
    step = (len(members) - 1) / (size - 1)
    return [members[round(i * step)] for i in range(size)]
