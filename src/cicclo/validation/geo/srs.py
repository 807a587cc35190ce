"""Reference systems of layers: which one it is, what it covers, and positions brought to longitude and latitude."""

from functools import lru_cache

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.enums import TransformDirection
from pyproj.exceptions import CRSError

Floats = NDArray[np.float64]
FRANCE = (
    (-5.8, 41.0, 10.0, 51.6),  # métropole
    (-63.3, 14.2, -60.7, 18.3),  # Antilles
    (-54.8, 2.0, -51.4, 6.0),  # Guyane
    (55.0, -21.6, 56.0, -20.7),  # La Réunion
    (44.8, -13.2, 45.5, -12.5),  # Mayotte
    (-56.6, 46.6, -56.0, 47.3),  # Saint-Pierre-et-Miquelon
    (158.0, -23.0, 172.5, -17.5),  # Nouvelle-Calédonie
    (-155.0, -28.5, -134.0, -7.5),  # Polynésie française
    (-178.5, -14.6, -176.0, -13.0),  # Wallis-et-Futuna
)
"""West, south, east, north of the French territories, in degrees, with some sea around."""


@lru_cache(maxsize=64)
def read(text: str) -> pyproj.CRS | None:
    try:
        return pyproj.CRS.from_user_input(text) if text else None
    except CRSError:
        return None


@lru_cache(maxsize=64)
def code(text: str) -> int:
    """Return the EPSG code, also of a `.prj` that names none; 4326 for OGC:CRS84; 0 when there is none."""
    crs = read(text)
    if crs is None:
        return 0
    authority = crs.to_authority(min_confidence=20)
    if authority and authority[0] == "OGC" and authority[1] in {"CRS84", "CRS84h"}:
        return 4326
    return crs.to_epsg(min_confidence=20) or 0


@lru_cache(maxsize=64)
def _to_degrees(text: str) -> pyproj.Transformer | None:
    crs = read(text)
    return pyproj.Transformer.from_crs(crs, "OGC:CRS84", always_xy=True) if crs is not None else None


def degrees(text: str, xs: Floats, ys: Floats) -> tuple[Floats, Floats] | None:
    """Return longitudes and latitudes (CRS84), None when the reference system is unknown."""
    transformer = _to_degrees(text)
    if transformer is None:
        return None
    longitudes, latitudes = transformer.transform(xs, ys)
    return longitudes, latitudes


def point(text: str, x: float, y: float) -> tuple[float, float] | None:
    """Return one position for a map, None when it cannot be one."""
    found = degrees(text, np.array([x]), np.array([y]))
    if found is None or not (np.isfinite(found[0][0]) and np.isfinite(found[1][0])):
        return None
    longitude, latitude = float(found[0][0]), float(found[1][0])
    on_earth = -180 <= longitude <= 180 and -90 <= latitude <= 90
    return (round(longitude, 7), round(latitude, 7)) if on_earth else None


@lru_cache(maxsize=64)
def domain(text: str) -> tuple[tuple[float, float, float, float], ...]:
    """Return the boxes where coordinates of this system are expected, in its own units (French data are)."""
    crs = read(text)
    if crs is None:
        return ()
    if crs.is_geographic:
        return FRANCE
    area = crs.area_of_use
    if area is None:
        return ()
    transformer = pyproj.Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)
    west, south, east, north = transformer.transform_bounds(
        area.west, area.south, area.east, area.north, direction=TransformDirection.INVERSE
    )
    margin_x, margin_y = (east - west) / 10, (north - south) / 10
    return ((west - margin_x, south - margin_y, east + margin_x, north + margin_y),)


def within(boxes: tuple[tuple[float, float, float, float], ...], xs: Floats, ys: Floats) -> NDArray[np.bool_]:
    """Return, for each position, whether one of the boxes holds it."""
    found = np.zeros(len(xs), dtype=np.bool_)
    for west, south, east, north in boxes:
        found |= (xs >= west) & (xs <= east) & (ys >= south) & (ys <= north)
    return found


def is_geographic(text: str) -> bool:
    crs = read(text)
    return crs is not None and crs.is_geographic
