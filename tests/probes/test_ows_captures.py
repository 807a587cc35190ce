"""Captured documents of real WFS, WMS, WMTS and TMS services are recognised and read."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from cicclo.probes.discovery import discover, recognise
from cicclo.probes.documents import xml_of
from cicclo.probes.errors import BadDocument
from cicclo.probes.evidence import Spool
from cicclo.probes.examples import wfs as wfs_example
from cicclo.probes.examples import wms as wms_example
from cicclo.probes.examples import wmts as wmts_example
from cicclo.probes.examples.site import Reply, Site, SiteTransport, query
from cicclo.probes.model import Endpoint, Event, Finding, Options, Outcome
from cicclo.probes.protocols import _gml, _ows, tms, wfs, wms, wmts
from cicclo.probes.runner import Runner
from cicclo.probes.session import Ask, Scope, Session
from cicclo.web.outgoing import Answer, Request

CAPTURES = Path(__file__).parents[3] / "shared" / "data" / "captures" / "ogc-client"
SAMPLES = CAPTURES.parents[1] / "samples" / "ows"
needs_captures = pytest.mark.skipif(not CAPTURES.is_dir(), reason="the captures are not on this machine")
URL = "https://geo.example/ows"


def answer(body: bytes, url: str = URL, media_type: str = "text/xml", status: int = 200) -> Answer:
    headers = (("content-type", media_type),)
    return Answer(Request.of("GET", url), url, status, headers, body, length=len(body))


def capture(name: str, url: str = URL) -> Answer:
    return answer((CAPTURES / name).read_bytes(), url)


@needs_captures
@pytest.mark.parametrize(
    ("name", "protocol", "version"),
    [
        ("wfs/capabilities-pigma-1-0-0.xml", "wfs", "1.0.0"),
        ("wfs/capabilities-pigma-1-1-0.xml", "wfs", "1.1.0"),
        ("wfs/capabilities-geo2france-2-0-0.xml", "wfs", "2.0.0"),
        ("wms/capabilities-brgm-1-1-1.xml", "wms", "1.1.1"),
        ("wms/capabilities-brgm-1-1-1-iso-8859-15.xml", "wms", "1.1.1"),
        ("wmts/ign.xml", "wmts", "1.0.0"),
        ("tms/tms-resource-geopf.xml", "tms", "1.0.0"),
    ],
)
def test_each_capture_is_recognised_as_one_protocol(name: str, protocol: str, version: str) -> None:
    """One document, one endpoint, and the parameters of the request left out of its address."""
    found = recognise(capture(name, f"{URL}?map=/x.map&SERVICE=any&REQUEST=GetCapabilities"))
    assert [(e.protocol, e.version) for e in found] == [(protocol, version)]
    if protocol != "tms":
        assert found[0].url == f"{URL}?map=/x.map"


@needs_captures
def test_the_encoding_of_a_document_changes_nothing_of_what_is_read() -> None:
    """The ISO-8859-15 capture and its UTF-16 copy read as the UTF-8 one."""
    endpoint = Endpoint("wms", URL)
    plain = xml_of(capture("wms/capabilities-brgm-1-1-1.xml"))
    latin = capture("wms/capabilities-brgm-1-1-1-iso-8859-15.xml")
    text = latin.body.decode("iso-8859-15").replace("ISO-8859-15", "UTF-16")
    wide = answer(text.encode("utf-16"))
    titles = [
        [layer.title for layer in wms.parse(endpoint, root).layers]
        for root in (plain, xml_of(latin), xml_of(wide))
    ]
    assert titles[1] == titles[2]
    assert set(titles[1]) < set(titles[0])  # the UTF-8 capture has two more layers
    assert any("é" in title for title in titles[1])
    assert [e.protocol for e in recognise(wide)] == ["wms"]


@needs_captures
def test_what_is_read_of_a_geoserver_wfs() -> None:
    """Counts and names agree with the document, read here by XPath."""
    raw = capture("wfs/capabilities-geo2france-2-0-0.xml")
    root = etree.fromstring(raw.body)
    read = wfs.parse(Endpoint("wfs", URL), root)
    names = [
        e.text
        for e in root.iterfind(
            ".//{http://www.opengis.net/wfs/2.0}FeatureType/{http://www.opengis.net/wfs/2.0}Name"
        )
    ]
    assert [feature_type.name for feature_type in read.types] == names
    assert read.count_default == 1_000_000
    assert read.json_format == "application/json"
    assert {"wfs/version/2.0.0", "wfs/post", "wfs/json", "wfs/ImplementsResultPaging"} <= read.claims
    west, south, east, north = read.types[0].bbox or (0, 0, 0, 0)
    assert 1 < west < east < 5
    assert 48 < south < north < 52


@needs_captures
def test_what_is_read_of_a_wmts() -> None:
    """The IGN capture: a KVP address, no REST template, the PM grid described in EPSG:3857."""
    read = wmts.parse(Endpoint("wmts", URL), xml_of(capture("wmts/ign.xml")))
    layer = read.layers[0]
    assert (layer.name, layer.default_style, layer.formats) == (
        "ORTHOIMAGERY.ORTHOPHOTOS",
        "normal",
        ("image/jpeg",),
    )
    assert read.kvp == "http://wxs.ign.fr/geoportail/wmts?"
    assert read.claims == {"wmts/kvp"}
    assert layer.links["PM"]["10"].rows == (31, 1024)


@needs_captures
@pytest.mark.parametrize(
    "name", ["wfs/describefeaturetype-pigma-1-1-0-xsd.xml", "wfs/getfeature-hits-pigma-1-1-0.xml"]
)
def test_captures_that_are_not_well_formed_are_refused(name: str) -> None:
    """A prefix that nobody declares makes a document unreadable, and the message says so."""
    with pytest.raises(BadDocument, match="malformed XML"):
        xml_of(capture(name))
    assert recognise(capture(name)) == []


@needs_captures
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("wfs/exception-report-2-0-0.xml", "InvalidParameterValue"),
        ("wfs/service-exception-report-1-0-0.xml", "InvalidParameterValue"),
        ("wms/service-exception-report-1-3-0.xml", ""),
    ],
)
def test_exception_reports_reveal_their_service(name: str, code: str) -> None:
    """The report of a faulty request names its service; that of a GetCapabilities denies it."""
    report = _ows.exception_of(capture(name))
    assert report is not None
    assert report.code == code
    assert [e.protocol for e in recognise(capture(name))] == [name[:3]]
    assert recognise(capture(name, f"{URL}?SERVICE=WFS&REQUEST=GetCapabilities")) == []


def test_the_tms_capture_lists_its_maps() -> None:
    """A tile map without an address is not followed."""
    root = etree.fromstring(
        '<TileMapService version="1.0.0"><TileMaps><TileMap title="a"/><TileMap href="b"/></TileMaps></TileMapService>'
    )
    read = tms.parse(Endpoint("tms", "https://geo.example/tms/1.0.0/"), root)
    assert [found.href for found in read.members["tilemap"]] == ["https://geo.example/tms/1.0.0/b"]


def run(site: Site, endpoint: Endpoint) -> tuple[list[Finding], int]:
    """Audit one endpoint of a site: its findings and how many requests it took."""
    found: list[Finding] = []

    def tell(event: Event) -> None:
        if event.kind == "finding":
            found.append(event.thing)

    async def go() -> int:
        options = Options(today="2026-11-01")
        spool = Spool()
        session = Session(SiteTransport(site), spool, options)
        await Runner(session, options, tell).endpoint(endpoint)
        spool.close()
        return session.requests

    return found, asyncio.run(go())


@needs_captures
@pytest.mark.parametrize(
    ("name", "protocol"),
    [
        ("wfs/capabilities-pigma-1-0-0.xml", "wfs"),
        ("wfs/capabilities-pigma-1-1-0.xml", "wfs"),
        ("wfs/capabilities-geo2france-2-0-0.xml", "wfs"),
        ("wms/capabilities-brgm-1-1-1-iso-8859-15.xml", "wms"),
        ("wmts/ign.xml", "wmts"),
        ("tms/tms-resource-geopf.xml", "tms"),
    ],
)
@pytest.mark.parametrize("otherwise", ["same", "html", "empty"])
def test_a_site_of_which_only_capabilities_answer_is_judged_without_internal_error(
    name: str, protocol: str, otherwise: str
) -> None:
    """Every other request gets the capabilities again, a page, or nothing: verdicts, never a fault of ours."""
    body = (CAPTURES / name).read_bytes()
    others = {
        "same": Reply.xml(body),
        "html": Reply.text("<html>hello</html>", "text/html"),
        "empty": Reply(200, {}, b""),
    }

    def handle(request: Request) -> Reply:
        wanted = query(request).get("request", "getcapabilities").lower()
        return Reply.xml(body) if wanted == "getcapabilities" else others[otherwise]

    findings, requests = run(Site("https://geo.example", handle), Endpoint(protocol, URL))
    outcomes = Counter(finding.outcome for finding in findings)
    assert [f.message.en for f in findings if f.code == "internal-error"] == []
    assert outcomes[Outcome.PASSED] >= 3 or protocol == "tms"
    assert requests <= 80


@pytest.mark.parametrize(
    "url",
    [
        "https://good.example/wfs",
        "https://good.example/wfs?service=WFS&version=1.0.0&request=GetCapabilities",
        "https://good.example/",
    ],
)
def test_a_service_is_found_from_any_of_its_addresses(url: str) -> None:
    """Its base, one of its requests, or the home page of its host."""

    async def go() -> list[Endpoint]:
        options = Options()
        ask = Ask(Scope(Session(SiteTransport(wfs_example.site()), Spool(), options)))
        return (await discover(url, ask))[0]

    assert {(e.protocol, e.url) for e in asyncio.run(go())} == {("wfs", "https://good.example/wfs")}


def test_the_parameters_that_belong_to_the_service_stay_in_its_address() -> None:
    """`map=` of MapServer is part of the address, VERSION is not."""
    seen = _ows.base_of(
        "http://h.example/cgi-bin/mapserv?map=/a b.map&Service=WMS&VERSION=1.3.0&request=GetMap&LAYERS=x"
    )
    assert seen == "http://h.example/cgi-bin/mapserv?map=/a%20b.map"


@pytest.mark.parametrize(
    ("announced", "wrong"),
    [
        ("https://geo.example/ows", False),
        ("https://tiles.example/ows", False),
        ("http://geo.example/ows", True),
        ("https://geo.example:8443/ows", True),
        ("http://localhost:8080/geoserver/ows", True),
        ("http://geoserver/ows", True),
        ("http://10.1.2.3/ows", True),
        ("https://geo.example:999999/ows", True),
        ("/ows", True),
    ],
)
def test_which_announced_addresses_are_wrong(announced: str, *, wrong: bool) -> None:
    """Internal names, private addresses, internal ports and http behind https are; another public host is not."""
    assert (_ows.address_fault("https://geo.example/ows", announced) is not None) == wrong


def test_axes_of_getmap_follow_the_version() -> None:
    """EPSG:4326 is latitude first in 1.3.0, longitude first in 1.1.1 (OGC 06-042, section 6.7.2)."""
    service = wms.Wms(Endpoint("wms", URL), version="1.3.0")
    box = (1.0, 48.0, 2.0, 49.0)
    assert service.map(wms.Layer("x"), "EPSG:4326", box)["BBOX"] == "48,1,49,2"
    assert service.map(wms.Layer("x"), "CRS:84", box)["BBOX"] == "1,48,2,49"
    old = service.map(wms.Layer("x"), "EPSG:4326", box, version="1.1.1")
    assert (old["BBOX"], old["SRS"], "CRS" in old) == ("1,48,2,49", "EPSG:4326", False)


def test_the_tile_of_a_place_is_the_one_of_the_web_formula() -> None:
    """Brussels at level 10: column 1024·(λ+180)/360, row 512·(1−asinh(tan φ)/π)."""
    read = wmts.parse(Endpoint("wmts", URL), etree.fromstring(wmts_example.capabilities().encode()))
    tile = wmts.tile_at(read.sets["PM"], read.sets["PM"].matrices["10"], 4.3517, 50.8503)
    assert tile is not None
    assert (tile.column, tile.row) == (524, 343)
    geographic = wmts.tile_at(read.sets["WGS84G"], read.sets["WGS84G"].matrices["1"], 3.0, 50.0)
    assert geographic == wmts.Tile("WGS84G", "1", 0, 2)


def test_gml_of_each_version_gives_its_features() -> None:
    """wfs:member, gml:featureMember and gml:featureMembers, coordinates of GML 2 and 3."""
    gml = 'xmlns:gml="http://www.opengis.net/gml"'
    old = f'<c {gml}><gml:featureMember><t fid="t.1"><g><gml:coordinates>1,2 3,4</gml:coordinates></g></t></gml:featureMember></c>'
    new = f'<c {gml}><gml:featureMembers><t gml:id="t.1"><g><gml:posList>1 2 3 4</gml:posList></g></t></gml:featureMembers></c>'
    for document in (old, new):
        page = _gml.page(etree.fromstring(document))
        assert page.ids == ["t.1"]
        assert _gml.first_position(page.features[0]) == (1.0, 2.0)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<",
        b"<a/>",
        b"\xff\xfe",
        b"{}",
        b"<Capabilities/>",
        b"<WFS_Capabilities/>",
        b"<WMS_Capabilities version='x'/>",
    ],
)
def test_odd_bodies_are_recognised_or_left_alone_without_error(body: bytes) -> None:
    """Recognising never raises, whatever the bytes."""
    found = recognise(answer(body))
    assert all(endpoint.protocol in ("wfs", "wms") for endpoint in found)
    for endpoint in found:
        findings, _ = run(Site("https://geo.example", lambda _r: Reply.xml(body)), replace(endpoint, url=URL))
        assert [f.message.en for f in findings if f.code == "internal-error"] == []


@pytest.mark.parametrize(("site", "protocol"), [(wfs_example.site(), "wfs"), (wms_example.site(), "wms")])
def test_an_audit_of_one_service_stays_frugal(site: Site, protocol: str) -> None:
    """About sixty requests for a service and its sampled members."""
    findings, requests = run(site, Endpoint(protocol, site.url))
    assert requests <= 60
    own = [f for f in findings if f.requirement.startswith(protocol)]
    assert {f.outcome for f in own} <= {Outcome.PASSED, Outcome.INAPPLICABLE}, [
        (f.requirement, f.message.en) for f in own
    ]
