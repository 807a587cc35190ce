"""Compare what a service answers in a CRS with what PROJ computes from its CRS84 answer."""

from dataclasses import dataclass
from typing import Any

from shapely import get_coordinates

from cicclo.ogc.crs import CRS84, from_crs84, northing_first, read
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols._items import Page, geometry
from cicclo.probes.protocols.ogcapi import Collection

DEGREES, METRES = 0.0001, 10.0
"""Ten metres: transformations of different grids differ by less, swapped axes by much more."""


@dataclass(frozen=True, slots=True)
class Other:
    """A CRS of a collection, other than CRS84, that we can compute."""

    uri: str

    @property
    def tolerance(self) -> float:
        crs = read(self.uri)
        return DEGREES if crs is not None and crs.is_geographic else METRES


def others(collection: Collection) -> list[Other]:
    """At most two CRS: one whose first axis is the latitude, and the one data are stored in (or the first projected)."""
    known = [
        uri
        for uri in dict.fromkeys((collection.storage_crs, *collection.crs))
        if uri in collection.crs and read(uri)
    ]
    known = [uri for uri in known if not uri.startswith(CRS84.rsplit("/", 2)[0])]
    swapped = [uri for uri in known if northing_first(uri)]
    straight = [uri for uri in known if not northing_first(uri)]
    chosen = [*swapped[:1], *straight[:1]] or known[:2]
    if not chosen:
        raise Missing("aucun autre CRS connu que CRS84", "no known CRS other than CRS84")
    return [Other(uri) for uri in chosen]


def same_places(ours: Page, theirs: Page, crs: Other, facet: str = "") -> Verdict:
    """Each feature of `theirs` is where PROJ puts it; `ours` holds the same features in CRS84."""
    known = {str(feature.get("id")): feature for feature in _features(ours) if feature.get("id") is not None}
    compared = 0
    for index, feature in enumerate(_features(theirs)):
        twin = known.get(str(feature.get("id")))
        expected, got = _position(twin, crs.uri) if twin else None, _position(feature, "")
        if expected is None or got is None:
            continue
        compared += 1
        if not _near(expected, got, crs.tolerance):
            return _misplaced(expected, got, crs, f"/features/{index}/geometry", facet)
    if not compared:
        raise Missing("aucune géométrie à comparer", "no geometry to compare")
    return passed(facet=facet)


def _misplaced(
    expected: tuple[float, float], got: tuple[float, float], crs: Other, at: str, facet: str
) -> Verdict:
    swapped = _near(expected[::-1], got, crs.tolerance)
    fr = f"{crs.uri} : {got} au lieu de {expected}" + (" (axes inversés)" if swapped else "")
    en = f"{crs.uri}: {got} instead of {expected}" + (" (swapped axes)" if swapped else "")
    return failed(fr, en, at=at, code="swapped-axes" if swapped else "misplaced", facet=facet)


def _features(found: Page) -> list[dict[str, Any]]:
    return [found.document] if found.document.get("type") == "Feature" else found.features


def _position(feature: dict[str, Any], crs: str) -> tuple[float, float] | None:
    placed = geometry(feature)
    if placed is None:
        return None
    x, y = (float(value) for value in get_coordinates(placed)[0][:2])
    transformer = from_crs84(crs) if crs else None
    if transformer:
        x, y = transformer.transform(x, y)
    return round(x, 6), round(y, 6)


def _near(one: tuple[float, ...], other: tuple[float, ...], tolerance: float) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def box_in(numbers: tuple[float, float, float, float], crs: str) -> str:
    """A box of longitudes and latitudes, in the axes of another CRS."""
    transformer = from_crs84(crs)
    bounds = transformer.transform_bounds(*numbers) if transformer else numbers
    return ",".join(f"{value:.7f}".rstrip("0").rstrip(".") for value in bounds)
