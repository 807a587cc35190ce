"""A server that stops answering is not accused: what could not be asked cannot be told, or was not tested."""

import asyncio

import pytest
from tests.contracts.test_every_check_can_fail import example, protocol_of

from cicclo.probes.check import CHECKS, Check
from cicclo.probes.evidence import Spool
from cicclo.probes.examples.site import SiteTransport
from cicclo.probes.model import Endpoint, Event, Finding, Options, Outcome
from cicclo.probes.runner import Runner
from cicclo.probes.session import Session
from cicclo.web.outgoing import Answer, Failure, Request


class FallsSilent(SiteTransport):
    """Answers until `silent`, then lets every request time out."""

    silent = False

    async def send(self, request: Request) -> Answer:
        if self.silent:
            return Answer(request, request.url, failure=Failure.TIMEOUT)
        return await super().send(request)


def findings(check: Check) -> list[Finding]:
    """Findings of one check on a correct service that falls silent once its entry documents are read."""
    site, spool, found = example(check), Spool(), []
    transport, options = FallsSilent(site), Options(today="2026-11-01", sample=0)

    def tell(event: Event) -> None:
        if event.kind == "endpoint":
            transport.silent = True
        if event.kind == "finding" and event.thing.requirement == check.requirement:
            found.append(event.thing)

    async def run() -> None:
        runner = Runner(Session(transport, spool, options), options, tell, checks={check.id: check})
        await runner.endpoint(Endpoint(protocol_of(check), site.url))

    try:
        asyncio.run(run())
    finally:
        spool.close()
    return found


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.id)
def test_silence_is_no_fault(check: Check) -> None:
    accused = [(f.message.en, f.at) for f in findings(check) if f.outcome is Outcome.FAILED]
    assert accused == []
