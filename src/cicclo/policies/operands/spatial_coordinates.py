"""odrl:spatialCoordinates: where the action is exercised, as a geometry in WGS 84, longitude first.

The syntax is GeoSPARQL's: WKT, with or without its CRS84 IRI before it. A position that the requester claims is no proof
of where it is; a platform that knows better says so in the state.
"""

from functools import lru_cache
from typing import Any

import shapely

from cicclo.kernel.text import Text
from cicclo.policies.model import ODRL, Constraint, Term
from cicclo.policies.operands import OPERANDS, Operand, Unfit, Values, plain
from cicclo.policies.situation import Situation

CRS84 = "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
MOST = 200_000
"""Characters of a geometry."""


@lru_cache(maxsize=128)
def geometry(term: Term) -> Any:
    """Read a valid WKT geometry in degrees, prepared for many tests."""
    text = plain(term).strip().removeprefix(CRS84).strip()
    if len(text) > MOST or text.startswith("<"):
        raise Unfit(text[:100])
    try:
        found = shapely.from_wkt(text)
    except shapely.errors.ShapelyError as error:
        raise Unfit(text[:100]) from error
    if found is None or found.is_empty or not found.is_valid or not _in_degrees(found.bounds):
        raise Unfit(text[:100])
    shapely.prepare(found)
    return found


def _in_degrees(bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    return -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def compare(name: str, left: Values, right: Values, situation: Situation) -> bool | None:
    """Inside one of the areas, its border included; or taking them all in."""
    match name:
        case "isPartOf" | "isA" | "isAnyOf":
            return any(bool(area.covers(place)) for place in left for area in right)
        case "isNoneOf":
            return not any(bool(area.intersects(place)) for place in left for area in right)
        case "hasPart":
            return all(any(bool(place.covers(area)) for place in left) for area in right)
        case "eq":
            return len(left) == len(right) == 1 and bool(shapely.equals(left[0], right[0]))
        case "neq":
            return not (len(left) == len(right) == 1 and bool(shapely.equals(left[0], right[0])))
    return None


def refused(constraint: Constraint, left: Values) -> Text:
    if not left:
        return Text("le lieu de l'action n'est pas connu", "the place of the action is not known")
    return Text(
        "le lieu de l'action n'est pas dans la zone permise",
        "the place of the action is not in the permitted area",
    )


OPERANDS.add(
    Operand(
        f"{ODRL}spatialCoordinates",
        Text("coordonnées", "coordinates"),
        read=geometry,
        compare=compare,
        refused=refused,
        remedy=Text("demander que la politique s'étende à ce lieu", "ask for the policy to cover this place"),
    )
)
