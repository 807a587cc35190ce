"""Where the coordinates of a table are: the columns that hold them, by their usual names in French and English."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from cicclo.features.model import Box
from cicclo.features.reading.values import decimals

_PAIRS = (
    ("longitude", "latitude"),
    ("lon", "lat"),
    ("long", "lat"),
    ("lng", "lat"),
    ("geolon", "geolat"),
    ("xlongitude", "ylatitude"),
    ("longitudewgs84", "latitudewgs84"),
    ("xwgs84", "ywgs84"),
    ("xl93", "yl93"),
    ("xlambert93", "ylambert93"),
    ("lambert93x", "lambert93y"),
    ("x", "y"),
    ("coordx", "coordy"),
    ("xcoord", "ycoord"),
    ("coordonneex", "coordonneey"),
    ("easting", "northing"),
)
_TOGETHER = ("coordonneesxy", "coordonnees", "geopoint2d", "geopoint", "latlon", "lonlat")
_NORTH_FIRST = frozenset({"geopoint2d", "geopoint", "latlon"})  # as OpenDataSoft exports them
_SHAPES = (
    "wkt",
    "geom",
    "thegeom",
    "geometry",
    "geometrie",
    "geoshape",
    "geojson",
    "wkbgeometry",
    "wkb",
    "shape",
)
_NUMBER = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"


@dataclass(frozen=True, slots=True)
class Place:
    """`columns`: two of numbers, one of pairs, or one of written geometries. `degrees`: by its name, CRS84."""

    columns: tuple[str, ...]
    shapes: bool = False
    north_first: bool = False
    degrees: bool = False
    crs: str = ""  # told by the name


def find(names: Sequence[str]) -> Place | None:
    """The columns of coordinates, written geometries first; None when no name is known."""
    plain = {_plain(name): name for name in reversed(names)}
    for name in _SHAPES:
        if name in plain:
            return Place((plain[name],), shapes=True)
    for east, north in _PAIRS:
        if east in plain and north in plain:
            crs = "EPSG:2154" if "93" in east else ""
            return Place((plain[east], plain[north]), degrees="lon" in east or "lng" in east, crs=crs)
    for name in _TOGETHER:
        if name in plain:
            return Place((plain[name],), north_first=name in _NORTH_FIRST, degrees=True)
    return None


def _plain(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", ascii_name.lower())


def locate(batch: pa.RecordBatch, place: Place) -> tuple[np.ndarray, np.ndarray]:
    """Shapes (None where there is nothing), and which rows are unreadable."""
    if place.shapes:
        return _written(batch.column(place.columns[0]))
    if len(place.columns) == 1:
        first, second, wrong = _paired(batch.column(place.columns[0]))
        east, north = (second, first) if place.north_first else (first, second)
    else:
        (east, bad_east), (north, bad_north) = (decimals(batch.column(name)) for name in place.columns)
        half = np.asarray(pc.xor(pc.is_null(east), pc.is_null(north)))
        wrong = bad_east | bad_north | half
    x, y = (np.asarray(pc.fill_null(each, np.nan)) for each in (east, north))
    shapes = np.full(len(x), None, object)
    there = ~(np.isnan(x) | np.isnan(y)) & ~wrong
    shapes[there] = shapely.points(x[there], y[there])
    return shapes, wrong


def _paired(values: pa.Array) -> tuple[pa.Array, pa.Array, np.ndarray]:
    """Two numbers in one text: `[3.44, 49.50]`, `3.44 49.50`, `48,85;2,35` being left unread."""
    values = pc.if_else(pc.equal(values, ""), None, values)
    parts = pc.extract_regex(
        values, rf"^\s*[\[(]?\s*(?P<a>{_NUMBER})\s*[,;\s]\s*(?P<b>{_NUMBER})\s*[\])]?\s*$"
    )
    wrong = np.asarray(pc.is_valid(values)) & np.asarray(pc.is_null(parts))
    first, second = (pc.replace_substring_regex(pc.struct_field(parts, name), r"^\+", "") for name in "ab")
    return first.cast(pa.float64()), second.cast(pa.float64()), wrong


def _written(values: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """WKT (with or without SRID), GeoJSON geometries, or hexadecimal WKB, told apart value by value."""
    values = pc.utf8_trim_whitespace(pc.if_else(pc.equal(values, ""), None, values))
    values = pc.replace_substring_regex(values, r"^(?i)SRID=\d+;", "")
    shapes = np.full(len(values), None, object)
    present = np.asarray(pc.is_valid(values))
    objects = values.to_numpy(zero_copy_only=False)
    json = _matching(values, r"^\{")
    wkb = _matching(values, r"^[0-9A-Fa-f]{18,}$")
    wkt = present & ~json & ~wkb
    shapes[json] = shapely.from_geojson(objects[json], on_invalid="ignore")
    shapes[wkb] = shapely.set_srid(shapely.from_wkb(objects[wkb], on_invalid="ignore"), 0)
    shapes[wkt] = shapely.from_wkt(objects[wkt], on_invalid="ignore")
    return shapes, present & (shapes == None)  # noqa: E711 - element by element


def _matching(values: pa.Array, pattern: str) -> np.ndarray:
    return np.asarray(pc.fill_null(pc.match_substring_regex(values, pattern), False))  # noqa: FBT003


def widened(extent: Box | None, shapes: np.ndarray) -> Box | None:
    """The extent grown to hold the shapes."""
    found = shapely.total_bounds(shapes)
    if np.isnan(found).any():
        return extent
    both = np.array([found, extent or found])
    low, high = both[:, :2].min(0), both[:, 2:].max(0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
