"""Nouns: a collection and its schema, what a client asks of it, what a store gives back.

Coordinates are in *traditional order* (east or longitude first) everywhere inside; the axis order of a CRS
definition is applied only by the formats that promise it (GeoJSON with `crs`, JSON-FG, GML).
"""

from dataclasses import dataclass, field
from enum import StrEnum

from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc.cql2.model import Expression
from cicclo.ogc.crs import CRS84

ID = "id"  # column of a batch: the feature's identifier, a string
GEOMETRY = (
    "geometry"  # column of a batch: WKB, in the CRS the query asked for; null for a feature without one
)

Box = tuple[float, float, float, float]  # west, south, east, north


class Kind(StrEnum):
    """Kind of a property's values, with the type of its Arrow column."""

    STRING = "string"  # pa.string()
    INTEGER = "integer"  # pa.int64()
    NUMBER = "number"  # pa.float64()
    BOOLEAN = "boolean"  # pa.bool_()
    DATE = "date"  # pa.date32()
    INSTANT = "instant"  # pa.timestamp("ms", "UTC"): a source without a zone is read as UTC, and reported
    JSON = "json"  # pa.string() holding JSON: lists and objects


class GeometryKind(StrEnum):
    """The `format` of a geometry in a schema is `geometry-` and this (OGC 23-058)."""

    NONE = ""
    POINT = "point"
    MULTIPOINT = "multipoint"
    LINESTRING = "linestring"
    MULTILINESTRING = "multilinestring"
    POLYGON = "polygon"
    MULTIPOLYGON = "multipolygon"
    COLLECTION = "geometrycollection"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Property:
    """`values` are the only ones allowed, when they are known; `unit` is a UCUM code."""

    name: str
    kind: Kind
    title: Text = NOTHING
    description: Text = NOTHING
    queryable: bool = True
    sortable: bool = True
    required: bool = False
    values: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link to somewhere else; `href` absolute."""

    href: str
    rel: str
    type: str = ""
    title: Text = NOTHING
    hreflang: str = ""
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Collection:
    """`extent` in degrees, CRS84; `crs` are URIs, CRS84 (or CRS84h) first; `storage_crs` is one of them.

    `instants` names the primary instant, or the start and the end of the primary interval; empty: no time.
    `interval` is the first and the last moment, ISO 8601, empty where unbounded or unknown.
    `count` may be unknown (None). `id_kind`: INTEGER when ids are written as JSON numbers, else STRING.
    """

    id: str
    title: Text
    description: Text = NOTHING
    properties: tuple[Property, ...] = ()
    geometry: GeometryKind = GeometryKind.ANY
    crs: tuple[str, ...] = (CRS84,)
    storage_crs: str = CRS84
    has_z: bool = False
    extent: Box | None = None
    instants: tuple[str, ...] = ()
    interval: tuple[str, str] = ("", "")
    keywords: tuple[str, ...] = ()
    licence: Link | None = None
    links: tuple[Link, ...] = ()
    count: int | None = None
    id_kind: Kind = Kind.STRING

    def property(self, name: str) -> Property | None:
        return next((each for each in self.properties if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Sort:
    """One key of `sortby`. Nulls come last, both ways."""

    name: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """`datetime`: a closed interval of UTC instants (milliseconds since 1970); None where open. An instant has start == end."""

    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class View:
    """How features are shown: `properties` None means all, in the schema's order."""

    crs: str = CRS84
    properties: tuple[str, ...] | None = None
    geometry: bool = True

    @property
    def plain(self) -> bool:
        """Whether this is how features are most often wanted, therefore prepared."""
        return self.crs == CRS84 and self.properties is None and self.geometry


@dataclass(frozen=True, slots=True)
class Query:
    """What a client asks of a collection, validated.

    `box` in degrees, CRS84 (west > east crosses the antimeridian); `area` is its exact outline as WKB in CRS84
    when the client's box was in another CRS. `filter` is checked against the queryables. `after` is the
    cursor of a former page (BadInput when it is not one of ours); it and `offset` exclude each other.
    Features without geometry match every box, those without time match every interval (OGC 17-069r4, 7.15.3, 7.15.4).
    """

    limit: int = 10
    box: Box | None = None
    area: bytes | None = None
    interval: Interval | None = None
    filter: Expression | None = None
    sort: tuple[Sort, ...] = ()
    after: str = ""
    offset: int = 0
    view: View = field(default_factory=View)

    @property
    def everything(self) -> bool:
        """Whether nothing is filtered out."""
        return self.box is None and self.interval is None and self.filter is None


@dataclass(frozen=True, slots=True)
class EncodedPage:
    """`features` are GeoJSON Feature objects without links, joined by commas, UTF-8, in `view.crs` with its axis order."""

    features: bytes
    returned: int
    matched: int | None
    next: str  # cursor of the next page, empty on the last one
