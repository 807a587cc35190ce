"""CSW 3.0 and OpenSearch against a real catalogue: pycsw, which speaks 2.0.2 and 3.0.0."""

import asyncio
from collections.abc import Iterator

import pytest

from cicclo.hub.demo.peers import pycsw
from cicclo.hub.demo.processes import NotReady, peers_python
from cicclo.probes.evidence import Spool
from cicclo.probes.model import Endpoint, Event, Finding, Options, Outcome
from cicclo.probes.runner import Runner
from cicclo.probes.session import Session
from cicclo.web.outgoing import AddressPolicy, LiveTransport, Pace

PREFIXES = ("csw/v3/", "csw/opensearch/")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str], Finding]]:
    try:
        peers_python()
    except NotReady:
        pytest.skip("pygeoapi and pycsw (make peers)")
    with pycsw(tmp_path_factory.mktemp("pycsw")) as url:
        yield {(f.requirement, f.facet): f for f in asyncio.run(audit(url))}


async def audit(url: str) -> list[Finding]:
    found: list[Finding] = []

    def tell(event: Event) -> None:
        if event.kind == "finding" and event.thing.requirement.startswith(PREFIXES):
            found.append(event.thing)

    options, spool = Options(today="2026-11-01", sample=1), Spool()
    transport = LiveTransport(
        user_agent="cicclo tests", addresses=AddressPolicy(allow_private=True), pace=Pace(concurrency=4)
    )
    try:
        await Runner(Session(transport, spool, options), options, tell).endpoint(Endpoint("csw", url))
    finally:
        await transport.aclose()
        spool.close()
    return found


@pytest.mark.peer
def test_every_requirement_of_3_0_is_judged(found: dict[tuple[str, str], Finding]) -> None:
    """Nothing is undecided, and nothing of ours breaks, on a catalogue that speaks both versions."""
    undecided = {Outcome.CANT_TELL, Outcome.UNTESTED}
    assert len({requirement for requirement, _ in found}) == 11
    assert [f.message.en for f in found.values() if f.outcome in undecided] == []


@pytest.mark.peer
def test_pycsw_keeps_what_it_announces_but_for_its_own_template(
    found: dict[tuple[str, str], Finding],
) -> None:
    """Pycsw 2.6.2 refuses its template filled in as OpenSearch says: `eo:cloudCover=` left empty is an error 400."""
    failures = {f.requirement: f.code for f in found.values() if f.outcome is Outcome.FAILED}
    assert failures == {
        "csw/opensearch/search": "empty-parameter-refused",
        "csw/opensearch/atom": "status-400",
    }
