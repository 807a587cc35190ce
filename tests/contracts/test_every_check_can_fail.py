"""Every check passes on the correct example service, and fails on the same service damaged in one way."""

import asyncio
from importlib import import_module

import pytest

import cicclo.hub.wiring  # noqa: F401 - joins the checks that need another component
from cicclo.policies.shapes import REQUIREMENTS as POLICIES
from cicclo.probes.check import CHECKS, Check
from cicclo.probes.evidence import Spool
from cicclo.probes.examples.site import Site, SiteTransport
from cicclo.probes.model import Endpoint, Event, Finding, Options, Outcome
from cicclo.probes.protocol import PROTOCOLS
from cicclo.probes.runner import Runner
from cicclo.probes.session import Session
from cicclo.requirements import library
from cicclo.validation.serving import served


def protocol_of(check: Check) -> str:
    """The protocol of the example: a check of every protocol says it in its example, the others are of their own."""
    module = import_module(f"cicclo.probes.examples.{check.example}")
    return str(getattr(module, "PROTOCOL", check.example if check.on == ("*",) else check.on[0]))


def example(check: Check) -> Site:
    return import_module(f"cicclo.probes.examples.{check.example}").site()


def findings(site: Site, check: Check) -> list[Finding]:
    """Findings of one check on a site, through the real runner."""
    found: list[Finding] = []
    options = Options(today="2026-11-01", sample=0)
    spool = Spool()

    def tell(event: Event) -> None:
        if event.kind == "finding" and event.thing.requirement == check.requirement:
            found.append(event.thing)

    async def run() -> None:
        runner = Runner(Session(SiteTransport(site), spool, options), options, tell, checks={check.id: check})
        await runner.endpoint(Endpoint(protocol_of(check), site.url))

    try:
        asyncio.run(run())
    finally:
        spool.close()
    return found


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.id)
def test_passes_on_the_correct_example(check: Check) -> None:
    found = findings(example(check), check)
    assert found, "the check said nothing"
    assert {f.outcome for f in found} <= {Outcome.PASSED, Outcome.INAPPLICABLE}, [
        (f.message.en, f.at) for f in found
    ]
    assert any(f.outcome is Outcome.PASSED for f in found)


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.id)
def test_fails_on_the_damaged_example(check: Check) -> None:
    assert check.breaks is not None, "a check that cannot fail is a defect: give it breaks="
    found = findings(check.breaks(example(check)), check)
    assert any(f.outcome is Outcome.FAILED for f in found), [(f.outcome, f.message.en) for f in found]


def test_every_check_serves_a_requirement() -> None:
    assert {check.requirement for check in CHECKS.values()} <= set(library())


@pytest.mark.parametrize(
    ("part", "ids"), served().items(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_rule_of_validation_serves_requirements(part: str, ids: tuple[str, ...]) -> None:
    assert ids, f"{part} serves nothing"
    assert set(ids) <= set(library())


def test_every_requirement_is_checked() -> None:
    entries = {protocol.entry for protocol in PROTOCOLS.values() if protocol.entry}
    probed = {check.requirement for check in CHECKS.values()}
    validated = {rule for ids in served().values() for rule in ids}
    assert set(library()) - probed - entries - validated - set(POLICIES) == set()
