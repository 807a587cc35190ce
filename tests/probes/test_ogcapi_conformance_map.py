"""The correspondence with the official suite points to requirements and facets that exist."""

import asyncio
import tomllib
from pathlib import Path

import pytest

from cicclo.probes.evidence import Spool
from cicclo.probes.examples.ogcapi import site
from cicclo.probes.examples.site import SiteTransport
from cicclo.probes.model import Endpoint, Event, Finding, Options, Outcome
from cicclo.probes.runner import Runner
from cicclo.probes.session import Session
from cicclo.requirements import library

MAP = Path(__file__).parents[2] / "conformance" / "ets-ogcapi-features10.toml"
TESTS = tomllib.loads(MAP.read_text("utf-8"))["test"]


@pytest.fixture(scope="module")
def example_findings() -> list[Finding]:
    """Findings of the whole audit of the correct example."""
    found: list[Finding] = []
    options = Options(today="2026-11-01", sample=0, profile="ogc-api")
    spool = Spool()

    def tell(event: Event) -> None:
        if event.kind == "finding":
            found.append(event.thing)

    runner = Runner(Session(SiteTransport(site()), spool, options), options, tell)
    asyncio.run(runner.endpoint(Endpoint("ogcapi", site().url)))
    spool.close()
    return found


def test_the_map_holds_the_eighty_tests_in_order() -> None:
    """Each test of the suite stands once, under its number."""
    assert [test["number"] for test in TESTS] == list(range(1, 81))
    assert len({(test["class"], test["method"]) for test in TESTS}) == 80


def test_every_requirement_of_the_map_exists() -> None:
    """No test points to a requirement that the library does not hold."""
    assert {test["requirement"] for test in TESTS} <= set(library())


def test_every_facet_of_the_map_is_judged(example_findings: list[Finding]) -> None:
    """On the correct example each test has a finding with its facet, and none is a failure."""
    judged = {(finding.requirement, finding.facet): finding for finding in example_findings}
    for test in TESTS:
        key = (test["requirement"], test["facet"])
        assert key in judged, key
        assert judged[key].outcome in (Outcome.PASSED, Outcome.INAPPLICABLE), judged[key]


def test_the_correct_example_has_no_failure_of_its_families(example_findings: list[Finding]) -> None:
    """Run together, the checks agree that the example is correct, and none meets an internal error."""
    families = (
        "ogcapi-common/",
        "ogcapi-features/",
        "ogcapi-filter/",
        "ogcapi-schemas/",
        "inspire-download/",
    )
    bad = [
        f
        for f in example_findings
        if f.requirement.startswith(families) and f.outcome in (Outcome.FAILED, Outcome.CANT_TELL)
    ]
    assert not bad, [(f.requirement, f.subject, f.facet, f.message.en) for f in bad]
