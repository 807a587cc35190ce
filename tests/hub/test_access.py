"""Nobody writes anonymously, and no other site writes in the operator's name."""

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from cicclo.hub.access import hashed, local, verify
from cicclo.hub.app import asgi
from cicclo.hub.settings import Settings
from cicclo.probes.settings import Settings as AuditSettings

from .conftest import PASSWORD, TARGET

JSON = {"accept": "application/json"}


def test_an_anonymous_visitor_cannot_start_an_audit(hub: TestClient) -> None:
    """Neither by the form nor by the API; the page sends to the sign-in form."""
    assert hub.post("/audits", data={"target": TARGET}, headers=JSON).status_code == 401
    assert hub.post("/api/audits", json={"target": TARGET}).status_code == 401
    assert hub.get("/audits/nouveau", follow_redirects=False).headers["location"].startswith("/connexion")


def test_a_form_without_its_token_is_refused(hub: TestClient, sign_in: Callable[[TestClient], str]) -> None:
    """Signed in, but the form comes from elsewhere."""
    sign_in(hub)
    assert hub.post("/audits", data={"target": TARGET}).status_code == 403
    assert hub.post("/audits", data={"target": TARGET, "csrf": "0" * 64}).status_code == 403


def test_a_wrong_password_is_refused_and_guessing_is_slowed(hub: TestClient) -> None:
    """Ten wrong passwords within a minute close the door for the rest of it."""
    statuses = [
        hub.get("/api/audits", auth=("operator", f"guess {number}")).status_code for number in range(12)
    ]
    assert statuses[:10] == [200] * 10
    assert statuses[10:] == [429] * 2


def test_basic_credentials_start_an_audit(hub: TestClient) -> None:
    """The API takes the operator's password without a cookie."""
    answer = hub.post("/api/audits", json={"target": TARGET}, auth=("operator", PASSWORD))
    assert answer.status_code == 201
    assert answer.headers["location"].endswith(answer.json()["id"])


def test_the_session_cookie_is_protected(hub: TestClient, sign_in: Callable[[TestClient], str]) -> None:
    """No script reads it, no other site sends it, and a changed one is worth nothing."""
    hub.get("/connexion")
    sign_in(hub)
    cookie = hub.cookies["cicclo_session"]
    payload, _, signature = cookie.partition(".")
    for forged in (payload + ".", f"{payload}.{'0' * 64}", f"{payload[:-2]}AA.{signature}", "%%.%%", ""):
        hub.cookies.clear()
        hub.cookies.set("cicclo_session", forged)
        assert hub.post("/audits", data={"target": TARGET}, headers=JSON).status_code == 401


def test_cookie_attributes(hub: TestClient) -> None:
    """HttpOnly and SameSite=Lax."""
    said = hub.get("/connexion", follow_redirects=False).headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=lax" in said


def test_reading_can_be_closed(tmp_path: Path) -> None:
    """With public_reading false, pages and API ask to sign in; the way in stays open."""
    audits = AuditSettings(state=str(tmp_path / "state.sqlite"))
    with TestClient(asgi(Settings(password=PASSWORD, public_reading=False), audits)) as client:
        assert client.get("/api/platforms").status_code == 401
        assert client.get("/connexion").status_code == 200
        assert client.get("/api/platforms", auth=("operator", PASSWORD)).status_code == 200


def test_a_password_is_made_once_and_only_its_hash_is_kept(tmp_path: Path) -> None:
    """The second start announces nothing."""
    announced: list[str] = []
    audits = AuditSettings(state=str(tmp_path / "state.sqlite"))
    for _ in range(2):
        with TestClient(asgi(Settings(), audits, announce=announced.append)) as client:
            assert client.get("/api/audits", auth=("operator", announced[0])).status_code == 200
    assert len(announced) == 1
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert announced[0].encode() not in kept


def test_hashes_are_salted_and_verified() -> None:
    """Two hashes of one password differ, both verify, and nothing verifies against an empty one."""
    one, two = hashed("secret"), hashed("secret")
    assert one != two
    assert verify("secret", one)
    assert verify("secret", two)
    assert not verify("secreT", one)
    assert not verify("", "")


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "audits",
        "/a\r\nb",
    ],
)
def test_signing_in_never_sends_elsewhere(address: str) -> None:
    """Only an address of ours is followed after signing in."""
    assert local(address) == "/"
    assert local("/audits?x=1") == "/audits?x=1"
