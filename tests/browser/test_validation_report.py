"""The HTML report as a browser shows it: accessible, at home on a telephone, asking for nothing."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.browser.test_pages import visit
from tests.validation.made import schema, table

from cicclo.validation import coherence
from cicclo.validation.actions import validate
from cicclo.validation.model import Options
from cicclo.validation.readers import open_table
from cicclo.validation.reports import REPORTS

pytestmark = pytest.mark.browser
OF = schema(
    {"name": "id", "type": "integer", "constraints": {"required": True}},
    {"name": "prix", "type": "number"},
    {"name": "xy", "type": "geopoint", "format": "array"},
)
TEXT = "id;prix;xy;autre\n" + "".join(
    f'{n};"{n},5";[{48 + n / 100}, {2 + n / 100}];{"mot-tres-long-" * 8}\n' for n in range(40)
)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *given: object) -> None: ...


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("report")
    opened = open_table(table(folder, TEXT))
    report = coherence.observed(validate(opened, OF, Options(limit=0, key=("id",))), opened)
    for lang in ("fr", "en"):
        with (folder / f"{lang}.html").open("wb") as out:
            REPORTS["html"].write(report, out, lang)
    (folder / "favicon.ico").write_bytes(b"")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    pages = [
        {"name": "fr", "url": "/fr.html"},
        {"name": "en", "url": "/en.html"},
        {"name": "dark", "url": "/fr.html", "scheme": "dark"},
    ]
    yield visit(f"http://127.0.0.1:{server.server_address[1]}", pages, password="")
    server.shutdown()
    server.server_close()
    thread.join()


def test_axe_finds_nothing(seen: Any) -> None:
    """In both languages, on both widths, light and dark; nothing scrolls sideways."""
    assert seen["violations"] == []
    assert seen["visited"] == 12


def test_the_page_runs_and_asks_nothing(seen: Any) -> None:
    assert seen["errors"] == []
