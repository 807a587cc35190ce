"""GeoParquet files: the footer, read by its own range, says everything."""

import json
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from cicclo.kernel.text import Text
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol
from cicclo.probes.protocols._ranges import RemoteFile, begin, sniffer
from cicclo.probes.session import Ask

MAGIC = b"PAR1"
TAIL = 65536


@dataclass(slots=True)
class GeoParquet(RemoteFile):
    """`footer` is pyarrow's FileMetaData; `geo` the document of the key `geo`, empty when there is none."""

    footer: Any = None
    schema: Any = None
    geo: dict[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, dict[str, Any]]:
        """Geometry columns that the metadata describe."""
        columns = self.geo.get("columns")
        return (
            {str(k): v for k, v in columns.items() if isinstance(v, dict)}
            if isinstance(columns, dict)
            else {}
        )

    @property
    def primary(self) -> dict[str, Any]:
        return self.columns.get(str(self.geo.get("primary_column")), {})


async def read(endpoint: Endpoint, ask: Ask) -> GeoParquet:
    file = GeoParquet(endpoint)
    await begin(file, ask)
    if not file.start.startswith(MAGIC) or file.size < 12:
        raise file.broken("ce n'est pas un fichier Parquet", "this is not a Parquet file", 0)
    raw = await _footer(file, ask)
    file.footer = _parse(file, raw)
    file.schema = file.footer.schema.to_arrow_schema()
    file.geo = _geo(file)
    file.version = str(file.geo.get("version", ""))
    return file


async def _footer(file: GeoParquet, ask: Ask) -> bytes:
    """The footer is before the last eight bytes, which say how long it is."""
    tail_at = max(0, file.size - TAIL)
    tail = await file.at(ask, tail_at, file.size - tail_at)
    length = int.from_bytes(tail[-8:-4], "little")
    if tail[-4:] != MAGIC or length + 12 > file.size:
        raise file.broken("fin de fichier Parquet incorrecte", "incorrect end of Parquet file", file.size - 8)
    if length + 8 <= len(tail):
        return tail[-length - 8 :]
    return await file.at(ask, file.size - length - 8, length + 8)


def _parse(file: GeoParquet, footer: bytes) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - slow to import, and only some audits need it
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        return pq.read_metadata(BytesIO(MAGIC + footer))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise file.broken(
            f"pied de fichier illisible : {error}", f"unreadable footer: {error}", file.size - len(footer)
        ) from error


def _geo(file: GeoParquet) -> dict[str, Any]:
    try:
        document = json.loads((file.footer.metadata or {}).get(b"geo", b"{}"))
    except (ValueError, RecursionError):  # the check of the key says so
        return {}
    return document if isinstance(document, dict) else {}


PROTOCOLS.add(
    Protocol(
        "geoparquet",
        Text("GeoParquet", "GeoParquet"),
        read=read,
        sniff=sniffer("geoparquet", lambda start: start.startswith(MAGIC)),
        entry="geoparquet/file/readable",
        file=True,
    )
)
