"""Checks pass on a correct server and fail on a purposely broken one, both reached over real HTTP.

The contract tests run every check in memory; here one check in five meets a real socket, so that the proof does not
rest on the in-memory transport alone.
"""

import asyncio
from collections import Counter
from importlib import import_module

import pytest
from tests.conftest import serving

from cicclo.probes.check import CHECKS, Check
from cicclo.probes.evidence import Spool
from cicclo.probes.examples.site import Site
from cicclo.probes.model import Endpoint, Event, Finding, Options, Outcome
from cicclo.probes.runner import Runner
from cicclo.probes.session import Session
from cicclo.web.outgoing import AddressPolicy, LiveTransport, Pace

PROTOCOLS = ("ogcapi", "wfs", "wms", "wmts", "csw", "stac", "records", "dcat")


def reachable() -> list[Check]:
    """One check in five of each protocol whose example lives at one address."""
    chosen: list[Check] = []
    for protocol in PROTOCOLS:
        mine = [c for c in CHECKS.values() if c.on[0] == protocol and c.example == protocol]
        chosen += mine[::5]
    return chosen


def outcomes(site: Site, check: Check) -> Counter[Outcome]:
    """What one check says of a site served on this machine."""
    found: list[Finding] = []

    def tell(event: Event) -> None:
        if event.kind == "finding" and event.thing.requirement == check.requirement:
            found.append(event.thing)

    async def run(url: str) -> None:
        transport = LiveTransport(
            user_agent="cicclo tests",
            pace=Pace(4, 0, robots=False),
            addresses=AddressPolicy(allow_private=True),
        )
        options = Options(today="2026-11-01", sample=0)
        session = Session(transport, Spool(), options)
        try:
            await Runner(session, options, tell, checks={check.id: check}).endpoint(
                Endpoint(check.on[0], url)
            )
        finally:
            await transport.aclose()

    with serving({"site": site}) as public:
        asyncio.run(run(f"{public}/site{site.entry}"))
    return Counter(finding.outcome for finding in found)


@pytest.mark.parametrize("check", reachable(), ids=lambda check: check.id)
def test_tells_a_correct_server_from_a_broken_one(check: Check) -> None:
    """No failure on the correct server; at least one on the broken one."""
    correct = import_module(f"cicclo.probes.examples.{check.example}").site()
    assert outcomes(correct, check)[Outcome.FAILED] == 0
    assert check.breaks is not None
    assert outcomes(check.breaks(correct), check)[Outcome.FAILED] > 0


def test_at_least_forty_checks_are_shown_so() -> None:
    """The sample is large enough to mean something."""
    assert len(reachable()) >= 40
