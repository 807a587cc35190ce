"""Start a program on loopback, wait until it answers, stop it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from cicclo.kernel.errors import CiccloError
from cicclo.kernel.text import Text


class NotReady(CiccloError):
    """A program that the demonstration needs did not start."""


def free_port() -> int:
    """Return a port of loopback that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str],
    ready: str,
    log: Path,
    env: Mapping[str, str] | None = None,
    patience: float = 60.0,
) -> Iterator[None]:
    """Run a command while the context lasts; `ready` is the address that must answer before it starts.

    Raises NotReady, with the end of the log, when the program ends or stays silent.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, **(env or {})})  # noqa: S603
        try:
            _wait(process, ready, log, patience)
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: "subprocess.Popen[bytes]", ready: str, log: Path, patience: float) -> None:
    until = time.monotonic() + patience
    while not answers(ready):
        if process.poll() is not None or time.monotonic() > until:
            tail = log.read_text("utf-8", "replace")[-600:]
            raise NotReady(
                Text(
                    f"le programme de démonstration ne démarre pas : {tail}",
                    f"the demo program does not start: {tail}",
                ),
                at=ready,
            )
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Tell whether something speaks HTTP at this address, whatever the status."""
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - an address of ours, on loopback
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def peers_python() -> Path:
    """Return the Python that has pygeoapi and pycsw: `CICCLO_PEERS`, else `.venv-peers` beside the environment.

    They live apart because pycsw wants an older OWSLib than the clients that an audit runs.
    """
    places = [os.environ.get("CICCLO_PEERS", ""), ".venv-peers", str(Path(sys.prefix).parent / ".venv-peers")]
    for place in filter(None, places):
        python = Path(place).absolute() / "bin" / "python"
        if python.exists():
            return python
    raise NotReady(
        Text("pygeoapi et pycsw ne sont pas installés", "pygeoapi and pycsw are not installed"),
        at=".venv-peers",
        remedy=Text("lancer « make demo »", "run `make demo`"),
    )
