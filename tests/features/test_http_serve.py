"""The command, as operators start it: real processes, real sockets, signals."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

TIME_OUT = 30.0
ODD = "a/b%c é"


def towns(path: Path, count: int) -> Path:
    """A GeoJSON file of points."""
    features = [
        {
            "type": "Feature",
            "id": f"t{n}",
            "geometry": {"type": "Point", "coordinates": [2 + n / 100, 50]},
            "properties": {"nom": f"Ville {n}", "rang": n},
        }
        for n in range(count)
    ]
    features[0]["id"] = ODD
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(*arguments: str | Path) -> list[str]:
    return [str(Path(sys.executable).parent / "cicclo"), "features", "serve", *map(str, arguments)]


class Server:
    """A running service; `get` returns the status and the JSON."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process = process
        self.base = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(self.base + path, timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())

    def until(self, path: str, wanted: Any) -> Any:
        """Ask until `wanted(document)` holds."""
        end = time.monotonic() + TIME_OUT
        while time.monotonic() < end:
            try:
                _, document = self.get(path)
            except OSError:
                assert self.process.poll() is None, self.process.communicate()
                continue
            if wanted(document):
                return document
        pytest.fail(f"{path} did not become as expected in {TIME_OUT} s")


@contextmanager
def serving(folder: Path, *arguments: str | Path) -> Iterator[Server]:
    port = free_port()
    line = command("--folder", folder / "pub", "--port", str(port), "--lang", "en", *arguments)
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder
    ) as process:
        try:
            server = Server(process, port)
            server.until("/health", lambda document: document["status"] == "ok" and document["collections"])
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=TIME_OUT)


def configured(folder: Path, title: str) -> Path:
    path = folder / "service.toml"
    path.write_text(f'[service]\ntitle = "{title}"\n[[source]]\naddress = "villes.geojson"\n', "utf-8")
    return path


@pytest.mark.parametrize("server", ["granian", "uvicorn"])
def test_one_command_publishes_and_serves(tmp_path: Path, server: str) -> None:
    """A file, a port: collections, pages, items; the log of use is written."""
    log = tmp_path / "use.log"
    with serving(
        tmp_path, towns(tmp_path / "villes.geojson", 30), "--server", server, "--access-log", log
    ) as service:
        _, page = service.get("/collections/villes/items?limit=7")
        assert (page["numberMatched"], page["numberReturned"]) == (30, 7)
        status, item = service.get("/collections/villes/items/t12")
        assert (status, item["properties"]) == (200, {"nom": "Ville 12", "rang": 12})
        assert service.get("/collections/villes/items/none")[0] == 404
        assert service.get(f"/collections/villes/items/{quote(ODD, safe='')}")[1]["id"] == ODD
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {"villes", ""} >= {line["collection"] for line in lines}


def test_a_reload_fails_no_request_and_a_wrong_configuration_is_not_taken(tmp_path: Path) -> None:
    """SIGHUP while requests flow: title and data change, every answer is a 200; then an error changes nothing."""
    source = towns(tmp_path / "villes.geojson", 30)
    config = configured(tmp_path, "Before")
    with serving(tmp_path, "--config", config, "--workers", "2") as service:
        statuses: list[int] = []
        done = threading.Event()

        def ask() -> None:
            while not done.is_set():
                statuses.append(service.get("/collections/villes/items?limit=5")[0])

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            configured(tmp_path, "After")
            towns(source, 40)
            service.process.send_signal(signal.SIGHUP)
            service.until("/?f=json", lambda document: document["title"] == "After")
            service.until(
                "/collections/villes/items?limit=1", lambda document: document["numberMatched"] == 40
            )
            config.write_text("[service]\ntitel = 'x'\n", "utf-8")
            service.process.send_signal(signal.SIGHUP)
            for _ in range(20):
                assert service.get("/?f=json")[1]["title"] in ("After", "Before")
        finally:
            done.set()
            asking.join()
        assert len(statuses) > 10
        assert set(statuses) == {200}
        with urllib.request.urlopen(f"{service.base}/metrics", timeout=10) as answer:
            assert b'resource="items",status="200"' in answer.read()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "no source to serve"),
        (("nothing.gpkg",), "nothing.gpkg"),
        (("--config", "nothing.toml"), "nothing.toml"),
        (("gopher://example",), "gopher://example"),
    ],
)
def test_what_cannot_be_served_is_told_in_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    """Exit code 2, place and remedy, no traceback."""
    line = command("--port", str(free_port()), "--lang", "en", *arguments)
    ended = subprocess.run(line, capture_output=True, text=True, cwd=tmp_path, timeout=TIME_OUT, check=False)
    assert ended.returncode == 2, ended.stderr
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    """Before anything is published."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            command(towns(tmp_path / "a.geojson", 1), "--port", port, "--lang", "en"),
            capture_output=True, text=True, cwd=tmp_path, timeout=TIME_OUT, check=False, env=dict(os.environ),
        )  # fmt: skip
    assert ended.returncode == 2
    assert f"127.0.0.1:{port}" in ended.stderr
    assert not (tmp_path / "publications").exists()
