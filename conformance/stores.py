"""Our own server over each kind of store, on loopback, with the same layers."""

import asyncio
import json
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import asyncpg
import pyarrow as pa
import shapely
from tests.peers.mapserver import mapserver
from tests.peers.postgresql import postgis

from cicclo.hub.demo.peers import LICENCE
from cicclo.hub.demo.processes import free_port, running
from conformance.clients import Served
from conformance.layers import GEOMETRY, Layer, boundaries, build

_CONFIGURATION = f"""[service]
title = {{ fr = "Territoires des Hauts-de-France", en = "Territories of Hauts-de-France" }}
description = {{ fr = "Données réelles, petites", en = "Real data, small" }}
keywords = ["communes", "IRVE", "vélo"]
licence = {{ href = "{LICENCE["href"]}", type = "text/html", title = "{LICENCE["title"]}" }}
contact = {{ name = "cicclo", email = "contact@masque.example" }}
"""
_TYPES = {
    pa.string(): "text",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.float64(): "double precision",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.timestamp("ms", tz="UTC"): "timestamptz",
}


@contextmanager
def serving(store: str, address: str, layers: tuple[Layer, ...], folder: Path) -> Iterator[Served]:
    """Run `cicclo features serve` on a source; the layers take the ids that it gives them."""
    folder.mkdir(parents=True, exist_ok=True)
    configuration, port = folder / "features.toml", free_port()
    configuration.write_text(_CONFIGURATION, "utf-8")
    url = f"http://127.0.0.1:{port}/"
    command = [str(Path(sys.executable).with_name("cicclo")), "features", "serve", address]
    command += ["--config", str(configuration), "--folder", str(folder / "publications")]
    command += ["--port", str(port), "--allow-private", "--lang", "en"]
    with running(command, f"{url}conformance", folder / "server.log"):
        yield Served(store, url, _named(layers, url))


def _named(layers: tuple[Layer, ...], url: str) -> tuple[Layer, ...]:
    asked = urllib.request.Request(f"{url}collections", headers={"accept": "application/json"})  # noqa: S310
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - ours, on loopback
        ids = [each["id"] for each in json.load(answer)["collections"]]
    return tuple(
        replace(layer, id=next((each for each in ids if each.endswith(layer.id)), layer.id))
        for layer in layers
    )


@contextmanager
def published(folder: Path, *, everywhere: bool) -> Iterator[Served]:
    """A GeoPackage published into the embedded store."""
    source = folder / "territoires.gpkg"
    layers = build(source, everywhere=everywhere)
    with serving("published", str(source), layers, folder / "server") as served:
        yield served


@contextmanager
def geopackage(folder: Path, *, everywhere: bool) -> Iterator[Served]:
    """The GeoPackage itself, read and changed in place."""
    source = folder / "territoires.gpkg"
    layers = build(source, everywhere=everywhere)
    with serving("GeoPackage", f"gpkg+live:{source}", layers, folder / "server") as served:
        yield served


@contextmanager
def database(folder: Path, *, everywhere: bool) -> Iterator[Served]:
    """Tables of PostGIS, live."""
    with postgis() as url:
        layers = build(folder / "territoires.gpkg", everywhere=everywhere)
        asyncio.run(_fill(url, layers))
        with serving("PostGIS", f"{url}?schema=territoires", layers, folder / "server") as served:
            yield served


async def _fill(url: str, layers: tuple[Layer, ...]) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE SCHEMA territoires")
        for layer in layers:
            await _table(connection, layer)
    finally:
        await connection.close()


async def _table(connection: "asyncpg.Connection[asyncpg.Record]", layer: Layer) -> None:
    fields = [f"{field.name} {_TYPES[field.type]}" for field in layer.table.schema]
    name = f"territoires.{layer.id}"
    await connection.execute(
        f"CREATE TABLE {name} (gid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {', '.join(fields)}, "
        f"{GEOMETRY} geometry(Geometry, {layer.srid}))"
    )
    shapes = [None if each is None else shapely.to_wkb(each) for each in layer.stored]
    rows = [(*row.values(), shape) for row, shape in zip(layer.table.to_pylist(), shapes, strict=True)]
    names = ", ".join(layer.table.column_names)
    places = ", ".join(f"${number}" for number in range(1, len(fields) + 1))
    await connection.executemany(
        f"INSERT INTO {name} ({names}, {GEOMETRY}) VALUES ({places}, ST_GeomFromWKB(${len(fields) + 1}, {layer.srid}))",  # noqa: S608 - names of ours
        rows,
    )
    await connection.execute(f"CREATE INDEX ON {name} USING gist ({GEOMETRY})")
    await connection.execute(f"ANALYZE {name}")


@contextmanager
def facade(folder: Path, *, everywhere: bool) -> Iterator[Served]:  # noqa: ARG001 - boundaries always have one
    """The WFS of MapServer behind our façade."""
    layers = (boundaries("epci", 4326), boundaries("departements", 4326))
    with (
        mapserver(folder) as urls,
        serving("WFS (MapServer)", f"wfs+{urls['wfs']}", layers, folder / "server") as served,
    ):
        yield served


class Launch(Protocol):
    """Starts our server on a kind of store; `everywhere`: only features that have a geometry."""

    def __call__(self, folder: Path, *, everywhere: bool) -> AbstractContextManager[Served]: ...


STORES: dict[str, Launch] = {
    "published": published,
    "geopackage": geopackage,
    "postgis": database,
    "wfs": facade,
}
