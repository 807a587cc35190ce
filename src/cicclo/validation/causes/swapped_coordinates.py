"""Latitude and longitude in the wrong order: the place is in France once they are swapped, and not before."""

from cicclo.kernel.text import Text
from cicclo.validation.causes import DETECTORS, Detector
from cicclo.validation.model import Fault, Field
from cicclo.validation.places import in_france, pair


def explain(fault: Fault, field: Field | None) -> str | None:
    read = pair(fault.cell) if isinstance(fault.cell, str) else None
    of_places = field is not None and (field.type == "geopoint" or "coord" in field.name.lower())
    # read as longitude, latitude or as latitude, longitude: the check that failed wants the other order
    if read is None or not of_places or in_france(*read) == in_france(read[1], read[0]):
        return None
    first, second = (part.strip() for part in fault.cell.strip(" []").split(","))
    return f"[{second}, {first}]" if "[" in fault.cell else f"{second},{first}"


def exchanged(fault: Fault, _field: Field | None) -> str:
    """Propose what the anomaly's rule found."""
    return str(fault.facts.get("proposed", ""))


ONE = Text("a ses deux coordonnées inversées", "has its two coordinates swapped")
MANY = Text("ont leurs deux coordonnées inversées", "have their two coordinates swapped")
REMEDY = Text("échanger longitude et latitude", "exchange longitude and latitude")
DETECTORS.add(Detector("swapped-coordinates", 40, ONE, MANY, REMEDY, explain))
DETECTORS.add(Detector("axis-order", 41, ONE, MANY, REMEDY, exchanged, ("coherence/place/axis-order",)))
