"""Which CRS a layer is in, and where its coordinates may be."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from cicclo.features.errors import BadSource
from cicclo.features.model import Box
from cicclo.kernel.text import Text
from cicclo.ogc import crs as identifiers
from cicclo.ogc.crs import CRS84

_LEGAL = Text("par exemple --crs EPSG:2154 (Lambert-93)", "for instance --crs EPSG:2154 (Lambert-93)")
# longitude-latitude systems that are CRS84 once in traditional order
_SAME_AS_CRS84 = {("EPSG", "4326"), ("EPSG", "4979"), ("OGC", "CRS84"), ("OGC", "CRS84h")}
_SLACK = 0.25  # of the area of use's size: data may pass a border


@dataclass(frozen=True, slots=True)
class Reference:
    """`possible`: beyond it coordinates mean nothing; `usual`: beyond it they are suspect. Traditional order."""

    uri: str
    name: str
    possible: Box
    usual: Box


def reference(found: CRS | None, said: str, at: str) -> Reference:
    """The CRS of a layer: what the person says, else what the file says; raise BadSource when neither tells."""
    crs = _said(said) if said else found
    if crs is None:
        raise BadSource(
            Text(
                "le fichier ne dit pas son système de coordonnées",
                "the file does not tell its coordinate reference system",
            ),
            at=at,
            remedy=_LEGAL,
        )
    crs = _horizontal(crs)
    authority = _authority(crs)
    if authority is None:
        raise BadSource(
            Text(
                f"système de coordonnées sans code EPSG reconnu : « {crs.name} »",
                f"coordinate reference system without a known EPSG code: “{crs.name}”",
            ),
            at=at,
            remedy=_LEGAL,
        )
    name = ":".join(authority)
    if authority in _SAME_AS_CRS84:
        return Reference(CRS84, "CRS84", (-180, -90, 180, 90), (-180, -90, 180, 90))
    uri = f"http://www.opengis.net/def/crs/{authority[0]}/0/{authority[1]}"
    return Reference(uri, name, _possible(crs), _usual(crs))


def _said(identifier: str) -> CRS:
    crs = identifiers.read(identifier)
    if crs is None:
        raise BadSource(
            Text(f"système inconnu : « {identifier} »", f"unknown system: “{identifier}”"),
            at="--crs",
            remedy=_LEGAL,
        )
    return crs


def _horizontal(crs: CRS) -> CRS:
    while crs.is_bound and crs.source_crs is not None:
        crs = crs.source_crs
    return crs.sub_crs_list[0] if crs.is_compound else crs


def _authority(crs: CRS) -> tuple[str, str] | None:
    """The identifier, found by comparison when a file holds a definition without its code (.prj)."""
    for confidence in (100, 70, 25):
        found: tuple[str, str] | None = crs.to_authority(min_confidence=confidence)
        if found and found[0] in ("EPSG", "OGC"):
            return found
        code = crs.to_epsg(min_confidence=confidence)
        if code:
            return "EPSG", str(code)
    return None


def _possible(crs: CRS) -> Box:
    if crs.is_geographic:
        turn = 360 / (crs.axis_info[0].unit_conversion_factor * 360 / (2 * np.pi)) if crs.axis_info else 360
        return (-turn / 2, -turn / 4, turn / 2, turn / 4)
    return (-1e9, -1e9, 1e9, 1e9)


def _usual(crs: CRS) -> Box:
    area = crs.area_of_use
    if area is None or crs.is_geocentric:
        return _possible(crs)
    try:
        west, south, east, north = _projected(crs, area)
    except (CRSError, ProjError):
        return _possible(crs)
    wide, high = (east - west) * _SLACK, (north - south) * _SLACK
    usual = (west - wide, south - high, east + wide, north + high)
    return usual if np.isfinite(usual).all() else _possible(crs)


def _projected(crs: CRS, area: Any) -> Box:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        to = Transformer.from_crs("OGC:CRS84", crs, always_xy=True)
        box: Box = to.transform_bounds(area.west, area.south, area.east, area.north)
    return box
