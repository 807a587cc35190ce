"""What was shown is never lost: the server is killed in the middle of an audit, then started again."""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cicclo.probes.examples import ogcapi

SERVE = "from cicclo.hub.serve import app; import sys; app(sys.argv[1:])"
PASSWORD = "a password for this test"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def hub(state: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", SERVE, "--port", str(port), "--state", str(state), "--allow-private"]
    environment = {
        **os.environ,
        "CICCLO_PASSWORD": PASSWORD,
        "CICCLO_PACE": "0",
        "CICCLO_CONCURRENCY": "1",
        "CICCLO_REAL_CLIENTS": "false",
    }
    process = subprocess.Popen(command, env=environment)
    try:
        wait(lambda: get(f"http://127.0.0.1:{port}/api/audits") is not None)
        yield process
    finally:
        process.kill()
        process.wait()


def get(url: str) -> Any:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return json.load(answer)
    except (urllib.error.URLError, ConnectionError):
        return None


def post(url: str, body: dict[str, Any]) -> Any:
    basic = base64.b64encode(f"operator:{PASSWORD}".encode()).decode()
    headers = {"content-type": "application/json", "authorization": f"Basic {basic}"}
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)


def wait(true: Callable[[], Any], most: float = 60.0) -> Any:
    """Wait for a state, not for a time."""
    end = time.monotonic() + most
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)  # between two looks at another process
    raise AssertionError("it never came")


def test_a_killed_audit_resumes_and_nothing_shown_is_lost(tmp_path: Path, served: Callable[..., str]) -> None:
    """After `kill -9` during an audit: each finding shown is there, once, and the audit ends."""
    target = served({"api": ogcapi.site()}, 0.03) + "/api/"
    port, state = free_port(), tmp_path / "state.sqlite"
    base = f"http://127.0.0.1:{port}"
    with hub(state, port) as process:
        audit = post(f"{base}/api/audits", {"target": target, "profile": "ogc-api"})["id"]
        findings = f"{base}/api/audits/{audit}/findings?limit=1000"
        shown = wait(lambda: (page := get(findings))["total"] >= 10 and page)["findings"]
        assert get(f"{base}/api/audits/{audit}")["state"] == "running"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with hub(state, port):
        ended = wait(lambda: (now := get(f"{base}/api/audits/{audit}"))["state"] == "finished" and now)
        after = get(findings)["findings"]
    assert ended["resumed"] == 1
    missing = [finding for finding in shown if finding not in after]
    assert missing == []
    keys = [
        (f["protocol"], f["endpoint"], f["requirement"], f["subject"], f["facet"], f["at"], f["message"])
        for f in after
    ]
    assert len(after) > len(shown)
    assert len(keys) == len(set(keys))
