"""Programs are told by what they answer: captured documents of real platforms, and no name where there is no sign."""

import asyncio
from pathlib import Path

import pytest

from cicclo.probes.evidence import Spool
from cicclo.probes.examples.site import Reply, Site, SiteTransport
from cicclo.probes.model import Endpoint, Options
from cicclo.probes.session import Ask, Scope, Session
from cicclo.probes.software import guess, identify, signatures
from cicclo.web.outgoing import Answer, Request

CAPTURES = Path(__file__).parents[3] / "shared" / "data" / "captures"
needs_captures = pytest.mark.skipif(
    not CAPTURES.is_dir(), reason="captures of real platforms are not on this machine"
)

# what each folder's SOURCE.md and the document itself say
EXPECTED = {
    "ogc-client/wfs/capabilities-geo2france-2-0-0.xml": {"GeoServer"},
    "ogc-client/wfs/capabilities-pigma-1-0-0.xml": {"GeoServer"},
    "ogc-client/wfs/capabilities-pigma-1-1-0.xml": {"GeoServer"},
    "ogc-client/wfs/exception-report-2-0-0.xml": {"MapServer"},
    "ogc-client/wfs/service-exception-report-1-0-0.xml": {"MapServer"},
    "ogc-client/wms/capabilities-brgm-1-1-1.xml": {"MapServer"},
    "ogc-client/wms/capabilities-brgm-1-1-1-iso-8859-15.xml": {"MapServer"},
    "ogc-client/wmts/ign.xml": {"Géoplateforme", "ROK4"},
    "ogc-client/tms/tms-resource-geopf.xml": {"Géoplateforme", "ROK4"},
    "ogc-client/ogc-api/sample-data.json": {"ldproxy"},
    "ogc-client/ogc-api/sample-data-2.json": {"geOrchestra"},
    "geonetwork-ui/fixtures/ogcapi.json": {"geOrchestra"},
    "geonetwork-ui/fixtures/insee-wfs-getcapabilities.xml": {"GeoServer"},
    "happign/get_layers_metada_wfs/data.geopf.fr/wfs/ows-866ab9.xml": {"Géoplateforme", "GeoServer"},
    "OWSLib/csw_geobretagne_mdmetadata.xml": {"GeoNetwork"},
    "udata/dcat/evian.json": {"ArcGIS Hub"},
    "ogc-client/stac/root.json": set(),
    "ogc-client/wms/service-exception-report-1-3-0.xml": {"MapServer"},
    "validator/metadata/01.xml": set(),
    "udata/dcat/catalog.xml": set(),
}


def answer(body: bytes = b"", url: str = "https://service.example/ows", **headers: str) -> Answer:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(Request("GET", url), url, 200, pairs, body)


def names(*answers: Answer) -> set[str]:
    return {found.name for found in guess(*answers) if found.confidence >= 0.5}


@needs_captures
@pytest.mark.parametrize(("path", "expected"), EXPECTED.items())
def test_captured_documents_name_their_software(path: str, expected: set[str]) -> None:
    assert names(answer((CAPTURES / path).read_bytes())) == expected


@needs_captures
def test_a_version_is_read_where_it_is_written() -> None:
    """BRGM's capabilities carry MapServer's comment."""
    found = guess(answer((CAPTURES / "ogc-client/wms/capabilities-brgm-1-1-1.xml").read_bytes()))
    assert (found[0].name, found[0].version) == ("MapServer", "6.5")


@needs_captures
def test_no_capture_is_taken_for_a_program_it_only_mentions() -> None:
    """Records and capabilities cite addresses of other servers; only GeoNetwork signs the records it edited."""
    for path in CAPTURES.rglob("*.xml"):
        if "iso19139" in path.name or "csw" in path.parts[-2]:
            found = names(answer(path.read_bytes()))
            assert found <= {"GeoNetwork"}, path


@pytest.mark.parametrize(
    ("given", "expected", "version"),
    [
        (answer(x_powered_by="pygeoapi 0.24.1"), "pygeoapi", "0.24.1"),
        (answer(b"<!-- pycsw 3.0.0 -->\n<csw:Capabilities/>"), "pycsw", "3.0.0"),
        (answer(server="QGIS FCGI server - QGIS version 3.22.16-Białowieża"), "QGIS Server", "3.22.16"),
        (answer(server="pg_featureserv/1.3"), "pg_featureserv", "1.3"),
        (answer(b'<meta name="generator" content="ckan 2.10.4" />'), "CKAN", "2.10.4"),
        (answer(url="https://sig.example/geoserver/ows"), "GeoServer", ""),
        (answer(url="https://sig.example/index.php/lizmap/service"), "Lizmap", ""),
        (answer(url="https://id.example/realms/agents/.well-known/openid-configuration"), "Keycloak", ""),
        (answer(b'{"issuer":"https://auth.agentconnect.gouv.fr/api/v2"}'), "ProConnect", ""),
        (answer(url="https://data.geopf.fr/wms-r?SERVICE=WMS"), "ROK4", ""),
    ],
)
def test_headers_addresses_and_documents_tell_the_program(given: Answer, expected: str, version: str) -> None:
    found = {each.name: each.version for each in guess(given)}
    assert found.get(expected) == version


def test_an_unknown_server_gets_no_name() -> None:
    page = b'<html><body>Nos partenaires : GeoServer, MapServer, QGIS. <a href="https://x.example/geoserver/">carte</a></body></html>'
    assert names(answer(page, server="nginx/1.25")) == set()


def test_every_program_is_named_once_with_signs_that_weigh() -> None:
    found = [signature.name for signature in signatures()]
    assert len(found) == len(set(found)) >= 25
    assert all(0 < sign.weight < 1 and sign.label for signature in signatures() for sign in signature.signs)


def test_a_record_does_not_name_the_server_that_holds_it() -> None:
    """A record edited in GeoNetwork keeps its thesauri wherever it is copied; a catalogue speaks for itself."""
    record = b'<gmd:MD_Metadata xmlns:gmd="x"><a>geonetwork.thesaurus.local.theme.x</a></gmd:MD_Metadata>'
    site = Site("https://files.example", lambda _request: Reply.xml(record), "/fiche.xml")
    asked = [asyncio.run(identified(site, protocol)) for protocol in ("iso19139", "csw")]
    assert asked == [set(), {"GeoNetwork"}]


async def identified(site: Site, protocol: str) -> set[str]:
    spool = Spool()
    ask = Ask(Scope(Session(SiteTransport(site), spool, Options())))
    found = await identify(Endpoint(protocol, site.url), ask)
    spool.close()
    return {guessed.name for guessed in found}


def test_qgis_server_is_known_by_its_ogc_api() -> None:
    """Links as QGIS Server 3.22 writes them, behind a proxy that hides its `Server: QGIS`."""
    landing = (
        b'{"links":[{"href":"https://sig.example/wfs3.json","rel":"self","title":"Landing page as JSON",'
        b'"type":"application/json"},{"href":"https://sig.example/wfs3.html","rel":"alternate",'
        b'"title":"Landing page as HTML","type":"text/html"}]}'
    )
    assert names(answer(landing, server="nginx")) == names(answer(server="QGIS")) == {"QGIS Server"}
