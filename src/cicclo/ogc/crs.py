"""Coordinate reference systems by their identifiers, with the axis order of their definition (pyproj, EPSG)."""

import re
from functools import lru_cache

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CRS84H = "http://www.opengis.net/def/crs/OGC/0/CRS84h"

_FORMS = (
    re.compile(r"^(?P<a>EPSG):(?P<c>\d+)$", re.IGNORECASE),
    re.compile(r"^urn:(?:x-)?ogc:def:crs:(?P<a>EPSG|OGC|IGNF):(?P<v>[\d.]*):(?P<c>\w+)$", re.IGNORECASE),
    re.compile(
        r"^https?://www\.opengis\.net/def/crs/(?P<a>EPSG|OGC)/(?P<v>[\d.]+)/(?P<c>\w+)$", re.IGNORECASE
    ),
    re.compile(r"^http://www\.opengis\.net/gml/srs/epsg\.xml#(?P<c>\d+)$", re.IGNORECASE),
    re.compile(r"^(?P<a>CRS|OGC):(?P<c>\w+)$", re.IGNORECASE),
)


def code(identifier: str) -> str:
    """Return `EPSG:2154`, `OGC:CRS84`… for any usual form (short, URN, URI); empty when it is none of them."""
    for form in _FORMS:
        if match := form.match(identifier.strip()):
            parts = match.groupdict()
            authority, number = (parts.get("a") or "EPSG").upper(), parts["c"].upper()
            if authority == "CRS":
                return f"OGC:CRS{number}" if number.isdigit() else f"OGC:{number}"
            return f"{authority}:{'CRS84h' if number == 'CRS84H' else number}"
    return ""


def form(identifier: str) -> str:
    """Tell how a CRS is written: `short`, `urn`, `uri`, `gml`, or empty."""
    for name, pattern in zip(("short", "urn", "uri", "gml", "short"), _FORMS, strict=True):
        if pattern.match(identifier.strip()):
            return name
    return ""


@lru_cache(maxsize=256)
def read(identifier: str) -> CRS | None:
    """The CRS of an identifier, or None for one that PROJ does not know."""
    known = code(identifier)
    try:
        return CRS.from_user_input(known) if known else None
    except CRSError:
        return None


def northing_first(identifier: str) -> bool:
    """Tell whether the definition puts latitude or northing first (EPSG:4326 yes, EPSG:2154 and CRS84 no)."""
    crs = read(identifier)
    return bool(crs and crs.axis_info and crs.axis_info[0].direction in ("north", "south"))


@lru_cache(maxsize=256)
def from_crs84(identifier: str) -> Transformer | None:
    """A transformer from longitude, latitude (degrees) to the axes *in the order of the definition*."""
    crs = read(identifier)
    return Transformer.from_crs("OGC:CRS84", crs) if crs else None


# the legal reference systems of France (arrêté of 5 March 2019, decree 2000-1276), metropolitan then overseas,
# and the European one that INSPIRE wants; projected ones are what land offices exchange
LEGAL = (
    2154,  # RGF93 v1 / Lambert-93
    *range(3942, 3951),  # RGF93 v1 / CC42 … CC50
    4171,  # RGF93 v1
    5490,  # RGAF09 / UTM 20N: Guadeloupe, Martinique, Saint-Barthélemy, Saint-Martin
    2972,  # RGFG95 / UTM 22N: Guyane
    2975,  # RGR92 / UTM 40S: La Réunion
    4471,  # RGM04 / UTM 38S: Mayotte
    4467,  # RGSPM06 / UTM 21N: Saint-Pierre-et-Miquelon
    3163,  # RGNC91-93 / Lambert Nouvelle-Calédonie
    3296,  # RGPF / UTM 5S
    3297,  # RGPF / UTM 6S
    4258,  # ETRS89
)
EVERYWHERE = (CRS84, "EPSG:4326", "EPSG:3857")


def uri(identifier: str) -> str:
    """Return the identifier that OGC APIs use, `http://www.opengis.net/def/crs/EPSG/0/2154`; empty for none."""
    authority, _, number = code(identifier).partition(":")
    if authority == "OGC":
        return {"CRS84": CRS84, "CRS84h": CRS84H}.get(number, "")
    return f"http://www.opengis.net/def/crs/{authority}/0/{number}" if authority == "EPSG" else ""


def offered(storage: str, extent: tuple[float, float, float, float] | None) -> tuple[str, ...]:
    """CRS worth offering for data of this extent (degrees): CRS84 first, the storage's own, the world's, the legal ones."""
    legal = (f"EPSG:{each}" for each in LEGAL if _meets(each, extent))
    known = [uri(each) for each in (CRS84, storage, *EVERYWHERE, *legal)]
    return tuple(dict.fromkeys(each for each in known if each))


def _meets(number: int, extent: tuple[float, float, float, float] | None) -> bool:
    """Whether the area of use meets the extent; an unknown extent meets them all."""
    crs = read(f"EPSG:{number}")
    if crs is None or crs.area_of_use is None or extent is None:
        return crs is not None
    west, south, east, north = crs.area_of_use.bounds
    crossing = extent[0] > extent[2]
    beside = extent[0] > east and west > extent[2] if crossing else extent[0] > east or west > extent[2]
    return not beside and extent[1] <= north and south <= extent[3]
