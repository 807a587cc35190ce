"""A hub in memory of this process, and a browser-like client on it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from cicclo.hub.app import asgi
from cicclo.hub.settings import Settings
from cicclo.probes.examples.ogcapi import site
from cicclo.probes.examples.site import SiteTransport
from cicclo.probes.settings import Settings as AuditSettings

PASSWORD = "a password for these tests"
TARGET = site().url


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[TestClient]:
    """A hub whose audits ask the OGC API example, damaged in one place."""
    damaged = site().edit(
        "/ogcapi/", lambda page: page.update(links=[x for x in page["links"] if x["rel"] != "conformance"])
    )
    settings = AuditSettings(state=str(tmp_path / "state.sqlite"), real_clients=False)
    application = asgi(Settings(password=PASSWORD), settings, transport=lambda: SiteTransport(damaged))
    with TestClient(application, headers={"accept": "text/html", "accept-language": "fr"}) as client:
        yield client


@pytest.fixture
def sign_in() -> Callable[[TestClient], str]:
    """A function that signs the operator in and returns the token of the forms."""

    def enter(client: TestClient) -> str:
        first = token(client.get("/connexion").text)
        answer = client.post("/connexion", data={"password": PASSWORD, "csrf": first}, follow_redirects=False)
        assert answer.status_code == 303
        return token(client.get("/audits/nouveau").text)

    return enter


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, "no token in the page"
    return found[1]
