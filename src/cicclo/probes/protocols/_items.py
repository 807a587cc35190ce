"""Read answers of items: pages, features, geometries; nothing here trusts their types."""

import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from shapely import get_coordinates
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from cicclo.kernel.text import Text
from cicclo.ogc.links import find_links, media_type
from cicclo.probes.errors import BadDocument
from cicclo.probes.protocols._openapi import whole
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

GEOJSON = "application/geo+json"
SMALL = 10
"""How many features the first look asks for."""
MOST_PAGES = 5
WIDEST = 1000
"""The largest page a walk asks for."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of items that is a JSON object."""

    answer: Answer
    document: dict[str, Any]

    @property
    def features(self) -> list[dict[str, Any]]:
        raw = self.document.get("features")
        return [feature for feature in raw if isinstance(feature, dict)] if isinstance(raw, list) else []

    @property
    def ids(self) -> list[str]:
        return [str(feature["id"]) for feature in self.features if feature.get("id") is not None]

    @property
    def matched(self) -> int | None:
        return whole(self.document.get("numberMatched"))

    @property
    def next(self) -> str:
        """Address of the next page, in the same representation when several are linked; empty on the last."""
        links = [link for link in find_links(self.document, "next") if isinstance(link.get("href"), str)]
        same = [link for link in links if media_type(link.get("type")) in (GEOJSON, self.answer.media_type)]
        return urljoin(self.answer.url, (same or links)[0]["href"]) if links else ""


async def page(ask: Ask, url: str, params: Mapping[str, Any] | None = None, *, accept: str = GEOJSON) -> Page:
    """GET one page; raise NoAnswer, BadStatus or BadDocument."""
    document = await ask.json(url, params, accept=accept)
    answer = await ask.get(url, params, accept=accept)
    if not isinstance(document, dict):
        message = Text("un objet JSON est attendu", "a JSON object is expected")
        raise BadDocument(answer, message, code="not-an-object")
    return Page(answer, document)


async def walk(ask: Ask, url: str, first: Page, maximum: int | None = None) -> AsyncIterator[Page]:
    """Pages from the first, in a size that ends a small collection in three or four; never more than MOST_PAGES."""
    current = await page(ask, url, {"limit": walk_size(first, maximum)})
    yield current
    for _ in range(MOST_PAGES - 1):
        if not current.next:
            return
        current = await page(ask, current.next)
        yield current


def walk_size(first: Page, maximum: int | None = None) -> int:
    """A page size for a walk: a third of what matches, within what the server and we accept."""
    matched = first.matched
    if matched is None or matched < 0:
        return SMALL
    most = min(WIDEST, maximum) if maximum and maximum > 0 else WIDEST
    third = math.ceil(matched / 3)
    if third > most and matched <= most * (MOST_PAGES - 1):
        return most
    return max(1, third if third <= most else min(SMALL, most))


def geometry(feature: Mapping[str, Any]) -> BaseGeometry | None:
    """Geometry of a feature; None when it is null, empty or cannot be read."""
    raw = feature.get("geometry")
    if not isinstance(raw, dict):
        return None
    try:
        placed = shape(raw)
    except (ShapelyError, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return None
    return placed if not placed.is_empty and all(math.isfinite(value) for value in placed.bounds) else None


def first_position(feature: Mapping[str, Any]) -> tuple[float, float] | None:
    """First position of a feature's geometry, as written."""
    placed = geometry(feature)
    if placed is None:
        return None
    x, y = get_coordinates(placed)[0][:2]
    return float(x), float(y)


def in_world(placed: BaseGeometry) -> bool:
    """Tell whether a geometry can be longitude, latitude in degrees."""
    west, south, east, north = placed.bounds
    return bool(west >= -180 and east <= 180 and south >= -90 and north <= 90)
