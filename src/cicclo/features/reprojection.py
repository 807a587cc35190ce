"""Geometries from one CRS to another, coordinates in traditional order (east or longitude first) on both sides."""

from functools import lru_cache

import numpy as np
import shapely
from pyproj import Transformer

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.ogc import crs as crss


def reproject(geometries: np.ndarray, source: str, target: str) -> np.ndarray:
    """Transform an array of shapely geometries; heights are kept as they are, missing geometries stay missing.

    Coordinates outside of the target's domain become infinite: who writes them writes no geometry.
    """
    change = transformer(source, target)
    if change is None:
        return geometries
    moved = np.array(geometries, dtype=object)
    high = shapely.has_z(moved)
    for heights, rows in ((False, ~high), (True, high)):
        if rows.any():
            moved[rows] = shapely.transform(
                moved[rows], change.transform, include_z=heights, interleaved=False
            )
    return moved


@lru_cache(maxsize=256)
def transformer(source: str, target: str) -> Transformer | None:
    """None when the two differ by nothing but the order of axes."""
    known = [crss.read(each) for each in (source, target)]
    for crs, identifier in zip(known, (source, target), strict=True):
        if crs is None:
            raise BadInput(Text("CRS inconnu de PROJ", "CRS unknown to PROJ"), at=identifier)
    if known[0].equals(known[1], ignore_axis_order=True):  # type: ignore[union-attr]
        return None
    return Transformer.from_crs(known[0], known[1], always_xy=True)
