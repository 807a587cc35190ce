"""The main pages in a real browser: no serious accessibility violation, no error, nothing from another host."""

import base64
import functools
import json
import shutil
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from tests.conftest import serving

from cicclo.hub.app import asgi
from cicclo.hub.settings import Settings
from cicclo.probes.examples import ogcapi, wms
from cicclo.probes.settings import Settings as AuditSettings

HERE = Path(__file__).parent
PASSWORD = "a password for these tests"
pytestmark = pytest.mark.browser


def missing() -> str:
    """What this machine lacks to drive a browser."""
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        return "Chromium is not installed"
    if not shutil.which("node"):
        return "Node is not installed"
    if not (HERE.parents[1] / "node_modules" / "playwright-core").is_dir():
        return "playwright-core is not installed (npm ci)"
    return ""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served hub with two audits of a platform that has faults."""
    if why := missing():
        pytest.skip(why)
    faulty = ogcapi.site().edit(
        "/ogcapi/", lambda page: page.update(links=[x for x in page["links"] if x["rel"] != "conformance"])
    )
    with serving({"api": faulty, "wms": wms.site()}) as platform:
        state = str(tmp_path_factory.mktemp("hub") / "state.sqlite")
        audits = AuditSettings(state=state, allow_private=True, real_clients=False, pace=0)
        config = uvicorn.Config(
            asgi(Settings(password=PASSWORD), audits), port=0, log_level="error", ws="none"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        wait(lambda: server.started)
        base = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        for target in (f"{platform}/api/", f"{platform}/wms", f"{platform}/api/"):
            run_audit(base, target)
        yield base
        server.should_exit = True
        thread.join(10)


def run_audit(base: str, target: str) -> None:
    name = ask(f"{base}/api/audits", {"target": target})["id"]
    wait(lambda: ask(f"{base}/api/audits/{name}")["state"] == "finished")


def ask(url: str, body: dict[str, Any] | None = None) -> Any:
    basic = base64.b64encode(f"operator:{PASSWORD}".encode()).decode()
    headers = {"content-type": "application/json", "authorization": f"Basic {basic}"}
    with urllib.request.urlopen(
        urllib.request.Request(url, json.dumps(body).encode() if body else None, headers)
    ) as answer:
        return json.load(answer)


def wait(true: Callable[[], Any]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)  # between two looks at another thread


def addresses(base: str) -> dict[str, str]:
    """The main pages, by name."""
    audits = ask(f"{base}/api/audits")["audits"]
    # the newest of the platform with a fault; two audits may start within the same second
    newest = next(audit for audit in audits if audit["targets"][0].endswith("/api/"))
    last, platform = newest["id"], newest["platform"]
    failed = ask(f"{base}/api/audits/{last}/findings?outcome=failed")["findings"][0]
    family = failed["requirement"].split("/")[0]
    return {
        "home": "/",
        "platform": f"/plateformes/{platform}",
        "audits": "/audits",
        "new": "/audits/nouveau",
        "report": f"/audits/{last}",
        "family": f"/audits/{last}/familles/{family}",
        "exchange": f"/audits/{last}/echanges/{failed['evidence'][0]}",
        "difference": f"/audits/difference?before={audits[2]['id']}&after={audits[1]['id']}",
        "requirements": "/exigences",
        "requirement": f"/exigences/{failed['requirement']}",
        "api": "/api",
        "problem": "/audits/nothing",
    }


def visit(base: str, pages: list[dict[str, str]], **more: Any) -> Any:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    asked = {"chromium": chromium, "base": base, "password": PASSWORD, "pages": pages, **more}
    done = subprocess.run(
        ["node", "visit.mjs"],
        check=False,
        cwd=HERE,
        input=json.dumps(asked),
        text=True,
        capture_output=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_no_serious_violation_on_any_main_page(hub: str) -> None:
    """In French and English, on desktop and phone widths, in light and dark; no page scrolls sideways."""
    pages = []
    for name, url in addresses(hub).items():
        mark = "&" if "?" in url else "?"
        pages += [{"name": f"{name}-{lang}", "url": f"{url}{mark}lang={lang}"} for lang in ("fr", "en")]
        if name in ("home", "report", "family", "new"):
            pages.append({"name": f"{name}-dark", "url": url, "scheme": "dark"})
    seen = visit(hub, pages)
    serious = [found for found in seen["violations"] if found["impact"] in ("serious", "critical")]
    assert serious == []
    assert seen["visited"] == 4 * len(pages)
    # the browser itself reports the 404 of the page that shows a problem
    assert [error for error in seen["errors"] if "/audits/nothing" not in error] == []


def test_the_instrument_sees_a_violation(hub: str, tmp_path: Path) -> None:
    """A page without title, language and labels is caught: the test above can fail."""
    (tmp_path / "index.html").write_text("<html><body><img src='data:,'><input></body></html>")
    handler = functools.partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        seen = visit(f"http://127.0.0.1:{server.server_port}", [{"name": "bad", "url": "/"}], password="")
        server.shutdown()
    assert {"html-has-lang", "image-alt", "label"} <= {found["id"] for found in seen["violations"]}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass
