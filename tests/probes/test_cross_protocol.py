"""Services are compared only with those of the same platform, under names that mean the same layer."""

import asyncio

import pytest
from lxml import etree

from cicclo.probes.actions import audit
from cicclo.probes.checks.cross import forms
from cicclo.probes.checks.cross._offers import key
from cicclo.probes.checks.cross.layers import close
from cicclo.probes.checks.cross.services import licences
from cicclo.probes.evidence import Spool
from cicclo.probes.examples import platform as example
from cicclo.probes.examples.iso19139 import document
from cicclo.probes.examples.site import SiteTransport
from cicclo.probes.iso.facts import facts
from cicclo.probes.iso.record import Record
from cicclo.probes.model import Endpoint, Options, Outcome
from cicclo.probes.protocol import Service
from cicclo.probes.protocols.platform import together


@pytest.mark.parametrize(
    ("one", "other"), [("demo:communes", "communes"), ("ws:Zone-Été", "zone_ete"), ("a.b", "A_B")]
)
def test_a_workspace_and_a_way_of_writing_do_not_make_another_layer(one: str, other: str) -> None:
    assert key(one) == key(other)


def test_boxes_are_the_same_up_to_rounding() -> None:
    assert close((1.8, 49.4, 3.7, 51.1), (1.81, 49.39, 3.7, 51.12))
    assert not close((1.8, 49.4, 3.7, 51.1), (49.4, 1.8, 51.1, 3.7))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Licence Ouverte / Open Licence version 2.0 (Etalab)", {"Licence Ouverte"}),
        ("https://creativecommons.org/licenses/by/4.0/", {"CC BY"}),
        ("CC-BY-SA 4.0", {"CC BY-SA"}),
        ("NONE", set()),
    ],
)
def test_licences_are_named_from_text_or_address(text: str, expected: set[str]) -> None:
    assert licences([text]) == expected


def test_services_of_other_hosts_and_targets_are_not_compared() -> None:
    def service(protocol: str, url: str) -> Service:
        return Service(Endpoint(protocol, url))

    one, two = service("wfs", "https://a.example/wfs"), service("wms", "https://a.example/wms")
    far, alone = service("csw", "https://b.example/csw"), service("wfs", "https://c.example/wfs")
    found = together(
        [("portal", one), ("portal", far), ("https://a.example/wms", two), ("https://c.example/wfs", alone)]
    )
    assert [{s.endpoint.url for s in group.services} for group in found] == [
        {one.endpoint.url, two.endpoint.url, far.endpoint.url}
    ]


def test_servers_on_one_host_are_told_apart_by_port() -> None:
    """Two programs of one machine are one platform only when they share a target; usual ports go without saying."""
    urls = [
        "http://a.example:8080/wfs",
        "http://a.example:8081/wms",
        "http://a.example/x",
        "https://a.example:443/y",
    ]
    services = [Service(Endpoint("wfs", url)) for url in urls]
    apart = together([(service.endpoint.url, service) for service in services])
    assert [[s.endpoint.url for s in group.services] for group in apart] == [urls[2:]]
    assert len(together([("portal", service) for service in services])[0].services) == 4


def test_a_platform_without_any_known_protocol_is_told() -> None:
    """The registry knows data.gouv.fr by APIs that are not audited: the report says so instead of being empty."""
    spool = Spool()
    site = example.site()
    report = asyncio.run(audit(["data-gouv"], transport=SiteTransport(site), evidence=spool))
    spool.close()
    assert [(t.target, t.code) for t in report.troubles] == [("data-gouv", "no-known-protocol")]
    assert "udata-api" in report.troubles[0].message.fr
    assert (report.endpoints, report.requests) == ([], 0)


def test_an_audit_of_several_services_compares_them() -> None:
    """Counts of WFS and OGC API differ on the damaged platform; the finding names both numbers."""
    site = example.site().edit_text("*resulttype=hits*", '"3"', '"2"')
    spool = Spool()
    targets = [f"{example.BASE}/wfs?SERVICE=WFS&REQUEST=GetCapabilities", f"{example.BASE}/ogcapi/"]
    options = Options(today="2026-11-01", clients=False, explore=False)
    report = asyncio.run(audit(targets, transport=SiteTransport(site), evidence=spool, options=options))
    spool.close()
    found = [f for f in report.findings if f.requirement == "cross/layers/count"]
    assert [f.outcome for f in found] == [Outcome.FAILED]
    assert "wfs demo:arrets : 2" in found[0].message.en
    assert "ogcapi arrets : 3" in found[0].message.en
    assert {f.requirement.split("/")[0] for f in report.findings if f.protocol == "platform"} == {"cross"}


def test_what_a_records_api_loses_of_an_iso_record_is_named() -> None:
    """The form is found by its identifier, whatever the punctuation; the abstract is not in it."""
    iso = Record(etree.fromstring(document()))
    told = facts(iso)
    properties = {"title": told["title"][0], "keywords": told["keywords"]}
    links = [{"href": url} for url in told["links"]]
    feature = {
        "id": "FR_000000001_ARRETS",
        "bbox": [2.79, 50.5, 3.27, 50.79],
        "properties": properties,
        "links": links,
    }
    stranger = forms._of_json({"id": "other", "properties": {"title": "Autre"}})
    form = forms._same(iso, [stranger, forms._of_json(feature)])
    assert form is not None
    verdict = forms._verdict("https://a.example/items", [(iso, form)])
    assert verdict.outcome is Outcome.FAILED
    assert verdict.message.en.startswith(
        "records that lose something: 1 of 1; fr-000000001-arrets: abstract (1)"
    )
    assert "links" not in verdict.message.en
