"""How long a person waits: `cicclo --help` (target 0.3 s), and `cicclo serve` until its first page (target 2 s).

Both are whole processes, best and median of several runs after one that is not counted (it writes the bytecode,
as the first start after an installation does); the floor is `python -c pass`, measured in the same run. Every
`serve` starts on a new state: tables and the operator's password are made within its time.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

# where bytecode may not be written, every start would compile every library again
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
CICCLO = str(Path(sys.executable).with_name("cicclo"))


def timed(*command: str) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def serve() -> float:
    """Seconds from the command to the first page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        command = [CICCLO, "serve", "--port", str(port), "--state", f"{folder}/state.sqlite"]
        server = subprocess.Popen(
            command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            return _first_page(port, started)
        finally:
            server.terminate()
            server.wait(15)


def _first_page(port: int, started: float) -> float:
    while time.perf_counter() - started < 30:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)
        else:
            return time.perf_counter() - started
    sys.exit("cicclo serve did not answer within 30 s")


def measure(runs: int) -> dict[str, Any]:
    timed(CICCLO, "--help")
    serve()
    figures = {
        "python": [timed(sys.executable, "-c", "pass") for _ in range(runs)],
        "help": [timed(CICCLO, "--help") for _ in range(runs)],
        "serve": [serve() for _ in range(max(3, runs // 2))],
    }
    return {name: {"best": min(times), "median": statistics.median(times)} for name, times in figures.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    figures = measure(options.runs)
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:8} best {figure['best']:.2f} s, median {figure['median']:.2f} s")


if __name__ == "__main__":
    main()
