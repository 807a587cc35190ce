"""A correct GeoParquet 1.1 file, and the same written otherwise."""

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from cicclo.probes.examples._files import served
from cicclo.probes.examples.site import Site

PATH = "/epci.parquet"
MEDIA_TYPE = "application/vnd.apache.parquet"


@cache
def original() -> bytes:
    return (files("cicclo.probes.examples") / "data" / "epci.parquet").read_bytes()


def site() -> Site:
    """The correct file."""
    return served(PATH, original(), MEDIA_TYPE)


def column(edit: Callable[[dict[str, Any]], Any]) -> Site:
    """The same file with the description of its geometry column edited."""
    return changed(lambda geo: edit(geo["columns"]["geometry"]))


def changed(
    edit: Callable[[dict[str, Any]], Any] = lambda _geo: None, *, keep: bool = True, **writing: Any
) -> Site:
    """The same table with its `geo` document edited (or dropped), written with other options."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import, and only the proofs of some checks need it

    table = pq.read_table(BytesIO(original()))
    geo = json.loads(table.schema.metadata[b"geo"])
    edit(geo)
    table = table.replace_schema_metadata({"geo": json.dumps(geo)} if keep else None)
    buffer = BytesIO()
    pq.write_table(table, buffer, **{"compression": "zstd", "row_group_size": 46, **writing})
    return served(PATH, buffer.getvalue(), MEDIA_TYPE)
