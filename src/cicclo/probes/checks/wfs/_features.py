"""Pages of features, asked the same way by several checks so that each is sent once."""

from typing import Any

from cicclo.probes.errors import Missing
from cicclo.probes.protocols import _gml, _ows
from cicclo.probes.protocols._gml import Page
from cicclo.probes.protocols.wfs import FeatureType, Wfs
from cicclo.probes.session import Ask

COLLECTIONS = ("FeatureCollection", "SimpleFeatureCollection")


async def page(wfs: Wfs, name: str, ask: Ask, *, count: int | None = 2, **more: Any) -> Page:
    """One page in the default format; raise BadDocument for an exception report."""
    return _gml.page(await _ows.document(ask, wfs.url, wfs.features(name, count=count, **more), *COLLECTIONS))


async def first_features(wfs: Wfs, name: str, ask: Ask) -> Page:
    """The first two features; raise Missing for an empty type."""
    found = await page(wfs, name, ask)
    if not found.features:
        raise Missing("aucun objet dans ce type", "no feature in this type")
    return found


async def hits(wfs: Wfs, name: str, ask: Ask, **more: Any) -> int | None:
    """The number of features, or None when the service does not say it."""
    return (await page(wfs, name, ask, count=None, RESULTTYPE="hits", **more)).matched


async def total(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> int:
    """The number of features; raise Missing when it is unknown."""
    found = await hits(wfs, feature_type.name, ask)
    if found is None:
        raise Missing("nombre total d'objets inconnu", "unknown number of features")
    return found
