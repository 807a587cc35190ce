"""One file adds one client: the program itself, or the requests it is known to send.

    CLIENTS.add(replay("qgis-wfs", "QGIS", "3.x", "wfs", ("open", open_it), ("read", read)))

A replayed client is a walk of named steps that stops at the first refusal. A real one runs in a subprocess,
inside a `Sandbox` (`_sandbox.py`). Each gives the steps of a ClientRun.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cicclo.kernel.registry import Registry
from cicclo.probes.model import Step


def always_there() -> str:
    """Replayed requests need nothing installed."""
    return ""


@dataclass(frozen=True, slots=True)
class Client:
    """`kind` is `real` or `replay`; `protocols` are those it speaks.

    `run` receives a service and an Ask (replay) or a Sandbox (real). `version` may be a function, for a
    program that must be asked; `missing` says how to install the program, empty when it is there.
    """

    id: str
    title: str
    version: str | Callable[[], str]
    kind: str
    protocols: tuple[str, ...]
    run: Callable[[Any, Any], Awaitable[Sequence[Step]]]
    missing: Callable[[], str] = always_there

    @property
    def shown_version(self) -> str:
        return self.version if isinstance(self.version, str) else self.version()


CLIENTS: Registry[Client] = Registry("cicclo.probes.clients", name=lambda client: client.id)
