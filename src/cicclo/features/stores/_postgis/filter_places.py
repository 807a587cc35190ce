"""CQL2's spatial operators → SQL, in CRS84: what the literal is in, whatever the table is stored in.

For a table in another CRS each geometry is transformed, after the index has kept those near the literal. Straight
edges are straight in CRS84, as in the other engines; edges of a projected table bend a little in between.
"""

import shapely
from shapely import ops

from cicclo.features.model import GEOMETRY
from cicclo.features.stores._postgis import places
from cicclo.features.stores._postgis.encode import CRS84
from cicclo.features.stores._postgis.model import Bound, Table
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.ogc.cql2.model import Box, Expression, Geometry, Name

_FUNCTIONS = {
    "s_intersects": "ST_Intersects",
    "s_equals": "ST_Equals",
    "s_disjoint": "ST_Disjoint",
    "s_touches": "ST_Touches",
    "s_within": "ST_Within",
    "s_overlaps": "ST_Overlaps",
    "s_crosses": "ST_Crosses",
    "s_contains": "ST_Contains",
}


def predicate(table: Table, op: str, left: Expression, right: Expression, bound: Bound) -> str:
    shapes = [None if isinstance(side, Name) else _shape(side) for side in (left, right)]
    sides = [
        _stored(table, side)
        if shape is None
        else f"ST_GeomFromWKB({bound(shapely.to_wkb(shape), 'bytea')}, {CRS84})"
        for side, shape in zip((left, right), shapes, strict=True)
    ]
    tested = f"{_FUNCTIONS[op]}({', '.join(sides)})"
    shape = shapes[0] if shapes[0] is not None else shapes[1]
    near = "" if op == "s_disjoint" or shape is None or None not in shapes else _near(table, shape, bound)
    return f"({near} AND {tested})" if near else tested


def _stored(table: Table, side: Expression) -> str:
    if table.geometry is None or not isinstance(side, Name) or side.name != GEOMETRY:
        raise BadInput(
            Text("ce n'est pas une propriété spatiale", "this is not a spatial property"),
            at="filter",
            remedy=Text("la géométrie s'appelle geometry", "the geometry is called geometry"),
        )
    return places.in_crs84(table.geometry)


def _shape(side: Expression) -> shapely.Geometry:
    if isinstance(side, Geometry):
        shape = shapely.force_2d(shapely.from_wkb(side.wkb))
        # databases older than GEOS 3.13 relate no collections: what they cover together is the same
        return ops.unary_union(shape) if shape.geom_type == "GeometryCollection" else shape
    if isinstance(side, Box):
        half = len(side.bounds) // 2
        (west, south), (east, north) = side.bounds[:2], side.bounds[half : half + 2]
        box = (west, south, east, north)
        return shapely.union_all([places.outline(each) for each in places.boxes(box)])
    raise BadInput(Text("une géométrie est attendue", "a geometry is expected"), at="filter")


def _near(table: Table, shape: shapely.Geometry, bound: Bound) -> str:
    """PostGIS uses the index by itself only where nothing is transformed."""
    geometry = table.geometry
    if geometry is None or geometry.srid == CRS84 or geometry.geography or shape.is_empty:
        return ""
    bounds = places.stored(shape.bounds, geometry.srid)
    return places.near(geometry, bounds, bound) if bounds else ""
