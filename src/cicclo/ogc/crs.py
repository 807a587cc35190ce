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
