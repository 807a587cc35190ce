"""From a portal's page to its sign-in: what is found, what is followed, and where it stops."""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from cicclo.probes.discovery import discover
from cicclo.probes.evidence import Spool
from cicclo.probes.examples import oidc as example
from cicclo.probes.examples.site import Reply, Site, SiteTransport
from cicclo.probes.model import Endpoint, Options
from cicclo.probes.protocols.oidc import Oidc, authorization_request, read
from cicclo.probes.session import Ask, Scope, Session
from cicclo.web.outgoing import Request

PAGE = """<!DOCTYPE html><html><body><form action="/login/proconnect" method="post"><button>S'identifier avec ProConnect</button></form>
<a href="/catalog.rdf">Catalogue</a><link href="/css/proconnect.css"></body></html>"""


def portal(request: Request) -> Reply | None:
    """A home page with a ProConnect button and a catalogue, in front of the example provider."""
    match urlsplit(request.url).path:
        case "/":
            return Reply.text(PAGE, "text/html")
        case "/login/proconnect":
            return Reply(302, {"location": "/login"})
        case "/catalog.rdf":
            rdf = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#"><dcat:Catalog/></rdf:RDF>'
            return Reply.xml(rdf, "application/rdf+xml")
    return example.handle(request)


@pytest.fixture
def ask() -> Iterator[Ask]:
    spool = Spool()
    options = Options(today="2026-11-01")
    yield Ask(Scope(Session(SiteTransport(Site("https://good.example", portal)), spool, options)))
    spool.close()


def test_a_page_with_a_button_still_gives_its_catalogue(ask: Ask) -> None:
    """The sign-in found on a page does not hide the services the page links to."""
    found, _answer = asyncio.run(discover("https://good.example/", ask))
    assert {(e.protocol, e.url) for e in found} >= {
        ("oidc", "https://good.example/login/proconnect"),
        ("dcat", "https://good.example/catalog.rdf"),
    }


def test_the_login_is_followed_to_the_authorization_request_and_no_further(ask: Ask) -> None:
    """The provider's authorization endpoint itself is never asked: no session starts there."""
    service: Oidc = asyncio.run(read(Endpoint("oidc", "https://good.example/login/proconnect"), ask))
    assert service.login().get("scope").split() == ["openid", "given_name", "usual_name", "email", "siret"]
    assert service.metadata["issuer"] == "https://good.example/api/v2"
    assert service.is_proconnect
    asked = {urlsplit(answer.url).path for answer in ask.scope.session.evidence}
    assert asked == {"/login/proconnect", "/login", "/api/v2/.well-known/openid-configuration"}


@pytest.mark.parametrize(
    "url",
    ["https://idp.example/authorize?client_id=a", "https://idp.example/?response_type=code", "", "http://["],
)
def test_what_is_not_an_authorization_request(url: str) -> None:
    """Both client_id and response_type are required (RFC 6749, section 4.1.1)."""
    assert authorization_request(url) is None
