"""Captured APIs with records and a STAC root: recognised, audited, and none trips a check."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cicclo.probes.discovery import discover, recognise
from cicclo.probes.evidence import Spool
from cicclo.probes.examples import ogcapi
from cicclo.probes.examples.site import Reply, Site, SiteTransport
from cicclo.probes.model import Endpoint, Event, Finding, Options, Outcome
from cicclo.probes.runner import Runner
from cicclo.probes.session import Ask, Scope, Session
from cicclo.web.outgoing import Request

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "captures" / "ogc-client"


def mounted(host: str, root: str) -> Site:
    """Answer each address with the capture of the same path; paths are those of the authors."""
    if not FOLDER.exists():
        pytest.skip("the captures are not on this machine")

    def handle(request: Request) -> Reply | None:
        path = urlsplit(request.url).path.strip("/")
        file = FOLDER / root / f"{path}.json"
        return (
            Reply(200, {"content-type": "application/json"}, file.read_bytes())
            if path and file.exists()
            else None
        )

    return Site(host, handle)


def audit(site: Site, endpoint: Endpoint) -> list[Finding]:
    found: list[Finding] = []
    spool = Spool()
    options = Options(today="2026-11-01", profile="catalogue")

    def tell(event: Event) -> None:
        if event.kind == "finding":
            found.append(event.thing)

    async def run() -> None:
        await Runner(Session(SiteTransport(site), spool, options), options, tell).endpoint(endpoint)

    try:
        asyncio.run(run())
    finally:
        spool.close()
    return [f for f in found if not f.requirement.startswith(("http/", "cross/"))]


def test_a_service_with_records_is_audited_with_its_draft_classes() -> None:
    """The sample announces the draft's `core` and `sorting`: they count, and the draft is told."""
    found = audit(
        mounted("https://my.server.org", "ogc-api"), Endpoint("records", "https://my.server.org/sample-data")
    )
    verdicts = {f.requirement: f.outcome for f in found}
    assert [f.message.en for f in found if f.code == "internal-error"] == []
    assert verdicts["ogcapi-records/records-api/announced"] is Outcome.PASSED
    assert verdicts["ogcapi-records/records-api/released-classes"] is Outcome.FAILED


def test_a_record_link_inside_the_producers_network_is_told() -> None:
    """The first Dutch record links to a host that ends in .local."""
    found = audit(
        mounted("https://my.server.org", "ogc-api"), Endpoint("records", "https://my.server.org/sample-data")
    )
    links = [
        f
        for f in found
        if f.requirement == "ogcapi-records/record-core/links" and f.subject == "dutch-metadata"
    ]
    assert [(f.outcome, f.code) for f in links] == [(Outcome.FAILED, "private")]


def test_a_stac_root_is_recognised_and_judged_within_its_claims() -> None:
    """The captured root claims no search: searching is not held against it."""
    site = mounted("http://local", "stac")
    rooted = Site(
        "http://local",
        lambda r: site.handler(Request("GET", "http://local/root")) if r.url.endswith("/stac-api/") else None,
    )
    found = audit(rooted, Endpoint("stac", "http://local/stac-api/"))
    assert [f.message.en for f in found if f.code == "internal-error"] == []
    assert [
        f for f in found if f.requirement.startswith("stac/search/") and f.outcome is Outcome.FAILED
    ] == []


def test_a_list_of_collections_with_a_catalogue_reveals_records() -> None:
    """The answer of /collections is enough to know that the API has records."""
    site = mounted("https://my.server.org", "ogc-api")
    answer = asyncio.run(
        SiteTransport(site).send(Request.of("GET", "https://my.server.org/sample-data/collections"))
    )
    assert "records" in {endpoint.protocol for endpoint in recognise(answer)}


def test_an_address_of_an_api_with_records_gives_both_endpoints() -> None:
    """The landing page has no conformsTo: the list of collections is looked at before deciding."""
    spool = Spool()
    ask = Ask(Scope(Session(SiteTransport(mounted("https://my.server.org", "ogc-api")), spool, Options())))
    found, _answer = asyncio.run(discover("https://my.server.org/sample-data", ask))
    spool.close()
    assert {(e.protocol, e.url) for e in found} == {
        ("ogcapi", "https://my.server.org/sample-data"),
        ("records", "https://my.server.org/sample-data"),
    }


def test_an_api_without_records_gives_one_endpoint() -> None:
    """Nothing is added for a service of features only."""
    spool = Spool()
    ask = Ask(Scope(Session(SiteTransport(ogcapi.site()), spool, Options())))
    found, _answer = asyncio.run(discover(ogcapi.site().url, ask))
    spool.close()
    assert [e.protocol for e in found] == ["ogcapi"]
