"""Pages and API, read as a visitor does."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from cicclo.hub.app import asgi
from cicclo.hub.settings import Settings
from cicclo.probes.evidence import Package
from cicclo.probes.examples import ogcapi
from cicclo.probes.settings import Settings as AuditSettings

from .conftest import PASSWORD, TARGET

MISSING = "ogcapi-common/landing-page/conformance-link"


def finished(hub: TestClient, target: str = TARGET, profile: str = "ogc-api") -> str:
    """Run an audit to its end and return its id."""
    name = hub.post(
        "/api/audits", json={"target": target, "profile": profile}, auth=("operator", PASSWORD)
    ).json()["id"]
    end = time.monotonic() + 60
    while hub.get(f"/api/audits/{name}").json()["state"] in ("waiting", "running"):
        assert time.monotonic() < end
        time.sleep(0.02)  # between two looks at the thread of audits
    return str(name)


def test_home_lists_the_registry(hub: TestClient) -> None:
    """Every platform of the registry is there at the first start, and can be searched."""
    page = hub.get("/").text
    assert "Géoplateforme" in page
    assert "jamais auditée" in page
    found = hub.get("/", params={"q": "geobretagne"}).text
    assert "/plateformes/geobretagne" in found
    assert "/plateformes/mel" not in found


def test_an_audit_from_form_to_proof(hub: TestClient, sign_in: Callable[[TestClient], str]) -> None:
    """The operator starts it; the report says what fails, with remedy, exchange and a line to repeat it."""
    token = sign_in(hub)
    started = hub.post(
        "/audits",
        data={"target": TARGET, "profile": "ogc-api", "sample": "3", "csrf": token},
        follow_redirects=False,
    )
    assert started.headers["location"].startswith("/audits/")
    name = finished(hub)
    report = hub.get(f"/audits/{name}").text
    assert "exigences tenues sur" in report
    assert "Lien vers les classes de conformité" in report
    family = hub.get(f"/audits/{name}/familles/ogcapi-common").text
    assert "aucun lien « conformance »" in family
    findings = hub.get(f"/api/audits/{name}/findings", params={"requirement": MISSING}).json()["findings"]
    assert [finding["outcome"] for finding in findings] == ["failed"]
    exchange = hub.get(f"/audits/{name}/echanges/{findings[0]['evidence'][0]}").text
    assert "curl -i --compressed" in exchange
    assert TARGET in exchange


def test_evidence_downloaded_is_a_package_that_opens(hub: TestClient, tmp_path: Path) -> None:
    """The zip of the hub is what `cicclo audit --replay` reads."""
    name = finished(hub)
    archive = hub.get(f"/api/audits/{name}/evidence.zip").content
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(archive)).namelist()
    path = tmp_path / "evidence.zip"
    path.write_bytes(archive)
    package = Package(path)
    assert package.manifest["targets"] == [TARGET]
    assert (
        len(json.loads(package.report)["findings"]) == hub.get(f"/api/audits/{name}/findings").json()["total"]
    )


def test_two_audits_are_compared_and_the_badge_follows(hub: TestClient) -> None:
    """Two audits of one thing: nothing changed; the badge says the mandatory failure without colour."""
    before, after = finished(hub), finished(hub)
    assert "Rien n’a changé" in hub.get("/audits/difference", params={"before": before, "after": after}).text
    badge = hub.get("/badges/good-example.svg")
    assert badge.headers["content-type"] == "image/svg+xml"
    assert "✗" in badge.text
    assert hub.get("/badges/mel.svg", params={"lang": "en"}).text.count("never audited") >= 1


@pytest.mark.parametrize(
    "path", ["/", "/audits", "/exigences", "/api", f"/exigences/{MISSING}", "/connexion", "/plateformes/mel"]
)
def test_pages_speak_both_languages(hub: TestClient, path: str) -> None:
    """The address, then the choice made before, then the browser, then French."""
    assert '<html lang="fr">' in hub.get(path).text
    assert '<html lang="en">' in hub.get(path, params={"lang": "en"}).text
    assert '<html lang="en">' in hub.get(path).text
    hub.cookies.clear()
    assert '<html lang="en">' in hub.get(path, headers={"accept-language": "en-GB,fr;q=0.5"}).text


def test_pages_load_nothing_from_elsewhere(hub: TestClient) -> None:
    """The policy allows our own scripts and styles only, and pages hold no inline ones."""
    name = finished(hub)
    for path in ("/", f"/audits/{name}", f"/audits/{name}/familles/ogcapi-common", "/exigences", "/nowhere"):
        answer = hub.get(path)
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "<script>" not in answer.text
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/?colour=red", 400),
        ("/?q=a&q=b", 400),
        ("/audits/nothing", 404),
        ("/plateformes/nothing", 404),
        ("/exigences/a/b/c", 404),
        ("/nowhere", 404),
        ("/api/audits/nothing/findings?limit=0", 400),
        ("/api/audits/nothing/findings?limit=many", 400),
    ],
)
def test_errors_are_problems_in_the_readers_words(hub: TestClient, path: str, status: int) -> None:
    """A machine gets RFC 9457, a person a page; both name the place."""
    machine = hub.get(path, headers={"accept": "application/json"})
    assert machine.status_code == status
    assert machine.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(machine.json())
    if not path.startswith("/api"):
        person = hub.get(path, params=None)
        assert person.status_code == status
        assert "<h1>" in person.text


def test_what_a_stranger_says_is_escaped(hub: TestClient) -> None:
    """Text from an address or a search box never becomes markup."""
    page = hub.get("/", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_json_is_found_by_whoever_prefers_it(hub: TestClient) -> None:
    """The page of a platform leads a machine to the same resource in the API."""
    answer = hub.get("/plateformes/mel", headers={"accept": "application/json"})
    assert answer.json()["id"] == "mel"


@pytest.mark.parametrize(
    "target",
    ["ftp://a.example/", "no such thing", "http://", "https://u:p@a.example/", "http://a b.example/"],
)
def test_a_bad_target_is_refused(hub: TestClient, target: str) -> None:
    """What is neither a web address nor a platform starts no audit."""
    answer = hub.post("/api/audits", json={"target": target}, auth=("operator", PASSWORD))
    assert answer.status_code == 400
    assert answer.json()["remedy" if "remedy" in answer.json() else "detail"]


def test_an_unknown_field_or_profile_is_refused(hub: TestClient) -> None:
    """Forms and JSON bodies are as strict as addresses."""
    for body, status in (
        ({"target": TARGET, "speed": 3}, 400),
        ({"target": TARGET, "profile": "none"}, 404),
        ([], 400),
        ({}, 400),
    ):
        assert hub.post("/api/audits", json=body, auth=("operator", PASSWORD)).status_code == status


def test_private_addresses_stay_out_of_reach(tmp_path: Path, served: Callable[..., str]) -> None:
    """Without the operator's setting, an audit of loopback says so and sends nothing."""
    target = served({"api": ogcapi.site()}) + "/api/"
    for number, (allowed, expected) in enumerate(((False, 0), (True, 1))):
        audits = AuditSettings(
            state=str(tmp_path / f"{number}.sqlite"), allow_private=allowed, real_clients=False, pace=0
        )
        with TestClient(asgi(Settings(password=PASSWORD), audits)) as hub:
            name = finished(hub, target, "ogc-api")
            assert bool(hub.get(f"/api/audits/{name}/findings").json()["total"]) == bool(expected)
            if not allowed:
                assert "adresse privée ou locale refusée" in hub.get(f"/audits/{name}").text
