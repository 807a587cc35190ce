"""A page of GML or GeoJSON → features: identifiers, texts or values by property, shapes as they are written."""

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyogrio
import shapely

from cicclo.features.model import GEOMETRY, ID, Kind
from cicclo.features.reading.account import Account
from cicclo.features.reading.columns import ARROW
from cicclo.features.reading.values import READERS
from cicclo.features.stores._wfs import xml
from cicclo.features.stores._wfs.schema import Schema
from cicclo.kernel.errors import Unavailable
from cicclo.kernel.text import Text

# the order of coordinates is decided by us; nothing is fetched, nothing is written beside
_GML = {
    "SWAP_COORDINATES": "NO",
    "INVERT_AXIS_ORDER_IF_LAT_LONG": "NO",
    "EXPOSE_GML_ID": "YES",
    "DOWNLOAD_SCHEMA": "NO",
    "WRITE_GFS": "NO",
}
# of the whole process, where nothing else reads GML: 02018 must not become 2018
pyogrio.set_gdal_config_options({"GML_FIELDTYPES": "ALWAYS_STRING"})
_FAULTS = (RuntimeError, ValueError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError)


@dataclass(frozen=True, slots=True)
class Features:
    """`values` by property of the source; a property that no feature has is not there."""

    ids: list[str]
    values: dict[str, list[Any]]
    shapes: np.ndarray
    matched: int | None = None

    def __len__(self) -> int:
        return len(self.ids)


class _Feature(msgspec.Struct):
    id: str | int | float | None = None
    geometry: msgspec.Raw = msgspec.Raw(b"null")
    properties: dict[str, Any] | None = None


class _Collection(msgspec.Struct):
    features: list[_Feature]


def read(body: bytes, *, json: bool) -> Features:
    """Read a page; raise Unavailable for what is none."""
    try:
        return _read_json(body) if json else _read_gml(body)
    except (msgspec.DecodeError, shapely.errors.GEOSException, *_FAULTS) as error:
        why = " ".join(str(error).split())[:200]
        raise Unavailable(
            Text(f"page du service WFS illisible ({why})", f"unreadable page of the WFS ({why})")
        ) from error


def _read_json(body: bytes) -> Features:
    found = msgspec.json.decode(body, type=_Collection).features
    ids = ["" if each.id is None else str(each.id) for each in found]
    names = dict.fromkeys(name for each in found for name in each.properties or ())
    values = {name: [(each.properties or {}).get(name) for each in found] for name in names}
    raw = np.array([bytes(each.geometry) for each in found], object)
    raw[raw == b"null"] = None
    return Features(ids, values, shapely.from_geojson(raw))


def _read_gml(body: bytes) -> Features:
    """Through GDAL, every value as text: what they are is the schema's to say, not to be guessed page by page."""
    root = xml.parse(body)  # what lxml refuses (entities…) is not for GDAL either
    if not any(True for _ in xml.every(root, "member", "featureMember", "featureMembers")):
        return Features([], {}, np.zeros(0, object), _matched(root))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        meta, _, shapes, columns = pyogrio.raw.read(body, **_GML)
    values = {str(name): list(each) for name, each in zip(meta["fields"], columns, strict=True)}
    ids = values.pop("gml_id", None) or values.pop("fid", None) or []
    length = len(shapes) if shapes is not None else len(columns[0]) if columns else 0
    found = shapely.from_wkb(shapes) if shapes is not None else np.full(length, None, object)
    return Features([str(each or "") for each in ids] or [""] * length, values, found, _matched(root))


def hits(body: bytes) -> int | None:
    """How many features match, as `resultType=hits` tells."""
    return _matched(xml.parse(body))


def _matched(root: xml.Element) -> int | None:
    said = root.get("numberMatched") or root.get("numberOfFeatures") or ""
    return int(said) if said.isascii() and said.isdigit() else None


def batch(found: Features, schema: Schema, shapes: np.ndarray) -> pa.RecordBatch:
    """The columns of the collection; values that are not of their kind are nulled."""
    ids = pa.array(found.ids, pa.string())
    columns = [
        _column(found.values.get(name), each.kind, ids)
        for name, each in zip(schema.names, schema.properties, strict=True)
    ]
    wkb = pa.array(shapely.to_wkb(shapes, byte_order=1, flavor="iso"), pa.binary())
    names = [ID, *(each.name for each in schema.properties), GEOMETRY]
    return pa.RecordBatch.from_arrays([ids, *columns, wkb], names)


def _column(values: list[Any] | None, kind: Kind, ids: pa.Array) -> pa.Array:
    if values is None:
        return pa.nulls(len(ids), ARROW[kind])
    texts = pa.array(_texts(values), pa.string())
    if kind is Kind.BOOLEAN:
        return pa.array([_BOOLEANS.get((text or "").lower()) for text in texts.to_pylist()], pa.bool_())
    if kind is Kind.STRING:
        return texts
    read = READERS[Kind.NUMBER if kind is Kind.INTEGER else kind](texts, ids, "", Account())
    if kind is Kind.INTEGER:
        return _whole(texts, read)
    return read.cast(ARROW[kind])


_BOOLEANS = {"true": True, "1": True, "t": True, "false": False, "0": False, "f": False}


def _whole(texts: pa.Array, numbers: pa.Array) -> pa.Array:
    """Integers exactly, even those beyond 53 bits; `59508.0` is one too."""
    found: list[int | None] = []
    for text, number in zip(texts.to_pylist(), numbers.to_pylist(), strict=True):
        if number is None or not float(number).is_integer():
            found.append(None)
        else:
            whole = int(text) if text.strip().lstrip("+-").isdigit() else int(number)
            found.append(whole if -(2**63) <= whole < 2**63 else None)
    return pa.array(found, pa.int64())


def _texts(values: Iterable[Any]) -> list[str | None]:
    return [_text(each) for each in values]


def _text(value: Any) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case float() if np.isnan(value):
            return None
        case int() | float():
            return repr(value)
        case datetime():
            return value.isoformat()
        case np.ndarray():
            return msgspec.json.encode(value.tolist()).decode()
        case _:
            return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else str(value)
