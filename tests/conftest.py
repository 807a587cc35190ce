"""What many tests share: example sites on a real loopback server."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn
from tests.postgresql import cluster, postgis, postgresql  # noqa: F401 - fixtures of several folders

from cicclo.probes.examples.served import application
from cicclo.probes.examples.site import Site


@contextmanager
def serving(sites: dict[str, Site], delay: float = 0.0) -> Iterator[str]:
    """Serve example sites on a free port of this machine; yield the address of the server."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        public = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            application(sites, public, delay), log_level="error", lifespan="off", ws="none", date_header=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield public
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture
def served() -> Iterator[Callable[..., str]]:
    """A function that serves sites until the test ends: `served({"api": ogcapi.site()})`."""
    with ExitStack() as stack:
        yield lambda sites, delay=0.0: stack.enter_context(serving(sites, delay))
