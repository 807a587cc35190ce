"""Geometry literals, from the filter's CRS to CRS84 in traditional order."""

import math

import shapely
from pyproj import Transformer

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.ogc import crs as crs_
from cicclo.ogc.cql2 import limits
from cicclo.ogc.cql2.model import Box, Geometry

_STEP = (
    10_000.0  # metres: a straight line in Lambert-93 strays about 2 m from one in degrees over that length
)
_PARTS = 200  # at most, along the outline of a literal


def place(literal: Geometry | Box, crs: str) -> Geometry:
    """Two dimensions, valid, in degrees. Raise BadInput for coordinates outside the CRS."""
    geometry = _box(literal, crs) if isinstance(literal, Box) else _literal(literal, crs)
    if not _degrees(crs):
        geometry = _projected(geometry, crs)
    _inside(geometry)
    return Geometry(shapely.to_wkb(_valid(geometry), include_srid=False))


def _degrees(crs: str) -> bool:
    return crs_.code(crs) in {"OGC:CRS84", "OGC:CRS84h", "EPSG:4326", "EPSG:4979"}


def _literal(literal: Geometry, crs: str) -> shapely.Geometry:
    geometry = shapely.force_2d(shapely.from_wkb(literal.wkb))
    if crs_.northing_first(crs):
        geometry = shapely.transform(geometry, lambda places: places[:, ::-1])
    return geometry


def _box(box: Box, crs: str) -> shapely.Geometry:
    """The lower corner, then the upper one; the heights of six numbers are left out."""
    half = len(box.bounds) // 2
    (west, south), (east, north) = box.bounds[:2], box.bounds[half : half + 2]
    if crs_.northing_first(crs):
        west, south, east, north = south, west, north, east
    if south > north or (west > east and not _degrees(crs)):
        raise limits.bad("boîte renversée", "box upside down")
    if west <= east:
        return _rectangle(west, south, east, north)
    return shapely.union(_rectangle(west, south, 180.0, north), _rectangle(-180.0, south, east, north))


def _rectangle(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    """A box without width or height is a line or a point."""
    if west == east and south == north:
        return shapely.Point(west, south)
    if west == east or south == north:
        return shapely.LineString([(west, south), (east, north)])
    return shapely.box(west, south, east, north)


def _projected(geometry: shapely.Geometry, crs: str) -> shapely.Geometry:
    """Vertices are added before the projection: what is straight in one CRS is curved in the other."""
    known = crs_.read(crs)
    if known is None:
        raise BadInput(Text(f"système inconnu : « {crs} »", f"unknown CRS: “{crs}”"), at="filter-crs")
    if known.is_projected:
        geometry = shapely.segmentize(geometry, max(_STEP, shapely.length(geometry) / _PARTS))
    to_degrees = Transformer.from_crs(known, "OGC:CRS84", always_xy=True)
    return shapely.transform(geometry, to_degrees.transform, interleaved=False)


def _inside(geometry: shapely.Geometry) -> None:
    west, south, east, north = geometry.bounds
    if (
        not all(map(math.isfinite, (west, south, east, north)))
        or west < -180
        or east > 180
        or south < -90
        or north > 90
    ):
        raise limits.bad(
            "géométrie hors du système de coordonnées",
            "geometry outside the CRS",
            remedy=Text("vérifier filter-crs et l’ordre des axes", "check filter-crs and the order of axes"),
        )


def _valid(geometry: shapely.Geometry) -> shapely.Geometry:
    """The same for every engine: a polygon that crosses itself is read by the even-odd rule, a collection is joined."""
    geometry = geometry if shapely.is_valid(geometry) else shapely.make_valid(geometry)
    return shapely.union_all(geometry.geoms) if geometry.geom_type == "GeometryCollection" else geometry


def mixed(literal: Geometry) -> bool:
    """Whether a placed literal still has points, lines and surfaces at once."""
    return bool(shapely.from_wkb(literal.wkb).geom_type == "GeometryCollection")
