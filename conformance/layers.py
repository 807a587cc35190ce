"""What is served, and what clients must find: real layers of the demonstration, in one GeoPackage.

Boundaries as published (EPSG:4326), others in Lambert-93, points with dates, booleans and no geometry at times.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyproj import Transformer

from cicclo.hub.demo.peers import DATA

FOLDER = DATA / "hauts-de-france"
GEOMETRY = "geom"
MISSING = 97  # every so many charging points has no geometry


@dataclass(frozen=True, slots=True)
class Layer:
    """`key` is a column without double; `table` has the attributes, `geometries` are in CRS84, None where absent.

    `srid` is the CRS that the source keeps them in, `stored` the geometries in it.
    """

    id: str
    key: str
    table: pa.Table
    geometries: np.ndarray
    srid: int
    stored: np.ndarray

    @property
    def keys(self) -> list[Any]:
        return list(self.table[self.key].to_pylist())

    def rows(self) -> Iterator[tuple[Any, dict[str, Any], Any]]:
        """Key, attributes and geometry of each feature."""
        for row, geometry in zip(self.table.to_pylist(), self.geometries, strict=True):
            yield row[self.key], row, geometry


def reproject(geometries: np.ndarray, source: int, target: int) -> np.ndarray:
    """From one EPSG code to another, x before y on both sides."""
    if source == target:
        return geometries
    change = Transformer.from_crs(source, target, always_xy=True).transform
    moved: np.ndarray = shapely.transform(geometries, lambda points: np.column_stack(change(*points.T)))
    return moved


def build(path: Path, *, everywhere: bool = False) -> tuple[Layer, ...]:
    """Write the layers to a GeoPackage; return them.

    `everywhere`: for the official suite, each feature has a geometry, and those in the middle come first.
    """
    layers = tuple(_layers(everywhere=everywhere))
    if everywhere:
        layers = tuple(map(_from_the_middle, layers))
    for layer in layers:
        table = layer.table.append_column(GEOMETRY, pa.array(shapely.to_wkb(layer.stored), pa.binary()))
        pyogrio.write_arrow(
            table,
            path,
            layer=layer.id,
            driver="GPKG",
            geometry_name=GEOMETRY,
            geometry_type=_kind(layer.stored),
            crs=f"EPSG:{layer.srid}",
            append=path.exists(),
        )
    return layers


def _from_the_middle(layer: Layer) -> Layer:
    """The suite compares the first ten features of a box and of the one that its two corners make in another CRS."""
    places = shapely.get_coordinates(shapely.centroid(layer.geometries))
    order = np.argsort(np.abs(places - places.mean(0)).max(1), kind="stable")
    table = layer.table.take(order)
    return replace(layer, table=table, geometries=layer.geometries[order], stored=layer.stored[order])


def _kind(geometries: np.ndarray) -> str:
    kinds = {each.geom_type for each in geometries if each is not None}
    return kinds.pop() if len(kinds) == 1 else "Unknown"


def _layers(*, everywhere: bool) -> Iterator[Layer]:
    yield boundaries("communes", 4326)
    yield boundaries("epci", 2154)
    yield boundaries("departements", 4326)
    yield _layer("bornes", "numero", 4326, *_charging_points(everywhere=everywhere))
    yield _layer("comptages", "numero", 2154, *_bicycle_counts())


def boundaries(name: str, srid: int) -> Layer:
    """One of the boundary files as it was published, kept in a CRS."""
    _, table = pyogrio.read_arrow(FOLDER / f"{name}_hauts_de_france.geojson")
    shapes = shapely.from_wkb(table["wkb_geometry"].to_numpy(zero_copy_only=False))
    return _layer(name, "code", srid, table.drop_columns(["wkb_geometry"]), shapes)


def _layer(name: str, key: str, srid: int, table: pa.Table, shapes: np.ndarray) -> Layer:
    stored = reproject(shapes, 4326, srid)
    return Layer(name, key, table, shapes, srid, stored)


def _charging_points(*, everywhere: bool) -> tuple[pa.Table, np.ndarray]:
    rows = _read("irve_statique_hauts_de_france.csv")
    columns = {
        "numero": pa.array(range(1, len(rows) + 1), pa.int64()),
        "nom_station": _text(rows, "nom_station"),
        "adresse": _text(rows, "adresse_station"),
        "points_de_charge": pa.array([int(row["nbre_pdc"]) for row in rows], pa.int32()),
        "puissance": pa.array([float(row["puissance_nominale"]) for row in rows], pa.float64()),
        "gratuit": pa.array([_boolean(row["gratuit"]) for row in rows], pa.bool_()),
        "mise_en_service": pa.array([_day(row["date_mise_en_service"]) for row in rows], pa.date32()),
    }
    places = [json.loads(row["coordonneesXY"]) for row in rows]
    points = shapely.points(np.array(places, dtype=float))
    if not everywhere:
        points[::MISSING] = None
    return pa.table(columns), points


def _bicycle_counts() -> tuple[pa.Table, np.ndarray]:
    rows = _read("comptages_velo_mel_2016.csv")
    moments = [datetime.fromisoformat(row["date et heure"]).astimezone(UTC) for row in rows]
    columns = {
        "numero": pa.array(range(1, len(rows) + 1), pa.int64()),
        "capteur": _text(rows, "nom capteur"),
        "direction": _text(rows, "direction"),
        "commune": _text(rows, "commune"),
        "debut": pa.array(moments, pa.timestamp("ms", tz="UTC")),
        "nombre": pa.array([int(float(row["cdqt"])) for row in rows], pa.int32()),
    }
    places = np.array([[row["longitude"], row["latitude"]] for row in rows], dtype=float)
    return pa.table(columns), shapely.points(places)


def _read(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


def _text(rows: Sequence[Mapping[str, str]], column: str) -> pa.Array:
    return pa.array([row[column] or None for row in rows], pa.string())


def _boolean(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
