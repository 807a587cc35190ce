"""The server is killed (`kill -9`) while a file comes, and while another is validated; then it is started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.validation.web.desk_world import COMMAND, wait

SERVE = "from cicclo.hub.serve import app; import sys; app(sys.argv[1:])"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", SERVE, "--port", str(port), "--state", str(folder / "state.sqlite")]
    settings = {"CICCLO_PUBLIC_VALIDATION": "true", "CICCLO_WORKER": COMMAND, "CICCLO_PASSWORD": "a password"}
    process = subprocess.Popen(command, env={**os.environ, **settings})
    try:
        wait(lambda: ask(f"http://127.0.0.1:{port}/api/audits") is not None, 60)
        yield process
    finally:
        process.kill()
        process.wait()


def ask(url: str, body: bytes | None = None) -> Any:
    request = urllib.request.Request(url, body, {"content-type": "text/csv"} if body else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except (urllib.error.URLError, ConnectionError):
        return None


def gone(process: int) -> bool:
    try:
        return "zombie" in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return True


def test_nothing_is_left_of_what_was_cut_and_the_rest_goes_on(tmp_path: Path) -> None:
    """Half a file is removed; its neighbour, whole, is validated again by a new worker: the old one died with the server."""
    port, kept = free_port(), tmp_path / "validations"
    api = f"http://127.0.0.1:{port}/api/validations"
    with serving(tmp_path, port) as server:
        name = ask(f"{api}?name=slow.csv&schema=etalab/schema-irve-statique", b"a\n1\n")["id"]
        pid = kept / name / "pid"
        worker = int(wait(lambda: pid.exists() and pid.read_text()))
        with socket.create_connection(("127.0.0.1", port)) as sender:
            head = "POST /api/validations?name=half.csv HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\n"
            sender.sendall(f"{head}content-length: 20000000\r\n\r\n".encode() + b"a" * 5_000_000)
            half = wait(lambda: {path.name for path in kept.iterdir()} - {name})
            wait(lambda: sum(path.stat().st_size for path in kept.rglob("file.part")) > 1_000_000)
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
    wait(lambda: gone(worker))
    assert (kept / half.pop()).exists()
    pid.unlink()
    with serving(tmp_path, port):
        assert {path.name for path in kept.iterdir()} == {name}
        again = wait(lambda: pid.exists() and pid.read_text())
        assert int(again) != worker
        found = ask(f"{api}/{name}")
        assert (found["state"], found["resumed"]) == ("running", 1)


def test_the_server_answers_while_it_validates_and_receives(tmp_path: Path) -> None:
    """A validation that runs and a file that comes slow no page down: each answer within a second."""
    port = free_port()
    api = f"http://127.0.0.1:{port}/api/validations"
    with serving(tmp_path, port), socket.create_connection(("127.0.0.1", port)) as sender:
        ask(f"{api}?name=slow.csv&schema=etalab/schema-irve-statique", b"a\n1\n")
        head = "POST /api/validations?name=half.csv HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\n"
        sender.sendall(f"{head}content-length: 200000000\r\n\r\n".encode())
        slowest = 0.0
        for _ in range(20):
            sender.sendall(b"a" * 1_000_000)
            started = time.monotonic()
            assert ask(f"http://127.0.0.1:{port}/api/audits") is not None
            slowest = max(slowest, time.monotonic() - started)
        assert slowest < 1
