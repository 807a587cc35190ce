"""Bounds in a storage CRS → degrees."""

import math

from pyproj import Transformer
from pyproj.exceptions import ProjError

from cicclo.features.model import Box
from cicclo.ogc import crs as crss


def degrees(bounds: Box, storage: str) -> Box | None:
    """Return the extent in CRS84; None where the projection has no sense."""
    if storage == crss.CRS84:
        return bounds
    transformer = Transformer.from_crs(crss.code(storage), "OGC:CRS84", always_xy=True)
    try:
        west, south, east, north = transformer.transform_bounds(*bounds)
    except ProjError:
        return None
    finite = all(map(math.isfinite, (west, south, east, north)))
    return (
        (west, south, east, north) if finite and -180 <= west <= 180 and -90 <= south <= north <= 90 else None
    )
