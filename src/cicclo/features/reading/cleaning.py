"""A raw layer → a described collection and clean batches."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
from pyproj import Transformer
from pyproj.exceptions import ProjError

from cicclo.features.model import GEOMETRY, ID, Box, Collection, GeometryKind, Kind
from cicclo.features.reading.account import Prepared
from cicclo.features.reading.columns import Column, columns
from cicclo.features.reading.geometries import Geometries
from cicclo.features.reading.identifiers import Identifiers, choose
from cicclo.features.reading.layers import Layer, Options
from cicclo.features.reading.reference_systems import Reference, reference
from cicclo.kernel.text import Text
from cicclo.ogc import crs as crs_offer
from cicclo.ogc.crs import CRS84

_NOWHERE = Reference(CRS84, "CRS84", (-180, -90, 180, 90), (-180, -90, 180, 90))
_DECLARED = {
    "point": GeometryKind.POINT,
    "multipoint": GeometryKind.MULTIPOINT,
    "linestring": GeometryKind.LINESTRING,
    "multilinestring": GeometryKind.MULTILINESTRING,
    "polygon": GeometryKind.POLYGON,
    "multipolygon": GeometryKind.MULTIPOLYGON,
    "geometrycollection": GeometryKind.COLLECTION,
}


def prepared(layer: Layer, options: Options, *, identifier: str = "", title: Text | None = None) -> Prepared:
    """Describe the layer and promise its batches; the identifiers' column is read once now."""
    account = layer.found
    place = reference(layer.crs, options.crs, layer.name) if layer.geometry else _NOWHERE
    ids = choose(layer, options.id_column, account)
    chosen = columns(layer.fields, ids.column, account)
    words = layer.declared.lower().split()
    collection = Collection(
        identifier or slug(layer.name),
        title or Text(layer.title or layer.name, layer.title or layer.name),
        properties=tuple(column.property for column in chosen),
        geometry=_DECLARED.get(words[0], GeometryKind.ANY) if layer.geometry and words else GeometryKind.NONE,
        crs=_offered(place.uri, None),
        storage_crs=place.uri,
        instants=_instants(chosen),
        id_kind=Kind.INTEGER if ids.whole else Kind.STRING,
        has_z=any(word in ("z", "zm", "25d", "2.5d") for word in words),
    )
    result = Prepared(collection, iter(()), account)
    result.batches = _batches(result, layer, chosen, ids, Geometries(place, account))
    return result


def _instants(chosen: tuple[Column, ...]) -> tuple[str, ...]:
    """The moment of a feature, when only one column can tell it; else the configuration says which one does."""
    dated = [each.property.name for each in chosen if each.property.kind in (Kind.DATE, Kind.INSTANT)]
    return tuple(dated) if len(dated) == 1 else ()


def slug(name: str) -> str:
    """An identifier that needs no escape in an address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^\w-]+", "_", plain).strip("_") or "collection"


def _batches(
    result: Prepared, layer: Layer, chosen: tuple[Column, ...], ids: Identifiers, geometries: Geometries
) -> Iterator[pa.RecordBatch]:
    account = result.account
    for raw in layer.read(None, account):
        account.read += raw.num_rows
        clean = _cleaned(raw, layer, chosen, ids, geometries)
        account.kept += clean.num_rows
        account.refused += raw.num_rows - clean.num_rows
        if clean.num_rows:
            yield clean
    _conclude(result, layer, ids, geometries)


def _cleaned(
    raw: pa.RecordBatch, layer: Layer, chosen: tuple[Column, ...], ids: Identifiers, geometries: Geometries
) -> pa.RecordBatch:
    names = ids.assign(raw)
    arrays = [names, *(column.read(raw, names, geometries.account) for column in chosen)]
    keep = None
    if layer.geometry:
        shapes, keep = geometries.clean(raw.column(layer.geometry), names)
        arrays.append(shapes)
    else:
        arrays.append(pa.nulls(raw.num_rows, pa.binary()))
    titles = [ID, *(column.property.name for column in chosen), GEOMETRY]
    batch = pa.RecordBatch.from_arrays(arrays, titles)
    return batch if keep is None or keep.all() else batch.filter(pa.array(keep))


def _conclude(result: Prepared, layer: Layer, ids: Identifiers, geometries: Geometries) -> None:
    """Say what was found, rather than what was announced."""
    if not ids.column and result.account.read:
        result.account.note("id-row-number", result.account.read)
    if not layer.geometry:
        return
    found = result.collection
    result.collection = replace(
        found,
        geometry=geometries.kind() if geometries.seen.any() else found.geometry,
        has_z=geometries.has_z,
        crs=_offered(found.storage_crs, geometries.extent),
    )


def _offered(storage: str, extent: Box | None) -> tuple[str, ...]:
    """The CRS served; `extent` is in the storage CRS."""
    degrees = None
    if extent is not None:
        try:
            to = Transformer.from_crs(crs_offer.read(storage), "OGC:CRS84", always_xy=True)
            degrees = to.transform_bounds(*extent)
        except ProjError:  # no bounds in degrees: only the CRS offered everywhere
            degrees = None
    return crs_offer.offered(storage, degrees)
