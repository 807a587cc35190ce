"""Real clients and suites, one file each; each is run on our own server, over every kind of store."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cicclo.kernel.registry import Registry
from cicclo.kernel.text import Text
from conformance.layers import Layer


@dataclass(frozen=True, slots=True)
class Served:
    """Our server over one kind of store, and what its collections must hold."""

    store: str
    url: str
    layers: tuple[Layer, ...]


class Failed(Exception):
    """A client was not served well; the message says what it saw."""


@dataclass(frozen=True, slots=True)
class Client:
    """`missing` names what this machine lacks to run it, or nothing; `run` tells what was seen, or raises Failed.

    `does` says what the client is asked to do, for the page. `everywhere`: it fails on a feature without geometry.
    """

    name: str
    rank: int
    does: Text
    missing: Callable[[], str]
    run: Callable[[Served, Path], Text]
    everywhere: bool = False


CLIENTS: Registry[Client] = Registry("conformance.clients", name=lambda client: client.name)
