"""TMS 1.0 (OSGeo): the service document, and the tile maps it lists."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cicclo.kernel.text import Text
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.protocols import _ows
from cicclo.probes.protocols._ows import Root, children, find, text
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer


@dataclass(frozen=True, slots=True)
class TileMap:
    title: str
    href: str
    srs: str
    profile: str
    extension: str


@dataclass(slots=True)
class Tms(Service):
    maps: list[TileMap] = field(default_factory=list)


async def read(endpoint: Endpoint, ask: Ask) -> Tms:
    return parse(endpoint, await _ows.document(ask, endpoint.url, {}, "TileMapService"))


def parse(endpoint: Endpoint, root: Root) -> Tms:
    maps = [_tile_map(element, endpoint.url) for element in children(find(root, "TileMaps"), "TileMap")]
    return Tms(
        endpoint,
        title=text(root, "Title"),
        version=root.get("version", ""),
        members={"tilemap": [found for found in maps if found.href]},
        maps=maps,
    )


def _tile_map(element: Root, base: str) -> TileMap:
    values = {name: element.get(name, "") for name in ("title", "srs", "profile", "extension")}
    return TileMap(href=_ows.absolute(element.get("href", ""), base), **values)


def sniff(answer: Answer) -> Sequence[Endpoint]:
    root = _ows.capabilities_root(answer, "TileMapService")
    if root is None:
        return ()
    return (Endpoint("tms", answer.url, "address", text(root, "Title"), root.get("version", "")),)


def guesses(url: str) -> Sequence[str]:
    return _ows.below(url, ("/tms/1.0.0", "/geoserver/gwc/service/tms/1.0.0"))


PROTOCOLS.add(
    Protocol(
        "tms",
        Text("TMS", "TMS"),
        read=read,
        sniff=sniff,
        guesses=guesses,
        name_of=lambda tile_map: tile_map.title or tile_map.href,
        entry="wmts/tms/readable",
    )
)
