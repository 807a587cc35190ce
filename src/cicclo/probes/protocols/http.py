"""An address behind which nothing could be recognised: what can be said of it is said of HTTP itself."""

from cicclo.kernel.text import Text
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.session import Ask


async def read(endpoint: Endpoint, _ask: Ask) -> Service:
    return Service(endpoint)


PROTOCOLS.add(Protocol("http", Text("Adresse", "Address"), read=read))
