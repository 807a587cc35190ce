"""Layers of a geographic file, read by batches: geometries for the rules, attributes as a table for the judge."""

import json
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import open_arrow

from cicclo.kernel.text import Text
from cicclo.validation.geo.sources import DRIVERS, beside, kind_of, unreadable
from cicclo.validation.geo.threads import spread
from cicclo.validation.model import Dialect

BATCH = 65_536
HELD = 64 << 20
"""Bytes of a file that one batch holds, about."""
PACKED = 4
"""How much smaller than in memory a Parquet file may be."""
MOST_LAYERS = 1_000
ARROW = "geoarrow.wkb"
OPEN = {"gml": {"DOWNLOAD_SCHEMA": "NO", "WRITE_GFS": "NO"}}
FAILURES = (DataSourceError, DataLayerError, pa.ArrowException, OSError, ValueError, RuntimeError)

# an xlink of a GML must never be followed
pyogrio.set_gdal_config_options({"GML_SKIP_RESOLVE_ELEMS": "ALL"})


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive features.

    `geometries` has None where there is none, or where its bytes are no geometry (`unreadable`). `attributes` has one
    column a field.
    """

    first: int
    ids: NDArray[np.int64]
    geometries: NDArray[np.object_]
    unreadable: NDArray[np.bool_]
    attributes: pa.RecordBatch
    warnings: tuple[str, ...] = ()
    """What GDAL said while it read them."""

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a file, as the file describes it.

    `srs` is what it says of its reference system (empty: nothing), `type` its declared geometry type (empty for a
    table). `features` is what it announces.
    """

    path: Path
    name: str
    kind: str
    srs: str
    type: str
    features: int
    fields: tuple[str, ...]
    geometry: str = ""
    encoding: str = ""
    """What a shapefile's texts are to be read as, when the file does not say."""

    @property
    def spatial(self) -> bool:
        return bool(self.type)

    def batches(self, fields: Sequence[str] | None = None) -> Iterator[Batch]:
        """Read the layer once; `fields` are the attributes wanted (all by default)."""
        size = self.fitting()
        wanted = list(self.fields if fields is None else fields)
        read = _parquet if self.kind == "geoparquet" else _gdal
        try:
            yield from read(self, wanted, size)
        except FAILURES as error:
            raise unreadable(
                Text(
                    f"La couche « {self.name} » ne se lit pas jusqu'au bout.",
                    f"Layer “{self.name}” cannot be read to its end.",
                ),
                self.path,
                kind="source-error",
            ) from error

    def fitting(self) -> int:
        """Return how many features make a batch of some tens of megabytes, from the weight of the file."""
        weight = (
            self.path.stat().st_size * (PACKED if self.kind == "geoparquet" else 1) / max(1, self.features)
        )
        return max(1, min(BATCH, int(HELD / max(1.0, weight))))


def open_layers(path: Path) -> list[Layer]:
    """Return the layers of one file; raise SourceUnreadable with the place and a remedy."""
    kind = kind_of(path)
    try:
        return _parquet_layers(path) if kind == "geoparquet" else _gdal_layers(path, kind)
    except FAILURES as error:
        raise unreadable(
            Text("Le fichier géographique est abîmé.", "The geographic file is damaged."),
            path,
            kind="source-error",
        ) from error


def _gdal_layers(path: Path, kind: str) -> list[Layer]:
    if kind == "shapefile" and path.suffix.lower() == ".shp" and beside(path, ".shx") is None:
        raise unreadable(
            Text("Le .shx manque à côté du .shp.", "The .shx is missing beside the .shp."),
            path,
            kind="source-error",
        )
    layers = []
    for info in _infos(path, kind):
        if info["driver"] != DRIVERS[kind]:
            raise unreadable(
                Text(f"GDAL y voit « {info['driver']} ».", f"GDAL takes it for “{info['driver']}”."), path
            )
        layers.append(
            Layer(
                path=path,
                name=str(info["layer_name"]),
                kind=kind,
                srs=info["crs"] or "",
                type=info["geometry_type"] or "",
                features=int(info["features"]),
                fields=tuple(map(str, info["fields"])),
                geometry=info["geometry_name"] or "",
            )
        )
    return layers


def _infos(path: Path, kind: str) -> Iterator[dict[str, Any]]:
    """Yield what GDAL says of each layer; listing a GML's layers would open it without our options."""
    if kind != "gml":
        for name, _ in pyogrio.list_layers(path):
            with _hearing([]):
                info = pyogrio.read_info(path, layer=name, force_feature_count=True)
            yield info
        return
    for number in range(MOST_LAYERS):
        try:
            yield pyogrio.read_info(path, layer=number, force_feature_count=True, **OPEN[kind])
        except DataLayerError:
            return


def _gdal(layer: Layer, fields: list[str], size: int) -> Iterator[Batch]:
    heard: list[str] = []
    with ExitStack() as opened:
        with _hearing(heard):
            meta, reader = opened.enter_context(
                open_arrow(
                    layer.path,
                    layer=layer.name,
                    columns=fields,
                    batch_size=size,
                    return_fids=True,
                    use_pyarrow=True,
                    encoding=layer.encoding or None,
                    **OPEN.get(layer.kind, {}),
                )
            )
        geometry = (meta["geometry_name"] or "wkb_geometry") if layer.spatial else ""
        first = 0
        while True:
            with _hearing(heard):
                record = next(reader, None)
            if record is None:
                return
            # GDAL puts the identifier first; a GeoJSON property may have its name
            ids = record.column(0).to_numpy(zero_copy_only=False).astype(np.int64)
            batch = _batch(record.select(list(range(1, record.num_columns))), first, ids, geometry, fields)
            yield replace(batch, warnings=tuple(heard)) if heard else batch
            heard.clear()
            first += len(record)


