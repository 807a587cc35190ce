"""Pages and API of validation, as a visitor, the operator and a program use them."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.validation.web.desk_world import COMMAND

from cicclo.hub.app import asgi
from cicclo.hub.settings import Settings
from cicclo.probes.settings import Settings as AuditSettings
from cicclo.validation.hosting import Hosting

PASSWORD = "a password for these tests"
OPERATOR = ("operator", PASSWORD)
SCHEMA = "etalab/schema-irve-statique"

TWICE = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\na\r\n'


@contextmanager
def serving(folder: Path, *, public: bool = False, **hosted: Any) -> Iterator[TestClient]:
    state = str(folder / "state.sqlite")
    hosting = Hosting(state, worker=COMMAND, **hosted)
    application = asgi(
        Settings(password=PASSWORD, public_validation=public), AuditSettings(state=state), hosting=hosting
    )
    with TestClient(application, headers={"accept": "text/html", "accept-language": "fr"}) as client:
        yield client


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[TestClient]:
    with serving(tmp_path) as client:
        yield client


@pytest.fixture
def open_hub(tmp_path: Path) -> Iterator[TestClient]:
    """A hub where visitors may validate."""
    with serving(tmp_path, public=True, upload_bytes=2_000_000) as client:
        yield client


@pytest.fixture
def sign_in() -> Callable[[TestClient], str]:
    """A function that signs the operator in and returns the token of the forms."""

    def enter(client: TestClient) -> str:
        first = token(client.get("/connexion").text)
        client.post("/connexion", data={"password": PASSWORD, "csrf": first}, follow_redirects=False)
        return token(client.get("/validations").text)

    return enter


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, "no token in the page"
    return found[1]


def until(hub: TestClient, name: str, *states: str, auth: Any = None) -> Any:
    end = time.monotonic() + 30
    while (found := hub.get(f"/api/validations/{name}", auth=auth).json())["state"] not in states:
        assert time.monotonic() < end, found
        time.sleep(0.02)  # between two looks at another thread
    return found


def left(folder: Path) -> list[Path]:
    return list((folder / "validations").glob("*")) if (folder / "validations").is_dir() else []


def test_nobody_validates_without_the_operator(hub: TestClient) -> None:
    """Closed unless opened: pages lead to the sign-in, the API refuses, and not a byte of the file is kept."""
    assert (
        hub.get("/validations", follow_redirects=False).headers["location"] == "/connexion?next=/validations"
    )
    sent = {"file": ("a.csv", b"a\n1\n")}
    assert hub.post("/api/validations", files=sent).status_code == 401
    assert hub.get("/api/validations/whatever").status_code == 401
    assert hub.get("/api/validations").status_code == 401


def test_the_operator_validates_with_the_form(
    hub: TestClient, sign_in: Callable[[TestClient], str], tmp_path: Path
) -> None:
    """From the form to the report, with its downloads and its map; then the report is removed."""
    sign_in(hub)
    page = hub.get("/validations").text
    assert 'enctype="multipart/form-data"' in page
    assert f'<option value="{SCHEMA}">' in page
    answer = hub.post(
        "/validations",
        data={"csrf": token(page), "schema": SCHEMA, "url": ""},
        files={"file": ("bornes é.csv", b"a\n1\n"), "schema_file": ("", b"")},
        follow_redirects=False,
    )
    assert answer.status_code == 303
    where = answer.headers["location"]
    name = where.rpartition("/")[2]
    found = until(hub, name, "finished")
    assert (found["source"], found["valid"], found["errors"]) == ("bornes é.csv", False, 2)
    report = hub.get(where).text
    assert "bornes é.csv" in report
    assert "2 erreurs" in report
    assert "data-map" in report
    assert hub.get(f"{where}/points").json()["features"][0]["geometry"]["coordinates"] == [2.35, 48.85]
    taken = hub.get(f"/api/validations/{name}/report")
    assert taken.text == "json"
    assert "attachment" in taken.headers["content-disposition"]
    assert hub.get(f"/api/validations/{name}/report?format=html&lang=en").text == "html"
    assert hub.get(f"/api/validations/{name}/report?format=pdf").status_code == 404
    assert "bornes é.csv" in hub.get("/validations").text
    removed = hub.post(f"{where}/supprimer", data={"csrf": token(report)}, follow_redirects=False)
    assert removed.status_code == 303
    assert hub.get(where).status_code == 404
    assert left(tmp_path) == []


def test_a_form_without_its_token_keeps_nothing(
    hub: TestClient, sign_in: Callable[[TestClient], str], tmp_path: Path
) -> None:
    """Another site cannot send files in the operator's name; a token after the file comes too late."""
    csrf = sign_in(hub)
    for fields in ({}, {"csrf": "0" * 64}):
        assert hub.post("/validations", data=fields, files={"file": ("a.csv", b"a\n")}).status_code == 403
    late = (
        b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\na\r\n'
        b'--x\r\ncontent-disposition: form-data; name="csrf"\r\n\r\n' + csrf.encode() + b"\r\n--x--\r\n"
    )
    sent = {"content-type": "multipart/form-data; boundary=x"}
    assert hub.post("/validations", content=late, headers=sent).status_code == 403
    assert left(tmp_path) == []
    assert hub.post("/validations", content=late, headers={**sent, "x-csrf-token": csrf}).status_code == 200


