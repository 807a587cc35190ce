"""WFS: reference systems, how they are written and the order of their axes."""

from collections.abc import AsyncIterator

from cicclo.ogc import crs
from cicclo.probes.check import check
from cicclo.probes.checks import _ows as judge
from cicclo.probes.checks.wfs._features import COLLECTIONS
from cicclo.probes.errors import BadDocument, BadStatus, Missing
from cicclo.probes.examples._ows import asks
from cicclo.probes.examples.site import Site
from cicclo.probes.model import Verdict, cannot_tell, failed, inapplicable, passed
from cicclo.probes.protocols import _gml, _ows
from cicclo.probes.protocols._ows import Box
from cicclo.probes.protocols.wfs import FeatureType, Wfs
from cicclo.probes.session import Ask

URN, URI, SHORT = "urn:ogc:def:crs:EPSG::4326", "http://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:4326"
MARGIN = 0.2  # degrees: announced boxes are rounded, and geometries may cross their border


@check(
    "wfs/crs/default-form",
    on="wfs",
    each="type",
    breaks=lambda site: site.edit_text(
        "/wfs*", "<DefaultCRS>urn:ogc:def:crs:EPSG::2154", "<DefaultCRS>EPSG:2154"
    ),
)
async def default_form(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """Two programs read the short form differently (qgis/QGIS pull request 57357)."""
    if wfs.version.startswith("1.0"):
        raise Missing("WFS 1.0 écrit la forme courte", "WFS 1.0 writes the short form")
    written = feature_type.crs[0] if feature_type.crs else ""
    if crs.form(written) in ("urn", "uri") or written.endswith("crs:None"):
        return passed(at=written)
    return failed(
        f"système par défaut écrit « {written} »",
        f"default reference system written “{written}”",
        at="FeatureType/DefaultCRS",
    )


@check(
    "wfs/crs/national",
    on="wfs",
    each="type",
    breaks=lambda site: site.edit_text("/wfs*", "EPSG::2154", "EPSG::27572"),
)
async def national(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    return judge.national_crs(feature_type.bbox, feature_type.crs)


def _longitude_first(site: Site) -> Site:
    return site.edit_text(
        "/wfs*", "<gml:pos>50.63000 3.06000", "<gml:pos>3.06000 50.63000", asks(srsname=URN)
    )


@check("wfs/crs/axis-order", on="wfs", each="type", breaks=_longitude_first)
async def axis_order(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> AsyncIterator[Verdict]:
    """With a URN or URI, the order of EPSG: latitude first in EPSG:4326."""
    if wfs.version.startswith("1.0"):
        raise Missing("WFS 1.0 écrit la longitude d'abord", "WFS 1.0 writes longitude first")
    box = _box(feature_type)
    for name, srs in (("urn", URN), ("uri", URI)):
        yield await _axes(wfs, feature_type, ask, box, srs=srs, facet=name, latitude_first=True)


@check(
    "wfs/crs/short-form",
    on="wfs",
    each="type",
    breaks=lambda site: site.edit_text(
        "/wfs*", "<gml:pos>3.06000 50.63000", "<gml:pos>50.63000 3.06000", asks(srsname=SHORT)
    ),
)
async def short_form(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """With the short form, longitude first, by the common rule of servers and clients."""
    return await _axes(
        wfs, feature_type, ask, _box(feature_type), srs=SHORT, facet="short", latitude_first=False
    )


def _box(feature_type: FeatureType) -> Box:
    if not any(crs.code(identifier) == "EPSG:4326" for identifier in feature_type.crs):
        raise Missing("EPSG:4326 n'est pas proposé", "EPSG:4326 is not offered")
    if feature_type.bbox is None or _ows.box_fault(feature_type.bbox):
        raise Missing("pas d'emprise annoncée utilisable", "no usable announced box")
    return feature_type.bbox


async def _axes(
    wfs: Wfs, feature_type: FeatureType, ask: Ask, box: Box, *, srs: str, facet: str, latitude_first: bool
) -> Verdict:
    try:
        root = await _ows.document(
            ask, wfs.url, wfs.features(feature_type.name, count=1, SRSNAME=srs), *COLLECTIONS
        )
    except (BadStatus, BadDocument) as error:
        if srs not in feature_type.crs:  # only the forms announced are owed (OGC 09-025r2, section 7.9)
            return inapplicable(
                f"{srs} : forme non annoncée, refusée",
                f"{srs}: form not announced, refused",
                at=srs,
                facet=facet,
            )
        return failed(
            f"{srs} refusé : {error.message.fr}",
            f"{srs} refused: {error.message.en}",
            at=error.at,
            code="refused",
            facet=facet,
        )
    position = next(filter(None, map(_gml.first_position, _gml.features(root))), None)
    if position is None:
        raise Missing("aucune géométrie", "no geometry")
    as_lon_lat, as_lat_lon = _inside(position, box), _inside(position[::-1], box)
    shown = f"{position[0]:g} {position[1]:g}"
    if as_lon_lat == as_lat_lon:
        return cannot_tell(
            f"{shown} ne tranche pas", f"{shown} does not decide", at=srs, code="undecided", facet=facet
        )
    if as_lat_lon == latitude_first:
        return passed(at=srs, facet=facet)
    wanted = ("latitude", "latitude") if latitude_first else ("longitude", "longitude")
    return failed(
        f"{shown} avec {srs} : {wanted[0]} d'abord attendue",
        f"{shown} with {srs}: {wanted[1]} first expected",
        at=srs,
        code="axis-order",
        facet=facet,
    )


def _inside(position: tuple[float, ...], box: Box) -> bool:
    west, south, east, north = box
    return west - MARGIN <= position[0] <= east + MARGIN and south - MARGIN <= position[1] <= north + MARGIN
