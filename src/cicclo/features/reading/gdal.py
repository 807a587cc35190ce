"""GeoPackage, FlatGeobuf, Shapefile, GeoJSON: what GDAL reads, as streams of Arrow batches."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import open_arrow
from pyproj import CRS
from pyproj.exceptions import CRSError

from cicclo.features.errors import BadSource
from cicclo.features.model import Kind
from cicclo.features.reading import dbase, geopackage
from cicclo.features.reading.account import Account
from cicclo.features.reading.columns import written
from cicclo.features.reading.containers import File
from cicclo.features.reading.layers import Layer, Options, batch_rows
from cicclo.kernel.text import Text

T = TypeVar("T")
# else 2022-02-30 would become 2022-03-02
_TEXTUAL = {"json": {"DATE_AS_STRING": "YES"}}
_WARNINGS = 20
_CURVES = frozenset(range(7, 15))  # collections too: curves may be inside
_FAULTS = (DataSourceError, DataLayerError, RuntimeError, ValueError, OSError, pa.ArrowException)


@dataclass(frozen=True, slots=True)
class _Stream:
    """One layer and how it is asked for. `rows`: of a batch; `count`: how many there must be, when known."""

    file: File
    layer: str
    encoding: str | None
    rows: int
    count: int | None
    wrong: geopackage.Impossible
    fid: str
    curved: str = ""  # the column of geometry, when it may hold curves

    def read(self, columns: Sequence[str] | None, account: Account) -> Iterator[pa.RecordBatch]:
        chosen: dict[str, Any] = {"layer": self.layer, "encoding": self.encoding, "batch_size": self.rows}
        chosen |= _TEXTUAL.get(self.file.kind, {})
        if columns is not None:
            chosen |= {"columns": list(columns), "read_geometry": False}
        seen = 0
        with _Opened(self.file, chosen, account) as (_, reader):
            batches = iter(reader)
            while (batch := _guarded(lambda: next(batches, None), self.file, account)) is not None:
                seen += batch.num_rows
                yield self._amended(batch, account)
        if self.count is not None and seen != self.count:
            raise BadSource(
                Text(f"{seen} objets lus sur {self.count}", f"{seen} features read of {self.count}"),
                at=f"{self.file.name} ({self.layer})",
                remedy=Text(
                    "le fichier est abîmé : l'exporter à nouveau", "the file is damaged: export it again"
                ),
            )

    def _amended(self, batch: pa.RecordBatch, account: Account) -> pa.RecordBatch:
        """Null the dates that were found impossible, which GDAL shifted to others; straighten curves."""
        if self.curved and self.curved in batch.schema.names:
            batch = self._straightened(batch, account)
        for column, rows in self.wrong.items():
            index = batch.schema.get_field_index(column)
            hit = np.isin(batch.column(self.fid), rows)
            if index < 0 or not hit.any():
                continue
            account.note_rows("date-impossible", hit, batch.column(self.fid).cast(pa.string()), at=column)
            values = batch.column(index)
            kept = pa.compute.if_else(pa.array(hit), pa.scalar(None, values.type), values)
            batch = batch.set_column(index, batch.schema.field(index), kept)
        return batch

    def _straightened(self, batch: pa.RecordBatch, account: Account) -> pa.RecordBatch:
        """Arcs as GDAL cuts them into segments: no encoding served has arcs."""
        index = batch.schema.get_field_index(self.curved)
        shapes = batch.column(index).to_pylist()
        arcs = np.array([each is not None and _kind(each) in _CURVES for each in shapes])
        if not arcs.any():
            return batch
        ids = batch.column(self.fid)
        rows = np.flatnonzero(arcs)
        fids = np.asarray(ids)[rows]
        options = {"layer": self.layer, "columns": [], "fids": fids, **_TEXTUAL.get(self.file.kind, {})}
        _, _, straight, _ = _guarded(lambda: pyogrio.raw.read(self.file.gdal, **options), self.file, account)
        for row, shape in zip(rows, straight, strict=True):
            shapes[row] = shape
        account.note_rows("geometry-linearised", arcs, ids.cast(pa.string()))
        return batch.set_column(
            index, batch.schema.field(index).with_type(pa.binary()), pa.array(shapes, pa.binary())
        )


def _kind(wkb: bytes) -> int:
    """The type of a geometry, without its Z and M (ISO 13249-3)."""
    return int.from_bytes(wkb[1:5], "little" if wkb[0] else "big") % 1000


def layers(file: File, options: Options) -> list[Layer]:
    """Describe the layers of a file that hold data."""
    listed = _guarded(lambda: pyogrio.list_layers(file.gdal), file, Account())
    names = [str(name) for name, _ in listed if str(name) not in geopackage.NOT_DATA]
    return [_layer(file, name, options) for name in names if options.layer in ("", name)]


def _layer(file: File, name: str, options: Options) -> Layer:
    found = Account()
    encoding = options.encoding or _encoding(file, found)
    info = _guarded(lambda: pyogrio.read_info(file.gdal, layer=name, encoding=encoding), file, found)
    count = info["features"] if info["features"] >= 0 else None
    with _Opened(file, {"layer": name, "encoding": encoding, **_TEXTUAL.get(file.kind, {})}, found) as (
        meta,
        reader,
    ):
        schema = reader.schema
    fid = meta["fid_column"]
    count, wrong = _looked(file, name, fid, schema, count)
    geometry = _geometry_column(meta, schema)
    curved = geometry if _may_curve(info["geometry_type"] or "") else ""
    stream = _Stream(file, name, encoding, batch_rows(file.size, count), count, wrong, fid, curved)
    kinds = dict(zip(info["fields"], info["ogr_types"], strict=True)) if file.kind != "gpkg" else {}
    return Layer(
        name,
        tuple(_field(each, kinds) for each in schema if each.name not in (geometry, fid)),
        stream.read,
        geometry,
        fid if file.kind in ("gpkg", "json") else "",
        info["geometry_type"] or "",
        _crs(meta["crs"]),
        count,
        (info.get("layer_metadata") or {}).get("DESCRIPTION", ""),
        found,
    )


def _field(each: pa.Field, kinds: dict[str, str]) -> pa.Field:
    """Dates that GDAL gives as texts are read by us: it forgets zones, and shifts days that do not exist."""
    if kinds.get(each.name) == "OFTDateTime":
        return written(each.name, Kind.INSTANT)
    textual = kinds.get(each.name) == "OFTDate" and not pa.types.is_date(each.type)
    return written(each.name, Kind.DATE) if textual else each


def _encoding(file: File, found: Account) -> str | None:
    guess = dbase.guessed(file.path) if file.kind == "shp" and file.path else ""
    if guess:
        found.note("encoding-guessed", 0, at=guess)
    return guess or None


def _looked(
    file: File, name: str, fid: str, schema: pa.Schema, count: int | None
) -> tuple[int | None, geopackage.Impossible]:
    """A GeoPackage counts its rows in a table of its own, and does not look at its dates: we do."""
    if file.kind != "gpkg" or not file.path:
        return count, {}
    dated = [each.name for each in schema if pa.types.is_temporal(each.type)]
    return geopackage.look(file.path, name, fid, dated)


def _may_curve(declared: str) -> bool:
    return declared.startswith(("Unknown", "GeometryCollection")) or any(
        word in declared for word in ("Curve", "Surface", "Circular", "Compound")
    )


def _geometry_column(meta: dict[str, Any], schema: pa.Schema) -> str:
    if meta["geometry_type"] is None:
        return ""
    name: str = meta["geometry_name"] or "wkb_geometry"
    return name if name in schema.names else ""


def _crs(said: str | None) -> CRS | None:
    """The CRS as GDAL read it; a local or undefined one says nothing."""
    if not said:
        return None
    try:
        crs = CRS.from_user_input(said)
    except CRSError:
        return None
    return None if crs.is_engineering or "undefined" in crs.name.lower() else crs


class _Opened:
    """`open_arrow`, with its faults said in our words and its warnings noted."""

    def __init__(self, file: File, options: dict[str, Any], account: Account) -> None:
        self._file, self._account = file, account
        # a GeoPackage holds dates in UTC, and its own are checked; elsewhere we read them ourselves
        texts = file.kind != "gpkg"
        self._inner = open_arrow(
            file.gdal, use_pyarrow=True, return_fids=True, datetime_as_string=texts, **options
        )

    def __enter__(self) -> tuple[dict[str, Any], pa.RecordBatchReader]:
        opened: tuple[dict[str, Any], pa.RecordBatchReader] = _guarded(
            self._inner.__enter__, self._file, self._account
        )
        return opened

    def __exit__(self, *raised: object) -> None:
        self._inner.__exit__(*raised)


def _guarded(call: Callable[[], T], file: File, account: Account) -> T:
    """Run one call of GDAL: errors become BadSource, warnings remarks."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            result = call()
        except _FAULTS as error:
            raise BadSource(
                Text(f"lecture impossible ({_short(error)})", f"cannot be read ({_short(error)})"),
                at=file.name,
                remedy=Text(
                    "vérifier que le fichier est complet et de l'un des formats lus",
                    "check that the file is complete and in one of the formats read",
                ),
            ) from error
    _noted((str(warning.message) for warning in said), account)
    return result


def _noted(sentences: Iterable[str], account: Account) -> None:
    """Warnings of the reader, those on one value each left out: dates are looked at one by one anyway."""
    for sentence in dict.fromkeys(sentences):
        known = sum(remark.code == "reader-warning" for remark in account.remarks)
        if known < _WARNINGS and " content for record " not in sentence:
            account.note("reader-warning", 1, at=sentence[:200])


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
