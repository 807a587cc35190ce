"""The real worker in the real hub: tables, layers, addresses, what cannot be read; never a path of the server."""

import io
import json
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.validation.web.test_pages import until

from cicclo.hub.app import asgi
from cicclo.hub.settings import Settings
from cicclo.probes.settings import Settings as AuditSettings
from cicclo.validation.hosting import Hosting

SCHEMA = {
    "name": "arbres",
    "title": "Arbres",
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True, "unique": True}},
        {"name": "hauteur", "type": "number", "constraints": {"minimum": 0}},
    ],
}
GOOD = b"id,hauteur\nA,12.5\nB,3\n"
WRONG = b'id,hauteur\nA,"12,5"\n,-3\nA,1\n'  # two unreadable or missing, one too small, one repeated


@contextmanager
def hub(folder: Path, **hosted: Any) -> Iterator[TestClient]:
    state = str(folder / "state.sqlite")
    settings = Settings(password="a password", public_validation=True)
    application = asgi(settings, AuditSettings(state=state), hosting=Hosting(state, **hosted))
    with TestClient(application, headers={"accept-language": "en"}) as client:
        yield client


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with hub(tmp_path_factory.mktemp("hub")) as client:
        yield client


def validated(client: TestClient, name: str, body: bytes, schema: Any = SCHEMA, **fields: str) -> Any:
    files: dict[str, Any] = {"file": (name, body)}
    if schema is not None:
        files["schema_file"] = ("arbres.json", json.dumps(schema).encode())
    made = client.post("/api/validations", data=fields, files=files)
    assert made.status_code == 201, made.text
    return until(client, made.json()["id"], "finished", "failed", "choosing")


def test_a_table_is_judged_and_its_reports_agree(served: TestClient) -> None:
    """Four faults by hand; the same count in the page, the JSON, the CSV and the SARIF; no path of the server anywhere."""
    found = validated(served, "arbres.csv", WRONG)
    assert (found["state"], found["valid"], found["errors"], found["rows"]) == ("finished", False, 4, 3)
    assert set(found["reports"]) == {"html", "csv", "json", "sarif"}
    written = {name: served.get(address).text for name, address in found["reports"].items()}
    assert json.loads(written["json"])["counts"]["errors"] == 4
    assert json.loads(written["json"])["source"] == "arbres.csv"
    assert len(json.loads(written["sarif"])["runs"][0]["results"]) >= 4
    page = served.get(f"/validations/{found['id']}", headers={"accept": "text/html"}).text
    assert "4 errors" in page
    for text in (*written.values(), page):
        assert "scratch" not in text
        assert ".part" not in text


def test_a_right_table_passes(served: TestClient) -> None:
    found = validated(served, "arbres.csv", GOOD)
    assert (found["valid"], found["errors"], found["rows"]) == (True, 0, 2)


def test_validatas_report_comes_with_its_verdicts(served: TestClient) -> None:
    """Only then: it has no words for ours."""
    found = validated(served, "arbres.csv", WRONG, strict="true")
    report = served.get(found["reports"]["strict"]).json()
    types = {error["type"] for error in report["errors"]}
    assert types == {"type-error", "constraint-error", "unique-error"}


def test_a_layer_needs_no_schema(served: TestClient) -> None:
    """Its geometries are judged; a bow tie is shown on the map."""
    bow = {"type": "Polygon", "coordinates": [[[2, 48], [3, 49], [3, 48], [2, 49], [2, 48]]]}
    layer = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "id": 1, "properties": {"nom": "a"}, "geometry": bow}],
    }
    found = validated(served, "parcs.geojson", json.dumps(layer).encode(), schema=None)
    assert (found["state"], found["valid"]) == ("finished", False)
    points = served.get(f"/validations/{found['id']}/points").json()["features"]
    assert points
    assert points[0]["geometry"]["coordinates"] == pytest.approx([2.5, 48.5], abs=0.6)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("empty.csv", b""),
        ("image.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
        ("letter.docx", b"PK\x03\x04"),
        ("arbres.xlsx", b"not a workbook"),
        ("layer.gpkg", b"not a database"),
    ],
)
def test_what_cannot_be_read_is_told(served: TestClient, name: str, body: bytes) -> None:
    """One sentence with the file's own name, never a traceback or a path."""
    found = validated(served, name, body)
    assert found["state"] == "failed"
    assert found["problem"]
    assert "Traceback" not in found["problem"]
    assert "/tmp" not in found["problem"]
    assert "error of cicclo" not in found["problem"]


