"""A whole audit of the example catalogue: what it costs, and what a bad catalogue makes it say."""

import asyncio

from lxml import etree

from cicclo.probes.evidence import Spool
from cicclo.probes.examples import csw as example
from cicclo.probes.examples.site import Reply, Site, SiteTransport
from cicclo.probes.model import Endpoint, Event, Finding, Options, Outcome
from cicclo.probes.protocols.csw import base_of, results_of
from cicclo.probes.runner import Runner
from cicclo.probes.session import Session


def audit(site: Site, sample: int = 3) -> tuple[list[Finding], int]:
    """Findings of the csw and iso19139 families, and the requests they took."""
    found: list[Finding] = []
    spool = Spool()
    options = Options(today="2026-11-01", sample=sample)

    def tell(event: Event) -> None:
        if event.kind == "finding" and event.thing.requirement.startswith(("csw/", "iso19139/")):
            found.append(event.thing)

    async def run() -> int:
        session = Session(SiteTransport(site), spool, options)
        await Runner(session, options, tell).endpoint(Endpoint("csw", site.url))
        return session.requests

    try:
        return found, asyncio.run(run())
    finally:
        spool.close()


def codes(found: list[Finding]) -> dict[str, str]:
    return {f.requirement: f.code for f in found if f.outcome is Outcome.FAILED}


def test_the_correct_catalogue_passes_everything_in_few_requests() -> None:
    found, requests = audit(example.site())
    assert codes(found) == {}
    assert {f.code for f in found if f.outcome is Outcome.CANT_TELL} == set()
    assert len({f.subject for f in found if f.subject}) == 3
    assert requests <= 75


def test_a_failing_page_is_named_by_its_first_record() -> None:
    broken = example.site().status("*elementSetName=full*startPosition=21*", 500)
    found, _ = audit(broken)
    (page,) = [f for f in found if f.requirement == "csw/paging/full"]
    assert page.code == "page-fails"
    assert "21" in page.message.en
    assert "startPosition=21" in page.at


def test_html_for_every_answer_is_one_clear_finding() -> None:
    found, _ = audit(example.site().reply("/csw*", Reply.text("<!doctype html><html></html>", "text/html")))
    assert [(f.requirement, f.code) for f in found] == [("csw/capabilities/readable", "html-for-xml")]


def test_paging_that_repeats_the_first_page_ends() -> None:
    """A catalogue that always gives its first records is read within the bound, and told."""
    stuck = example.site().change("*startPosition=*", lambda q, r: example.site().answer(_first(q)))
    found, requests = audit(stuck)
    assert codes(found)["csw/paging/start-position"] == "start-position-ignored"
    assert requests < 100


def _first(request):
    url = request.url.replace("startPosition=21", "startPosition=1").replace(
        "startPosition=2&", "startPosition=1&"
    )
    return type(request)(request.method, url, request.headers, request.body)


def test_counts_that_are_not_numbers_are_absent() -> None:
    document = etree.fromstring('<r><SearchResults numberOfRecordsMatched="many" nextRecord="-3"/></r>')
    assert (results_of(document).matched, results_of(document).next) == (-1, -1)


def test_vendor_parameters_of_the_address_stay() -> None:
    assert (
        base_of("https://a.example/csw?map=x.map&SERVICE=CSW&Request=GetCapabilities")
        == "https://a.example/csw?map=x.map"
    )
