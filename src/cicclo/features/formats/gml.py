"""GML 3.2 simple features, level 0 (OGC 10-100r3), in the collection of OGC API Features (core-sf.xsd).

The application schema that it refers to is served beside it (`resources/application_schema.py`).
Coordinates have the axis order of the CRS.
"""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

import pyarrow as pa
import pyarrow.compute as pc

from cicclo.features import batches as roles
from cicclo.features import encoding
from cicclo.features.coordinates import TEXT, Written, concatenated, prepared
from cicclo.features.formats import FORMATS, _gml
from cicclo.features.formats._columns import columns, has_geometry
from cicclo.features.formats._json import rows
from cicclo.features.model import GEOMETRY, ID, Collection, Kind, View
from cicclo.features.ports import About, Format
from cicclo.kernel.text import Text
from cicclo.ogc import crs as crss

GML = "http://www.opengis.net/gml/3.2"
SF = "http://www.opengis.net/ogcapi-features-1/1.0/sf"
SF_SCHEMA = "http://schemas.opengis.net/ogcapi/features/part1/1.0/xml/core-sf.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
PROFILE = "http://www.opengis.net/def/profile/ogc/2.0/gml-sf0"
SCHEMA = "application-schema"  # last segment of the application schema's address


def write(about: About, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    space = namespace(about)
    declared = f' xmlns:app={quoteattr(space)} xmlns:gml="{GML}" xmlns:xsi="{XSI}"'
    places = quoteattr(f"{space} {space}/{SCHEMA} {SF} {SF_SCHEMA}")
    declared += f" xsi:schemaLocation={places}"
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n'
    if not about.single:
        yield f'<sf:FeatureCollection xmlns:sf="{SF}"{declared} gml:id="_collection">'.encode()
    for batch in batches:
        features = _features(about, batch, declared if about.single else "")
        around = (b"", b"") if about.single else (b"\n<sf:featureMember>", b"</sf:featureMember>")
        yield b"".join(around[0] + each + around[1] for each in rows(features))
    if not about.single:
        yield b"\n</sf:FeatureCollection>\n"


def namespace(about: About) -> str:
    """Of the application schema: the collection's own address."""
    own = next((each.href for each in about.links if each.rel == "collection"), "")
    return own.partition("?")[0] or f"urn:x-cicclo:collection:{_gml.name(about.collection.id)}"


def element_names(collection: Collection) -> list[str]:
    """Elements of the id, of all properties, then of the geometry."""
    return _gml.names([ID, *(each.name for each in collection.properties), GEOMETRY])


def feature_name(collection: Collection) -> str:
    return _gml.name(collection.id)


def _features(about: About, batch: pa.RecordBatch, declared: str) -> Written:
    collection = about.collection
    identifiers, *values = columns(about, batch)
    ids = _gml.identifiers(collection.id, identifiers)
    parts: list[Written] = [f'<app:{feature_name(collection)}{declared} gml:id="', ids, '">']
    own, *names, geometry = element_names(collection)
    parts.append(_element(own, _gml.escaped(identifiers)))
    called = {each.name: name for each, name in zip(collection.properties, names, strict=True)}
    for each, column in zip(roles.shown(collection, about.view), values, strict=True):
        parts.append(_element(called[each.name], _text(column, each.kind)))
    if has_geometry(about):
        parts.append(_element(geometry, _geometry(batch, collection, about.view, ids)))
    return concatenated(*parts, f"</app:{feature_name(collection)}>")


def _element(name: str, texts: Written) -> Written:
    """An element, or nothing for a missing value."""
    return pc.fill_null(concatenated(f"<app:{name}>", texts, f"</app:{name}>"), "")


def _text(column: pa.Array, kind: Kind) -> Written:
    match kind:
        case Kind.NUMBER:
            return pc.if_else(pc.is_finite(column), column, None).cast(TEXT)
        case Kind.DATE:
            return encoding.dates(column)
        case Kind.INSTANT:
            return encoding.instants(column)
        case Kind.STRING | Kind.JSON:
            return _gml.escaped(column)
        case _:
            return column.cast(TEXT)


def _geometry(batch: pa.RecordBatch, collection: Collection, view: View, ids: Written) -> Written:
    flip = crss.northing_first(view.crs)
    shapes = prepared(roles.shapes(batch), flip=flip, digits=encoding.digits(collection, view.crs))
    return _gml.geometries(shapes, concatenated(ids, ".g"), view.crs)


FORMATS.add(
    Format(
        name="gml",
        media_type=f"application/gml+xml; version=3.2; profile={PROFILE}",
        extension="gml",
        title=Text("GML 3.2 (objets simples)", "GML 3.2 (simple features)"),
        write=write,
    )
)
