"""GDAL, the driver behind many tools: every feature of every collection, equal to the source."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyproj import CRS, Transformer

from cicclo.kernel.text import Text
from conformance.clients import CLIENTS, Client, Failed, Served
from conformance.equality import Row, differences
from conformance.layers import Layer

DOES = Text(
    "lit `OAPIF:` chaque objet de chaque collection : même nombre, mêmes attributs, mêmes géométries que la source",
    "reads with `OAPIF:` every feature of every collection: same number, attributes and geometries as the source",
)
PATIENCE = 180
Read = Callable[[Served, Layer, Path], tuple[dict[str, Any], Any]]


def _rows(layer: Layer, meta: dict[str, Any], table: Any) -> Iterator[Row]:
    column = meta["geometry_name"] or "wkb_geometry"
    shapes = shapely.from_wkb(table[column].to_numpy(zero_copy_only=False))
    if meta["crs"] and not CRS(meta["crs"]).is_geographic:
        change = Transformer.from_crs(meta["crs"], 4326, always_xy=True).transform
        shapes = shapely.transform(shapes, lambda points: np.column_stack(change(*points.T)))
    for row, shape in zip(table.drop_columns([column]).to_pylist(), shapes, strict=True):
        yield _key(layer, row), row, shape


def _key(layer: Layer, row: dict[str, Any]) -> Any:
    value = row.get(layer.key)
    return int(value) if isinstance(layer.keys[0], int) and value is not None else value


def _run(read: Read) -> Callable[[Served, Path], Text]:
    def run(served: Served, folder: Path) -> Text:
        said: list[str] = []
        for layer in served.layers:
            meta, table = read(served, layer, folder)
            said += differences(layer, _rows(layer, meta, table))
        if said:
            raise Failed("; ".join(said))
        count = sum(len(layer.keys) for layer in served.layers)
        return Text(f"{count} objets égaux à la source", f"{count} features equal to the source")

    return run


def _with_pyogrio(served: Served, layer: Layer, _folder: Path) -> tuple[dict[str, Any], Any]:
    meta, table = pyogrio.read_arrow(f"OAPIF:{served.url}", layer=layer.id)
    return meta, table


def _with_ogr2ogr(served: Served, layer: Layer, folder: Path) -> tuple[dict[str, Any], Any]:
    """Copy with Debian's GDAL, an older one; read the copy."""
    copy = folder / f"{layer.id}.gpkg"
    command = ["ogr2ogr", "-f", "GPKG", "-lco", "FID=gdal_fid", str(copy), f"OAPIF:{served.url}", layer.id]
    done = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    if done.returncode or "ERROR" in done.stderr:
        raise Failed(f"ogr2ogr {layer.id}: {done.stderr.strip()[:300]}")
    meta, table = pyogrio.read_arrow(copy)
    return meta, table


def _version() -> str:
    if shutil.which("ogr2ogr") is None:
        return ""
    command = ["ogr2ogr", "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)  # noqa: S603
    return said.stdout.split(",")[0].removeprefix("GDAL ").strip()


def _without() -> str:
    return "" if shutil.which("ogr2ogr") else "ogr2ogr (Debian: gdal-bin)"


CLIENTS.add(
    Client(
        f"GDAL {'.'.join(map(str, pyogrio.__gdal_version__))} (pyogrio)",
        20,
        DOES,
        lambda: "",
        _run(_with_pyogrio),
    )
)
CLIENTS.add(
    Client(f"GDAL {_version()} (ogr2ogr)".replace("  ", " "), 21, DOES, _without, _run(_with_ogr2ogr))
)
