"""The demonstration's platforms: what is started, and which addresses of it are audited."""

import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from cicclo.features.service import Service
from cicclo.hub.demo import features, replay
from cicclo.hub.demo.peers import pycsw, pygeoapi
from cicclo.hub.demo.processes import free_port, running
from cicclo.probes.actions import USER_AGENT
from cicclo.probes.model import Options
from cicclo.web.outgoing import AddressPolicy, Limits, LiveTransport, Pace, Transport
from cicclo.web.outgoing.addresses import UnknownHost

# captured answers carry no trace of their transport: only documents are judged, and no real program is let loose
CAPTURED = Options(profile="documents", real_clients=False)


async def loopback_only(host: str, _port: int) -> list[str]:
    """Resolve the names of this machine, and no other: the demonstration never leaves it."""
    if host not in replay.LOOPBACK:
        raise UnknownHost(host)
    return ["127.0.0.1"]


LOOPBACK = AddressPolicy(allow_private=True, resolver=loopback_only)


@dataclass(frozen=True, slots=True)
class Target:
    """One platform to audit. `kind` is `live` (a program runs) or `captured` (its answers are replayed)."""

    id: str
    title: str
    addresses: tuple[str, ...]
    kind: str = "live"
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class Stage:
    """`way_out` makes the transport of an audit: loopback and captured platforms, nothing else.

    `service` opens, for the hub's map, the data that our own server serves.
    """

    targets: tuple[Target, ...]
    way_out: Callable[[], Transport]
    service: Callable[[], Awaitable[Service]]


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    """Start everything; all stops with the context."""
    with ExitStack() as programs:
        ours = programs.enter_context(features.served(folder))
        api = programs.enter_context(pygeoapi(folder))
        catalogue = programs.enter_context(pycsw(folder))
        site = programs.enter_context(files_and_replay(folder))
        live = (
            Target("demo-cicclo", "cicclo : communes, EPCI, bornes IRVE", (ours,)),
            Target("demo-pygeoapi", "pygeoapi : communes, EPCI, bornes IRVE", (api,)),
            Target("demo-pycsw", "pycsw : fiches de métadonnées", (catalogue,)),
            Target("demo-fichiers", "Fichiers : COG et fiches", _files(site)),
            Target(
                "demo-imparfait",
                "Copie imparfaite",
                (f"{site}/imparfait/mns.tif", f"{site}/imparfait/fiche.xml"),
            ),
        )
        yield Stage((*live, *captured()), lambda: way_out(site), lambda: features.opened(folder))


def _files(site: str) -> tuple[str, ...]:
    return (
        f"{site}/fichiers/raster/mns_lidar_5m_cog.tif",
        f"{site}/fichiers/metadata/rennes_metropole_comites_secteur.iso19139.xml",
    )


def captured() -> tuple[Target, ...]:
    """The captured platforms, under the addresses their own documents give."""
    return tuple(
        Target(f"capture-{p.id}", p.title, (p.at + p.target,), "captured", CAPTURED)
        for p in replay.platforms().values()
    )


def way_out(site: str) -> Transport:
    live = LiveTransport(
        user_agent=USER_AGENT,
        limits=replace(Limits(), retries=0),
        pace=Pace(8, 0.0, robots=False),
        addresses=LOOPBACK,
    )
    return replay.Confined(live, f"{site}/rejeu")


@contextmanager
def files_and_replay(folder: Path) -> Iterator[str]:
    """Serve the folder of files and the replay; yields the address."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += ["--factory", "--no-access-log", "cicclo.hub.demo.site:application"]
    url = f"http://127.0.0.1:{port}"
    with running(command, f"{url}/", folder / "site.log"):
        yield url
