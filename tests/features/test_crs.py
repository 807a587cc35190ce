"""CRS: what is offered where, identifiers, and coordinates against the formulas of IGN."""

import math

import numpy as np
import pytest
import shapely

from cicclo.features.reprojection import reproject
from cicclo.kernel.errors import BadInput
from cicclo.ogc import crs as crss

METROPOLITAN = (-5.2, 41.3, 9.6, 51.1)
REUNION = (55.2, -21.4, 55.9, -20.8)


def codes(*numbers: int) -> list[str]:
    return [f"http://www.opengis.net/def/crs/EPSG/0/{each}" for each in numbers]


def test_metropolitan_data_are_offered_in_the_legal_systems() -> None:
    """CRS84 first, the storage's own, the world's two, then Lambert-93, the nine conic zones, RGF93, ETRS89."""
    found = crss.offered(crss.uri("EPSG:2154"), METROPOLITAN)
    assert found[0] == crss.CRS84
    assert list(found[1:]) == codes(2154, 4326, 3857, *range(3942, 3951), 4171, 4258)


@pytest.mark.parametrize(
    ("extent", "legal"),
    [
        (REUNION, 2975),
        ((-61.9, 15.8, -60.8, 16.6), 5490),
        ((-54.0, 3.0, -51.6, 5.8), 2972),
        ((45.0, -13.0, 45.3, -12.6), 4471),
        ((-56.5, 46.7, -56.1, 47.2), 4467),
    ],
)
def test_overseas_data_are_offered_in_their_legal_system(
    extent: tuple[float, float, float, float], legal: int
) -> None:
    """Decree 2000-1276: one system per territory, and none of the others."""
    assert list(crss.offered(crss.CRS84, extent)) == [crss.CRS84, *codes(4326, 3857, legal)]


def test_an_extent_across_the_antimeridian() -> None:
    """Polynesia and beyond: west is larger than east."""
    assert codes(3163)[0] in crss.offered(crss.CRS84, (163.0, -23.0, -140.0, -7.0))
    assert codes(2154)[0] not in crss.offered(crss.CRS84, (163.0, -23.0, -140.0, -7.0))


def test_what_is_unknown_is_offered_widely_and_a_storage_of_no_register_not_at_all() -> None:
    """Without an extent nothing can be left out; a CRS without URI cannot be named."""
    assert len(crss.offered("", None)) == 3 + len(crss.LEGAL)


@pytest.mark.parametrize(
    ("given", "uri"),
    [
        ("EPSG:2154", codes(2154)[0]),
        ("urn:ogc:def:crs:EPSG::2154", codes(2154)[0]),
        ("http://www.opengis.net/def/crs/EPSG/9.9.1/2154", codes(2154)[0]),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", crss.CRS84),
        ("CRS:84", crss.CRS84),
        (crss.CRS84H, crss.CRS84H),
        ("IGNF:LAMB93", ""),
        ("", ""),
    ],
)
def test_identifiers_become_uris(given: str, uri: str) -> None:
    """OGC 18-058r1 wants URIs."""
    assert crss.uri(given) == uri


def conic(
    longitude: float,
    latitude: float,
    parallels: tuple[float, float],
    origin: tuple[float, float, float, float],
) -> tuple[float, float]:
    """Lambert's secant conic projection by IGN's algorithms (NT/G 71, ALG0001, ALG0019 and ALG0003), GRS 80."""
    a, f = 6378137.0, 1 / 298.257222101
    e = math.sqrt(2 * f - f * f)
    lon0, lat0, x0, y0 = origin

    def isometric(lat: float) -> float:
        return math.atanh(math.sin(lat)) - e * math.atanh(e * math.sin(lat))

    def normal(lat: float) -> float:
        return a / math.sqrt(1 - (e * math.sin(lat)) ** 2)

    lat1, lat2 = map(math.radians, parallels)
    n = math.log(normal(lat2) * math.cos(lat2) / (normal(lat1) * math.cos(lat1))) / (
        isometric(lat1) - isometric(lat2)
    )
    c = normal(lat1) * math.cos(lat1) / n * math.exp(n * isometric(lat1))
    pole = y0 + c * math.exp(-n * isometric(math.radians(lat0)))
    r = c * math.exp(-n * isometric(math.radians(latitude)))
    angle = n * math.radians(longitude - lon0)
    return x0 + r * math.sin(angle), pole - r * math.cos(angle)


ZONES = {2154: ((44.0, 49.0), (3.0, 46.5, 700_000.0, 6_600_000.0))}
ZONES |= {
    3900 + zone: (
        (zone - 0.75, zone + 0.75),
        (3.0, float(zone), 1_700_000.0, 1_200_000.0 + (zone - 42) * 1_000_000),
    )
    for zone in range(42, 51)
}


@pytest.mark.parametrize("number", list(ZONES))
def test_projected_coordinates_are_those_of_the_formulas(number: int) -> None:
    """Lambert-93 and the nine conic zones, to the tenth of a millimetre, easting first."""
    parallels, origin = ZONES[number]
    latitude = origin[1] + 0.3
    points = np.array([shapely.Point(x, latitude) for x in (-1.5, 2.3522219, 7.2)], dtype=object)
    moved = reproject(points, crss.CRS84, codes(number)[0])
    for point, result in zip(points, moved, strict=True):
        assert (result.x, result.y) == pytest.approx(conic(point.x, point.y, parallels, origin), abs=1e-4)
    back = reproject(moved, codes(number)[0], crss.CRS84)
    assert shapely.get_coordinates(back) == pytest.approx(shapely.get_coordinates(points), abs=1e-9)


def test_web_mercator_is_that_of_its_definition() -> None:
    """R * longitude, R * ln(tan(45° + latitude / 2)) with R = 6378137."""
    point = reproject(np.array([shapely.Point(2, 46)], dtype=object), crss.CRS84, codes(3857)[0])[0]
    expected = 6378137 * math.radians(2), 6378137 * math.log(math.tan(math.pi / 4 + math.radians(46) / 2))
    assert (point.x, point.y) == pytest.approx(expected, abs=1e-6)


def test_heights_and_absences_are_kept() -> None:
    """A projection changes the plane only; the order of axes is the same on both sides."""
    given = np.array([shapely.Point(2, 46, 35), None, shapely.Point(2, 46), shapely.Point()], dtype=object)
    moved = reproject(given, crss.CRS84, codes(2154)[0])
    assert moved[0].z == 35
    assert moved[1] is None
    assert not moved[2].has_z
    assert moved[3].is_empty
    assert reproject(given, crss.CRS84, codes(4326)[0]) is given
    assert list(given[0].coords) == [(2, 46, 35)]  # what was given is not changed


def test_an_unknown_crs_is_refused() -> None:
    """EPSG has no 999999."""
    with pytest.raises(BadInput):
        reproject(np.array([shapely.Point(2, 46)], dtype=object), crss.CRS84, codes(999999)[0])