@pytest.mark.parametrize("schema", [[], {"title": "no fields"}, {"fields": "none"}])
def test_a_schema_that_is_none_is_told(served: TestClient, schema: Any) -> None:
    found = validated(served, "arbres.csv", GOOD, schema=schema)
    assert found["state"] == "failed"
    assert "/" not in found["problem"].partition("—")[0], found["problem"]


def test_a_bomb_is_refused(served: TestClient) -> None:
    """A workbook whose sheet unpacks to gigabytes ends in a sentence."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(200_000_000))
    found = validated(served, "bomb.xlsx", packed.getvalue())
    assert found["state"] == "failed"
    assert "error of cicclo" not in found["problem"]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """A server on loopback with the file and its schema."""
    root = tmp_path / "site"
    root.mkdir()
    (root / "arbres.csv").write_bytes(WRONG)
    (root / "schema.json").write_text(json.dumps(SCHEMA))
    handler = partial(Quiet, directory=str(root))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.mark.parametrize("allowed", [True, False])
def test_addresses_are_fetched_unless_they_are_private(
    tmp_path: Path, site: str, monkeypatch: pytest.MonkeyPatch, *, allowed: bool
) -> None:
    """With the operator's setting, file and schema by address; without it, not a request is sent."""
    monkeypatch.setenv("CICCLO_CACHE", str(tmp_path / "cache"))
    with hub(tmp_path, allow_private=allowed) as client:
        asked = {"url": f"{site}/arbres.csv?token=hush", "schema": f"{site}/schema.json"}
        made = client.post("/api/validations", json=asked).json()
        found = until(client, made["id"], "finished", "failed")
        if allowed:
            assert found["errors"] == 4
            assert found["source"] == "arbres.csv"
        else:
            assert "private" in found["problem"]
        assert "hush" not in client.get(f"/validations/{made['id']}", headers={"accept": "text/html"}).text
    assert not list((tmp_path / "validations").rglob("*.part"))
    with sqlite3.connect(tmp_path / "state.sqlite") as state:
        assert "hush" not in str(state.execute("select * from validations").fetchall())
    state.close()


def test_a_data_package_shows_each_table(served: TestClient) -> None:
    """One section and one set of reports for each; counts of all; a foreign key across tables is judged."""
    packed = io.BytesIO()
    trees = {"name": "arbres", "path": "arbres.csv", "schema": SCHEMA}
    key = {"fields": "arbre", "reference": {"resource": "arbres", "fields": "id"}}
    visits = {"fields": [{"name": "arbre", "type": "string"}], "foreignKeys": [key]}
    package = {
        "name": "parc",
        "resources": [trees, {"name": "visites", "path": "visites.csv", "schema": visits}],
    }
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("datapackage.json", json.dumps(package))
        archive.writestr("arbres.csv", GOOD)
        archive.writestr("visites.csv", "arbre\nA\nZ\n")
    found = validated(served, "parc.zip", packed.getvalue(), schema=None)
    assert (found["state"], found["valid"], found["errors"], found["rows"]) == ("finished", False, 1, 4)
    names = zipfile.ZipFile(io.BytesIO(served.get(found["reports"]["zip"]).content)).namelist()
    assert len(names) == 8
    page = served.get(f"/validations/{found['id']}", headers={"accept": "text/html"}).text
    assert page.count('class="table"') == 2
    assert "arbres.csv" in page
