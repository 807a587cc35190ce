"""Captured catalogues of real platforms: what the checks find in them, and that none trips a check."""

import asyncio
from pathlib import Path

import pytest

from cicclo.probes.evidence import Spool
from cicclo.probes.examples.site import Reply, Site, SiteTransport
from cicclo.probes.model import Endpoint, Event, Finding, Options, Outcome
from cicclo.probes.runner import Runner
from cicclo.probes.session import Session

CAPTURES = Path(__file__).parents[2].parent / "shared" / "data" / "captures"
RDF, JSON = "application/rdf+xml", "application/ld+json"
DOCUMENTS = {
    "udata/dcat/catalog.xml": RDF,
    "udata/dcat/geonetwork.xml": RDF,
    "udata/dcat/datara--5a26b0f6-0ccf-46ad-ac58-734054b91977.rdf.xml": RDF,
    "udata/dcat/evian.json": JSON,
    "geonetwork-ui/fixtures/sextant.dcat.bathymetry.xml": RDF,
    "udata/csw_dcat/geonetwork-dcat-page-1.xml": RDF,
}


def audit(body: bytes, media_type: str) -> list[Finding]:
    """Findings on one document served alone."""
    found: list[Finding] = []
    spool = Spool()
    options = Options(today="2026-11-01")
    site = Site(
        "https://platform.example",
        lambda request: (
            Reply(200, {"content-type": media_type}, body) if request.url.endswith("/catalog") else None
        ),
    )

    def tell(event: Event) -> None:
        if event.kind == "finding" and event.thing.requirement.startswith("dcat/"):
            found.append(event.thing)

    async def run() -> None:
        await Runner(Session(SiteTransport(site), spool, options), options, tell).endpoint(
            Endpoint("dcat", "https://platform.example/catalog")
        )

    try:
        asyncio.run(run())
    finally:
        spool.close()
    return found


def capture(name: str) -> bytes:
    path = CAPTURES / name
    if not path.exists():
        pytest.skip("the captures are not on this machine")
    return path.read_bytes()


def failures(name: str) -> dict[str, Finding]:
    found = audit(capture(name), DOCUMENTS[name])
    return {finding.requirement: finding for finding in found if finding.outcome is Outcome.FAILED}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_capture_trips_a_check(name: str) -> None:
    """Whatever a real catalogue holds, the verdict is about the catalogue."""
    found = audit(capture(name), DOCUMENTS[name])
    assert found
    assert [f.message.en for f in found if f.code == "internal-error"] == []


def test_a_licence_written_as_text_is_told() -> None:
    """The sample catalogue of udata says “Licence Ouverte Version 2.0” in a literal."""
    assert (
        "Licence Ouverte Version 2.0"
        in failures("udata/dcat/catalog.xml")["dcat/distribution/licence-iri"].message.en
    )


def test_a_remote_context_that_cannot_be_fetched_is_named() -> None:
    """ArcGIS Hub's catalogue depends on a context of another site, which is not there."""
    found = failures("udata/dcat/evian.json")
    assert set(found) == {"dcat/document/readable"}
    assert "project-open-data.cio.gov" in found["dcat/document/readable"].at


def test_entities_are_refused_before_rdf_is_parsed() -> None:
    """An entity bomb in RDF/XML never reaches the RDF parser."""
    bomb = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaa">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&a;</rdf:RDF>'
    found = audit(bomb, RDF)
    assert [(f.requirement, f.code) for f in found] == [("dcat/document/readable", "xml-entities")]


def test_records_wrapped_by_a_csw_are_read() -> None:
    """A GetRecords page holds one RDF document per record; all its datasets are judged."""
    found = audit(capture("udata/csw_dcat/geonetwork-dcat-page-1.xml"), RDF)
    assert {f.requirement: f.outcome for f in found}["dcat/document/readable"] is Outcome.PASSED


def test_an_iri_with_a_space_is_told() -> None:
    """An old GeoNetwork template writes two addresses in one rdf:about."""
    assert "not allowed" in failures("udata/dcat/geonetwork.xml")["dcat/dataset/iri"].message.en
