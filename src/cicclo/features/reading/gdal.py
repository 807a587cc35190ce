"""GeoPackage, FlatGeobuf, Shapefile, GeoJSON, GML: whatever GDAL reads, as streams of Arrow batches."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import open_arrow
from pyproj import CRS
from pyproj.exceptions import CRSError

from cicclo.features.errors import BadSource
from cicclo.features.reading.account import Account
from cicclo.features.reading.layers import Layer, Options, batch_rows
from cicclo.kernel.text import Text

T = TypeVar("T")
_FAULTS = (DataSourceError, DataLayerError, RuntimeError, ValueError, OSError, pa.ArrowException)


def layers(address: str, size: int, options: Options) -> list[Layer]:
    """Describe the layers of a file (all, or the one asked for)."""
    found = Account()
    listed = _guarded(lambda: pyogrio.list_layers(address), address, found)
    names = [str(name) for name, _ in listed]
    if options.layer and options.layer not in names:
        raise BadSource(
            Text(f"pas de couche « {options.layer} »", f"no layer “{options.layer}”"),
            at=address,
            remedy=Text(f"couches : {', '.join(names)}", f"layers: {', '.join(names)}"),
        )
    return [_layer(address, name, size, options) for name in names if options.layer in ("", name)]


def _layer(address: str, name: str, size: int, options: Options) -> Layer:
    found = Account()
    encoding = options.encoding or None
    info = _guarded(
        lambda: pyogrio.read_info(address, layer=name, encoding=encoding), f"{address} ({name})", found
    )
    rows = batch_rows(size, info["features"])

    def read(columns: Sequence[str] | None, account: Account) -> Iterator[pa.RecordBatch]:
        chosen: dict[str, Any] = {} if columns is None else {"columns": list(columns), "read_geometry": False}
        chosen |= {"layer": name, "encoding": encoding, "batch_size": rows}
        return _stream(address, chosen, account)

    with _opened(address, {"layer": name, "encoding": encoding}, found) as (meta, reader):
        schema = reader.schema
    geometry = _geometry_column(meta, schema)
    return Layer(
        name,
        tuple(each for each in schema if each.name not in (geometry, meta["fid_column"])),
        read,
        geometry,
        meta["fid_column"],
        info["geometry_type"] or "",
        _crs(meta["crs"]),
        info["features"] if info["features"] >= 0 else None,
        (info.get("layer_metadata") or {}).get("DESCRIPTION", ""),
        found,
    )


def _geometry_column(meta: dict[str, Any], schema: pa.Schema) -> str:
    if meta["geometry_type"] is None:
        return ""
    name = meta["geometry_name"] or "wkb_geometry"
    return name if name in schema.names else ""


def _crs(written: str | None) -> CRS | None:
    """The CRS as GDAL read it; a local or undefined one says nothing."""
    if not written:
        return None
    try:
        crs = CRS.from_user_input(written)
    except CRSError:
        return None
    return None if crs.is_engineering or "undefined" in crs.name.lower() else crs


class _opened:  # noqa: N801 - used as a function
    """`open_arrow`, with its faults said in our words and its warnings noted."""

    def __init__(self, address: str, options: dict[str, Any], account: Account) -> None:
        self._address, self._account = address, account
        self._inner = open_arrow(address, use_pyarrow=True, return_fids=True, **options)

    def __enter__(self) -> tuple[dict[str, Any], pa.RecordBatchReader]:
        opened: tuple[dict[str, Any], pa.RecordBatchReader] = _guarded(
            self._inner.__enter__, self._address, self._account
        )
        return opened

    def __exit__(self, *raised: object) -> None:
        self._inner.__exit__(*raised)


def _stream(address: str, options: dict[str, Any], account: Account) -> Iterator[pa.RecordBatch]:
    with _opened(address, options, account) as (_, reader):
        batches = iter(reader)
        while (batch := _guarded(lambda: next(batches, None), address, account)) is not None:
            yield batch


def _guarded(call: Callable[[], T], address: str, account: Account) -> T:
    """Run one call of GDAL: errors become BadSource, warnings remarks."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            result = call()
        except _FAULTS as error:
            raise BadSource(
                Text(f"lecture impossible ({_short(error)})", f"cannot be read ({_short(error)})"),
                at=Path(address).name,
                remedy=Text(
                    "vérifier que le fichier est complet et de l'un des formats lus",
                    "check that the file is complete and in one of the formats read",
                ),
            ) from error
    for sentence in dict.fromkeys(str(warning.message) for warning in said):
        account.note("reader-warning", 1, at=sentence[:200])
    return result


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
