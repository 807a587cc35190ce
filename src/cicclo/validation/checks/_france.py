"""Where France is, as boxes of longitude and latitude."""

import re
from typing import Any

BOXES = (
    (-5.14128, 41.33357, 9.56010, 51.08899),  # metropolitan France
    (-61.80985, 15.83203, -61.00196, 16.51449),  # Guadeloupe
    (-61.22904, 14.38864, -60.80966, 14.87872),  # Martinique
    (-54.60239, 2.11105, -51.61903, 5.74815),  # Guyane
    (55.21652, -21.38964, 55.83666, -20.87180),  # La Réunion
    (45.01833, -13.00526, 45.29998, -12.63659),  # Mayotte
)
NUMBERS = re.compile(r"\[?\s*(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)\s*\]?")


def in_france(longitude: float, latitude: float) -> bool:
    return any(west <= longitude <= east and south <= latitude <= north for west, south, east, north in BOXES)


def pair(value: Any) -> tuple[float, float] | None:
    """Two numbers of a geopoint, a list or a text; None when there are not two."""
    if isinstance(value, str):
        found = NUMBERS.fullmatch(value.strip())
        return (float(found[1]), float(found[2])) if found else None
    if isinstance(value, (list, tuple)) and len(value) == 2:
        return float(value[0]), float(value[1])
    return None
