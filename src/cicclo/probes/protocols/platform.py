"""A platform: several services that should agree. Not an address on the network, but what an audit has read so far.

Its own address, when it has one, is a JSON list of endpoints: `[{"protocol": "wms", "url": "…"}, …]`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from cicclo.kernel.text import Text
from cicclo.probes.errors import Unusable
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.session import Ask


@dataclass(slots=True)
class Platform(Service):
    """`services` were read one by one; their protocols differ."""

    services: Sequence[Service] = field(default_factory=list)

    def of(self, *protocols: str) -> list[Service]:
        """Services that speak one of the protocols."""
        return [service for service in self.services if service.endpoint.protocol in protocols]


def together(services: Iterable[tuple[str, Service]]) -> list[Platform]:
    """Group services (with the target each was found from) that have a target or a server in common.

    Servers are told apart by host and port. A platform of one service has nothing to agree with, and is left out.
    """
    groups: list[tuple[set[str], list[Service]]] = []
    for target, service in services:
        marks = {target, _server(service.endpoint.url)}
        group, joined = (marks, [service]), [g for g in groups if g[0] & marks]
        for other in joined:
            group[0].update(other[0])
            group[1][:0] = other[1]
            groups.remove(other)
        groups.append(group)
    return [of(members) for _, members in groups if len(members) > 1]


def _server(url: str) -> str:
    """Host and port: http and https of one host, each on its usual port, are one server."""
    parts = urlsplit(url)
    server = parts.netloc.rpartition("@")[2].lower()
    return server.removesuffix({"http": ":80", "https": ":443"}.get(parts.scheme, ":"))


def of(services: Sequence[Service]) -> Platform:
    """The platform of some services, named after the origin of the first."""
    parts = urlsplit(services[0].endpoint.url)
    endpoint = Endpoint("platform", f"{parts.scheme}://{parts.netloc}/", "together", parts.hostname or "")
    return Platform(endpoint, title=endpoint.title, services=list(services))


async def read(endpoint: Endpoint, ask: Ask) -> Platform:
    """Read each service of a list of endpoints; those that cannot be read are left out."""
    document = await ask.json(endpoint.url)
    services = []
    for entry in document if isinstance(document, list) else ():
        protocol = PROTOCOLS.get(str(entry.get("protocol"))) if isinstance(entry, dict) else None
        if protocol is None:
            continue
        try:
            url = urljoin(endpoint.url, str(entry.get("url")))
            services.append(await protocol.read(Endpoint(protocol.id, url), ask))
        except Unusable:  # the requirement of its own protocol says why
            continue
    return Platform(endpoint, title=urlsplit(endpoint.url).hostname or "", services=services)


PROTOCOLS.add(Protocol("platform", Text("Plateforme", "Platform"), read=read))
