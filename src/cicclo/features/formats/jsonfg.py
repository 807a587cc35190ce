"""JSON-FG 1.0 (OGC 21-045r1): GeoJSON with the time, and with coordinates in any CRS.

In CRS84 the geometry stands in `geometry`; in another CRS in `place`, and `geometry` is null.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cicclo.features import batches as roles
from cicclo.features import encoding
from cicclo.features.coordinates import TEXT, concatenated
from cicclo.features.formats import FORMATS
from cicclo.features.formats._json import alone, collection
from cicclo.features.model import Collection, GeometryKind, Kind, View
from cicclo.features.ports import About, Format
from cicclo.kernel.text import Text
from cicclo.ogc.crs import CRS84

SPEC = "http://www.opengis.net/spec/json-fg-1/1.0/conf"
CLASSES = (f"{SPEC}/core", f"{SPEC}/types-schemas")
DIMENSIONS = {
    GeometryKind.POINT: 0,
    GeometryKind.MULTIPOINT: 0,
    GeometryKind.LINESTRING: 1,
    GeometryKind.MULTILINESTRING: 1,
    GeometryKind.POLYGON: 2,
    GeometryKind.MULTIPOLYGON: 2,
}


def write(about: About, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    texts = (_features(batch, about.collection, about.view) for batch in batches)
    return alone(about, texts, _said(about)) if about.single else collection(about, texts, _said(about))


def _said(about: About) -> dict[str, Any]:
    """What holds for all features."""
    said: dict[str, Any] = {"conformsTo": CLASSES, "featureType": about.collection.id}
    own = next((each.href for each in about.links if each.rel == "collection"), "")
    if own:
        said["featureSchema"] = f"{own.partition('?')[0]}/schema"
    dimension = DIMENSIONS.get(about.collection.geometry)
    if dimension is not None:
        said["geometryDimension"] = dimension
    if about.view.crs != CRS84:
        said["coordRefSys"] = about.view.crs
    elif about.collection.has_z:
        said["coordRefSys"] = about.collection.crs[0]
    return said


def _features(batch: pa.RecordBatch, shown: Collection, view: View) -> pa.LargeStringArray:
    written = encoding.geometries(batch, shown, view)
    nothing = pa.nulls(batch.num_rows, TEXT)
    geometry, place = (written, nothing) if view.crs == CRS84 else (nothing, written)
    parts: list[Any] = [pa.scalar('{"type":"Feature","id":', TEXT), encoding.identifiers(batch, shown)]
    members = {
        "geometry": geometry,
        "place": place,
        "time": _times(batch, shown),
        "properties": encoding.properties(batch, shown),
    }
    for name, column in members.items():
        parts += [pa.scalar(f',"{name}":', TEXT), column]
    return encoding.side_by_side([*parts, pa.scalar("}", TEXT)])


def _times(batch: pa.RecordBatch, shown: Collection) -> pa.LargeStringArray:
    """The `time` of features; null where there is none, or when the view leaves it out."""
    found = {each.name: (each.kind, column) for each, column in roles.values(batch, shown)}
    columns = [found[name] for name in shown.instants if name in found]
    if not columns or len(columns) < len(shown.instants):
        return pa.nulls(batch.num_rows, TEXT)
    moments = [
        encoding.dates(column) if kind is Kind.DATE else encoding.instants(column) for kind, column in columns
    ]
    if len(moments) == 1:
        member = "date" if columns[0][0] is Kind.DATE else "timestamp"
        return concatenated(f'{{"{member}":"', moments[0], '"}')
    start, end = (pc.fill_null(each, "..") for each in moments)
    intervals = concatenated('{"interval":["', start, '","', end, '"]}')
    known = pc.or_(pc.is_valid(moments[0]), pc.is_valid(moments[1]))
    return pc.if_else(known, intervals, pa.scalar(None, TEXT))


FORMATS.add(
    Format(
        name="jsonfg",
        media_type="application/vnd.ogc.fg+json",
        extension="fg.json",
        title=Text("JSON-FG", "JSON-FG"),
        write=write,
        in_body=True,
        conformance=CLASSES,
    )
)
