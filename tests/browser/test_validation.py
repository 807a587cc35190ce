"""Validation in a real browser: a file is sent and followed, its report is readable, pages are accessible; nothing stays."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from tests.browser.test_pages import HERE, PASSWORD, missing, visit, wait

from cicclo.hub.app import asgi
from cicclo.hub.settings import Settings
from cicclo.probes.settings import Settings as AuditSettings
from cicclo.validation.hosting import Hosting

pytestmark = pytest.mark.browser

SCHEMA = {
    "name": "bornes",
    "title": "Bornes de recharge",
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True, "unique": True}},
        {"name": "puissance", "type": "number", "constraints": {"minimum": 0}},
        {"name": "mise_en_service", "type": "date"},
        {"name": "coordonneesXY", "type": "geopoint", "format": "array"},
    ],
}
ROWS = [
    'B1,22,2024-01-05,"[2.35,48.85]"',
    'B2,"7,4",05/01/2024,"[3.06,50.63]"',
    'B3,-3,2024-02-30,"[3.07,50.62]"',
    'B3,22,2024-01-05,"[3.08,50.61]"',
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def hub(folder: Path) -> Iterator[str]:
    """A hub where visitors may validate."""
    if why := missing():
        pytest.skip(why)
    state = str(folder / "state.sqlite")
    app = asgi(
        Settings(password=PASSWORD, public_validation=True),
        AuditSettings(state=state),
        hosting=Hosting(state),
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


def written(folder: Path, name: str, rows: list[str]) -> tuple[str, str]:
    """A table and its schema as files of a person's machine."""
    table, schema = folder / name, folder / "bornes.json"
    table.write_text("\n".join(["id,puissance,mise_en_service,coordonneesXY", *rows]) + "\n")
    schema.write_text(json.dumps(SCHEMA))
    return str(table), str(schema)


def upload(base: str, file: str, **more: Any) -> Any:
    """Send a file with the form; return what the pages showed meanwhile."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    asked = {"chromium": chromium, "base": base, "file": file, "password": "", **more}
    done = subprocess.run(
        ["node", "upload.mjs"],
        check=False,
        cwd=HERE,
        input=json.dumps(asked),
        text=True,
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def left(folder: Path) -> set[str]:
    return {path.name for path in (folder / "validations").rglob("*.part")}


@pytest.mark.parametrize("scripts", [True, False])
def test_a_file_is_sent_and_its_report_read(hub: str, folder: Path, tmp_path: Path, *, scripts: bool) -> None:
    """With scripts and without: the page ends on the report, causes first; the file is gone."""
    table, schema = written(tmp_path, "bornes.csv", ROWS)
    seen = upload(hub, table, fields={"schema_file": schema}, scripts=scripts)
    assert seen["problem"] == ""
    assert "Le fichier ne respecte pas son schéma" in seen["text"]
    assert "À corriger" in seen["text"]
    assert seen["errors"] == []
    assert bool(seen["sending"]) == scripts
    assert left(folder) == set()


def test_progress_is_shown_while_a_larger_file_goes(hub: str, folder: Path, tmp_path: Path) -> None:
    """How much was sent, then how much was validated; no more than the file's own size is kept meanwhile."""
    rows = [f'B{number},22,2024-01-05,"[2.35,48.85]"' for number in range(400_000)]
    table, schema = written(tmp_path, "grandes.csv", rows)
    seen = upload(hub, table, fields={"schema_file": schema}, most=120)
    assert any("Mo / " in text for text in seen["sending"]), seen
    assert "Le fichier respecte son schéma" in seen["text"]
    assert left(folder) == set()


def test_pages_of_validation_are_accessible(hub: str, folder: Path, tmp_path: Path) -> None:
    """No serious violation, no error, nothing from elsewhere, no sideways scroll, on both widths and in both languages."""
    table, schema = written(tmp_path, "bornes.csv", ROWS)
    report = upload(hub, table, fields={"schema_file": schema})["path"]
    wrong = upload(hub, str(binary(tmp_path)), fields={"schema_file": schema})["path"]
    pages = []
    for name, url in {"new": "/validations", "report": report, "problem": wrong}.items():
        pages += [{"name": f"{name}-{lang}", "url": f"{url}?lang={lang}"} for lang in ("fr", "en")]
        pages.append({"name": f"{name}-dark", "url": url, "scheme": "dark"})
    seen = visit(hub, pages, password="")
    assert [found for found in seen["violations"] if found["impact"] in ("serious", "critical")] == []
    assert seen["visited"] == 4 * len(pages)
    assert seen["errors"] == []


def binary(folder: Path) -> Path:
    """An image that is called a table."""
    path = folder / "image.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    return path