@contextmanager
def _hearing(heard: list[str]) -> Iterator[None]:
    """Keep GDAL's warnings as texts, a few of each kind of call, instead of letting them out as Python's."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    heard += [str(one.message) for one in caught[:3]]


def _batch(
    record: pa.RecordBatch, first: int, ids: NDArray[np.int64], geometry: str, fields: list[str]
) -> Batch:
    kept = [name for name in fields if name in record.schema.names and name != geometry]
    attributes = record.select(kept)
    if not geometry:
        nothing = np.full(len(record), None, dtype=object)
        return Batch(first, ids, nothing, np.zeros(len(record), dtype=np.bool_), attributes)
    column = record.column(geometry)
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    encoded = column.to_numpy(zero_copy_only=False)
    geometries = spread(lambda piece: shapely.from_wkb(piece, on_invalid="ignore"), encoded)
    lost = shapely.is_missing(geometries) & column.is_valid().to_numpy(zero_copy_only=False)
    return Batch(first, ids, geometries, lost, attributes)


def _parquet_layers(path: Path) -> list[Layer]:
    with pq.ParquetFile(path) as source:
        about = json.loads((source.schema_arrow.metadata or {}).get(b"geo", b"{}"))
        if not isinstance(about, dict):
            raise TypeError
        geometry = str(about.get("primary_column", ""))
        column = about.get("columns", {}).get(geometry, {})
        if geometry and column.get("encoding", "WKB") != "WKB":
            raise unreadable(
                Text(
                    f"Encodage de géométrie « {column['encoding']} » : seul WKB est lu.",
                    f"Geometry encoding “{column['encoding']}”: only WKB is read.",
                ),
                path,
            )
        fields = tuple(
            name for name in source.schema_arrow.names if name != geometry and not _is_bbox(name, column)
        )
        types = column.get("geometry_types") or ["Unknown"]
        return [
            Layer(
                path=path,
                name=path.stem,
                kind="geoparquet",
                srs=_parquet_srs(column) if geometry else "",
                type=(types[0] if len(types) == 1 else "Unknown") if geometry else "",
                features=source.metadata.num_rows,
                fields=fields,
                geometry=geometry,
            )
        ]


def _is_bbox(name: str, column: dict[str, Any]) -> bool:
    """Return whether a column holds the boxes of the geometries (GeoParquet 1.1, “covering”)."""
    sides = column.get("covering", {}).get("bbox", {}).values()
    return any(side and side[0] == name for side in sides)


def _parquet_srs(column: dict[str, Any]) -> str:
    """Return the reference system: absent means CRS84, null means unknown (GeoParquet 1.1, “crs”)."""
    crs = column.get("crs", "OGC:CRS84")
    if crs is None:
        return ""
    return json.dumps(crs) if isinstance(crs, dict) else str(crs)


def _parquet(layer: Layer, fields: list[str], size: int) -> Iterator[Batch]:
    with pq.ParquetFile(layer.path) as source:
        first = 0
        columns = [*fields, layer.geometry] if layer.spatial else fields
        for record in source.iter_batches(batch_size=size, columns=columns):
            ids = np.arange(first, first + len(record), dtype=np.int64)
            yield _batch(record, first, ids, layer.geometry, fields)
            first += len(record)


@dataclass(slots=True)
class FeatureTable:
    """A layer as a table: the record after the header is 2, as everywhere. `ids` grow with what was read."""

    layer: Layer
    name: str
    header: Sequence[Any]
    path: str = ""
    dialect: Dialect | None = None
    ids: list[NDArray[np.int64]] = field(default_factory=list)

    def records(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield each feature's attributes, typed as the file types them (None: no value)."""
        self.ids.clear()
        for batch in self.layer.batches():
            self.ids.append(batch.ids)
            yield from rows(batch)

    def feature(self, number: int) -> int:
        """Return the feature id of a record number already read."""
        place = number - 2
        for ids in self.ids:
            if place < len(ids):
                return int(ids[place])
            place -= len(ids)
        raise IndexError(number)


def table(layer: Layer) -> FeatureTable:
    return FeatureTable(layer, layer.name, layer.fields)


def rows(batch: Batch) -> Iterator[tuple[int, list[Any]]]:
    columns = [values(column) for column in batch.attributes.columns]
    if not columns:
        yield from ((batch.first + rank + 2, []) for rank in range(len(batch)))
        return
    for rank, cells in enumerate(zip(*columns, strict=True)):
        yield batch.first + rank + 2, list(cells)


def values(column: pa.Array) -> list[Any]:
    """Return Python values; a text that is not UTF-8 keeps its readable part (the encoding rule tells of it)."""
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        raw = column.cast(pa.large_binary() if pa.types.is_large_string(column.type) else pa.binary())
        return [None if text is None else text.decode("utf-8", "replace") for text in raw.to_pylist()]


@contextmanager
def only(path: Path) -> Iterator[Layer]:
    """Give the first layer of a file that has geometries (a file of contours)."""
    layers = [layer for layer in open_layers(path) if layer.spatial]
    if not layers:
        raise unreadable(Text("Aucune couche géographique.", "No geographic layer."), path)
    yield layers[0]
