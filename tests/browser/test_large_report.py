"""The paged lists of a very large report, in a real browser."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from benchmarks.report_pages import fill
from tests.browser.test_pages import PASSWORD, missing, visit, wait

from cicclo.hub.app import asgi
from cicclo.hub.settings import Settings
from cicclo.probes.settings import Settings as AuditSettings
from cicclo.probes.store import Store

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, str]]:
    if why := missing():
        pytest.skip(why)
    state = str(Path(tmp_path_factory.mktemp("large")) / "state.sqlite")
    store = Store(state)
    store.migrate()
    before, after = fill(store, 6_000)
    store.close()
    application = asgi(Settings(password=PASSWORD), AuditSettings(state=state))
    server = uvicorn.Server(uvicorn.Config(application, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}", before, after
    server.should_exit = True
    thread.join(10)


def test_paged_lists_have_no_serious_violation(large: tuple[str, str, str]) -> None:
    base, before, after = large
    one = f"/audits/{after}/familles/csw?requirement=csw/capabilities/cors"
    change = f"/audits/difference?before={before}&after={after}&kind=mended&page=2"
    pages = [
        {"name": f"{name}-{lang}", "url": f"{url}&lang={lang}"}
        for name, url in {
            "large-report": f"/audits/{after}?services=2",
            "large-family": f"/audits/{after}/familles/csw?outcome=failed",
            "large-requirement": f"{one}&page=2",
            "large-difference": change,
        }.items()
        for lang in (("fr", "en") if name == "large-requirement" else ("fr",))
    ]
    seen = visit(base, pages)
    assert [v for v in seen["violations"] if v["impact"] in ("serious", "critical")] == []
    assert seen["visited"] == 4 * len(pages)
    assert seen["errors"] == []