def test_a_visitor_validates_where_it_is_opened(open_hub: TestClient) -> None:
    """The first visit gives a ticket; the list of others' files stays closed; the address of a report opens it."""
    page = open_hub.get("/validations").text
    answer = open_hub.post(
        "/validations", data={"csrf": token(page), "schema": SCHEMA}, files={"file": ("a.csv", b"a\n1\n")}
    )
    assert answer.status_code == 200
    name = str(answer.url).rpartition("/")[2]
    until(open_hub, name, "finished")
    assert "a.csv" not in open_hub.get("/validations").text
    assert open_hub.get("/api/validations").status_code == 401
    open_hub.cookies.clear()
    assert open_hub.get(f"/validations/{name}").status_code == 200


@pytest.mark.parametrize("way", ["whole", "multipart"])
def test_a_program_validates(open_hub: TestClient, way: str) -> None:
    """The body is the file, or a form holds it; what a browser of another site would send is refused."""
    address = f"/api/validations?schema={SCHEMA}&name=good.csv"
    sent = (
        {"content": b"a\n1\n", "headers": {"content-type": "text/csv"}}
        if way == "whole"
        else {"files": {"file": ("other.csv", b"a\n1\n")}}
    )
    answer = open_hub.post(address, **sent)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["source"] == "good.csv"
    assert answer.headers["location"].endswith(f"/api/validations/{made['id']}")
    found = until(open_hub, made["id"], "finished")
    assert open_hub.get(found["reports"]["json"]).text == "json"
    headers = {**sent.get("headers", {}), "origin": "https://elsewhere.example"}
    assert open_hub.post(address, **{**sent, "headers": headers}).status_code == 403
    assert open_hub.delete(f"/api/validations/{made['id']}").json()["id"] == made["id"]
    assert open_hub.get(f"/api/validations/{made['id']}").status_code == 404


def test_a_running_validation_is_stopped_by_its_page(open_hub: TestClient, tmp_path: Path) -> None:
    """The page shows how far it is, and has a button that ends it; then there is nothing left."""
    page = open_hub.get("/validations").text
    form = {"csrf": token(page), "schema": SCHEMA}
    live = open_hub.post("/validations", data=form, files={"file": ("slow.csv", b"a\n1\n")})
    name = str(live.url).rpartition("/")[2]
    until(open_hub, name, "running")
    shown = open_hub.get(f"/validations/{name}/avancement").text
    assert "hx-trigger" in shown
    assert "<progress" in shown
    ended = open_hub.post(f"/validations/{name}/arreter", data={"csrf": form["csrf"]})
    assert "arrêtée à la demande" in ended.text
    assert "HX-Refresh" not in shown
    assert open_hub.get(f"/validations/{name}/avancement").headers["hx-refresh"] == "true"
    assert left(tmp_path) == []


def test_a_schema_is_chosen_among_those_suggested(open_hub: TestClient) -> None:
    """Without schema: suggestions, on the page and in the API; the choice goes on with the same file."""
    made = open_hub.post("/api/validations", files={"file": ("a.csv", b"a\n1\n")}).json()
    found = until(open_hub, made["id"], "choosing")
    assert found["suggestions"][0]["schema"] == SCHEMA
    page = open_hub.get("/validations")
    where = f"/validations/{made['id']}"
    assert "90" in open_hub.get(where).text
    open_hub.post(f"{where}/schema", data={"schema": SCHEMA, "csrf": token(page.text)})
    until(open_hub, made["id"], "finished")


