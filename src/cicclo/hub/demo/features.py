"""Our own server with the data of the demonstration: as a program to audit, and as a service that the hub maps."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cicclo.features.configuration import read
from cicclo.features.opening import open_service
from cicclo.features.service import Service
from cicclo.features.settings import Settings
from cicclo.hub.demo.peers import DATA
from cicclo.hub.demo.processes import free_port, running

CONFIGURATION = DATA / "features.toml"
MAPPED = ("communes", "bornes-irve")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Publish and serve as any operator would, by `cicclo features serve`; yields the landing page."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "cicclo.hub.cli", "features", "serve"]
    command += ["--config", str(CONFIGURATION), "--folder", str(publications(folder)), "--port", str(port)]
    with running(command, f"{url}/conformance", folder / "features.log"):
        yield f"{url}/"


def publications(folder: Path) -> Path:
    return folder / "publications"


async def opened(folder: Path) -> Service:
    """The same publications, opened in this process."""
    return await open_service(read(CONFIGURATION), Settings(folder=str(publications(folder))))
