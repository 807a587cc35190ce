"""Is this place in France? Bounding boxes of the mainland and of the overseas territories, a degree of margin at sea."""

import re

_PAIR = re.compile(r"\s*\[?\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*\]?\s*")
# west, south, east, north; degrees, WGS 84
_BOXES = (
    (-5.6, 41.2, 9.8, 51.3),  # mainland and Corsica
    (-63.3, 14.2, -60.7, 18.3),  # Guadeloupe, Martinique, Saint-Martin, Saint-Barthélemy
    (-54.8, 2.0, -51.4, 6.0),  # Guyane
    (55.1, -21.5, 56.0, -20.7),  # La Réunion
    (44.9, -13.1, 45.4, -12.5),  # Mayotte
    (-56.6, 46.6, -56.0, 47.3),  # Saint-Pierre-et-Miquelon
    (163.4, -22.9, 168.3, -19.3),  # Nouvelle-Calédonie
    (-178.4, -14.5, -176.0, -13.1),  # Wallis-et-Futuna
    (-154.9, -28.0, -134.3, -7.7),  # Polynésie française
)


def in_france(longitude: float, latitude: float) -> bool:
    return any(w <= longitude <= e and s <= latitude <= n for w, s, e, n in _BOXES)


def pair(written: str) -> tuple[float, float] | None:
    """Read `2.35, 48.85` or `[2.35, 48.85]`: two numbers, in the order they are written."""
    found = _PAIR.fullmatch(written)
    return (float(found[1]), float(found[2])) if found else None


def point(written: str) -> tuple[float, float] | None:
    """Return the longitude and latitude to draw: the order that falls in France, else as written; None when neither may be."""
    read = pair(written)
    if read is None:
        return None
    first, second = read
    if in_france(second, first) and not in_france(first, second):
        return second, first
    return read if abs(first) <= 180 and abs(second) <= 90 else None