def test_what_is_too_large_is_refused_and_not_kept(open_hub: TestClient, tmp_path: Path) -> None:
    """By what it announces, and by what comes when it announces nothing."""
    many = b"a" * 2_100_000
    announced = open_hub.post(
        "/api/validations", content=many + b"a" * 20_000_000, headers={"content-type": "text/csv"}
    )

    def stream() -> Iterator[bytes]:
        yield many

    streamed = open_hub.post("/api/validations", content=stream(), headers={"content-type": "text/csv"})
    form = open_hub.post("/api/validations", files={"file": ("a.csv", many)})
    assert [each.status_code for each in (announced, streamed, form)] == [413, 413, 413]
    assert "2 Mo" in streamed.json()["detail"]
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("fields", "files"),
    [
        ({}, {}),
        ({"url": "https://a.example/x.csv"}, {"file": ("a.csv", b"a\n")}),
        ({"url": "file:///etc/passwd"}, {}),
        ({"url": "https://u:p@a.example/x.csv"}, {}),
        ({"schema": "/etc/passwd"}, {"file": ("a.csv", b"a\n")}),
        ({"schema": "../../x.json"}, {"file": ("a.csv", b"a\n")}),
        ({"colour": "red"}, {"file": ("a.csv", b"a\n")}),
        ({"all_errors": "perhaps"}, {"file": ("a.csv", b"a\n")}),
    ],
)
def test_a_wrong_request_is_told_and_keeps_nothing(
    open_hub: TestClient, tmp_path: Path, fields: dict[str, str], files: dict[str, Any]
) -> None:
    """No file, two files, addresses that are not of the web, paths of the server, unknown fields."""
    answer = open_hub.post(
        "/api/validations",
        data={"x-unused": "", **fields} if not files and not fields else fields,
        files=files or {"file": ("", b"")},
    )
    assert answer.status_code == 400, answer.text
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"not multipart at all",
        b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\ncut',
        TWICE + TWICE.replace(b'"a"', b'"b"') + b"--x--\r\n",
    ],
)
def test_a_broken_form_is_refused(open_hub: TestClient, tmp_path: Path, body: bytes) -> None:
    """Cut short, malformed, or two files for one field."""
    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert open_hub.post("/api/validations", content=body, headers=headers).status_code == 400
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\x.csv", "x.csv"),
        (".htaccess", "htaccess"),
        ("a\u202e\x07b.csv", "ab.csv"),
        ("<b>.csv", "<b>.csv"),
        ("x" * 400 + ".csv", "x" * 120 + ".csv"),
    ],
)
def test_names_of_files_are_harmless(open_hub: TestClient, given: str, kept: str) -> None:
    """No folder, no control character; what could be markup is escaped."""
    made = open_hub.post(
        "/api/validations",
        params={"name": given, "schema": SCHEMA},
        content=b"a\n1\n",
        headers={"content-type": "text/csv"},
    )
    assert made.json()["source"] == kept
    until(open_hub, made.json()["id"], "finished", "failed")
    assert "<b>.csv" not in open_hub.get(f"/validations/{made.json()['id']}").text


def test_the_definition_says_how_files_are_sent(hub: TestClient) -> None:
    """Multipart, the bare file, or an object with an address; the report's formats as a parameter."""
    definition = hub.get("/api/openapi.json").json()
    made = definition["paths"]["/api/validations"]["post"]
    assert set(made["requestBody"]["content"]) == {
        "application/json",
        "multipart/form-data",
        "application/octet-stream",
    }
    assert "requestBody" not in definition["paths"]["/api/validations/{validation}"]["delete"]
    assert "/api/validations/{validation}/report" in definition["paths"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_pages_hold_nothing_inline(open_hub: TestClient, lang: str) -> None:
    """The content policy allows our own scripts and styles only."""
    made = open_hub.post(
        f"/api/validations?schema={SCHEMA}&name=good.csv",
        content=b"a\n",
        headers={"content-type": "text/csv"},
    ).json()
    until(open_hub, made["id"], "finished")
    for path in ("/validations", f"/validations/{made['id']}"):
        page = open_hub.get(path, params={"lang": lang}).text
        assert "<script>" not in page
        assert " style=" not in page
        assert f'<html lang="{lang}">' in page
