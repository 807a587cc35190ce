"""GeoTIFF files read over the network: cloud optimised or not."""

from dataclasses import dataclass, field

from cicclo.kernel.text import Text
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol
from cicclo.probes.protocols._ranges import RemoteFile, begin, sniffer
from cicclo.probes.protocols._tiff import Directory, Tiff, is_tiff, parse
from cicclo.probes.session import Ask


@dataclass(slots=True)
class Cog(RemoteFile):
    """The directories of the file, masks apart."""

    tiff: Tiff = field(default_factory=Tiff)

    @property
    def main(self) -> Directory:
        return self.tiff.directories[0]

    @property
    def overviews(self) -> list[Directory]:
        return [directory for directory in self.tiff.directories[1:] if directory.is_overview]

    @property
    def is_large(self) -> bool:
        """Larger than what rio-cogeo and GDAL take for one block: 512 pixels."""
        return max(self.main.size) > 512


async def read(endpoint: Endpoint, ask: Ask) -> Cog:
    cog = Cog(endpoint)
    await begin(cog, ask)
    cog.tiff = await parse(cog, ask)
    width, height = cog.main.size
    cog.title, cog.version = f"{width} × {height}", "BigTIFF" if cog.tiff.big else "TIFF"
    return cog


PROTOCOLS.add(
    Protocol(
        "cog",
        Text("GeoTIFF (COG)", "GeoTIFF (COG)"),
        read=read,
        sniff=sniffer("cog", is_tiff),
        entry="cog/geotiff/readable",
        file=True,
    )
)
