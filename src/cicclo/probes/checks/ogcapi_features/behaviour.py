"""Part 1: do limit, bbox, datetime and errors behave as described."""

import re
from collections.abc import AsyncIterator
from typing import Any

from shapely.geometry import box

from cicclo.probes.check import check
from cicclo.probes.checks.ogcapi_features._look import base, looks, unjudged
from cicclo.probes.errors import Missing
from cicclo.probes.examples.site import Reply
from cicclo.probes.model import Verdict, cannot_tell, failed, inapplicable, passed
from cicclo.probes.protocols._items import GEOJSON, Page, geometry, page
from cicclo.probes.protocols.ogcapi import Collection, OgcApi
from cicclo.probes.session import Ask

LARGEST_ASKED = 10_000
HEAVY = 20_000_000
_DATE = re.compile(r"^\d{4}-\d\d-\d\d")
EMPTY = Reply.json({"type": "FeatureCollection", "features": [], "links": []}, GEOJSON)


async def refused(url: str, params: dict[str, Any], ask: Ask) -> Verdict:
    """The request must be answered by 400."""
    answer = await ask.get(url, params, accept=GEOJSON)
    sent = "&".join(f"{name}={value}" for name, value in params.items())
    if answer.failure is not None:
        return cannot_tell("pas de réponse", "no answer", at=answer.url)
    if answer.status == 400:
        return passed()
    fr, en = (
        f"« {sent} » répond {answer.status} au lieu de 400",
        f"“{sent}” answers {answer.status} instead of 400",
    )
    return failed(fr, en, at=answer.url, code=f"status-{answer.status}")


@check(
    "ogcapi-features/core/query-param-invalid",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.reply("*limit=unlimited*", EMPTY),
)
async def invalid(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    await base(collection, ask)
    return await refused(collection.items_url, {"limit": "unlimited"}, ask)


@check(
    "ogcapi-features/core/query-param-unknown",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.reply("*unknownQueryParameter*", EMPTY),
)
async def unknown(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    await base(collection, ask)
    return await refused(collection.items_url, {"unknownQueryParameter": "unknown"}, ask)


@check(
    "ogcapi-features/core/bbox-invalid",
    on="ogcapi",
    breaks=lambda site: site.reply("*bbox=1,2,3*", EMPTY),
)
async def bbox_invalid(api: OgcApi, ask: Ask) -> Verdict:
    await base(api.any_collection(), ask)
    return await refused(api.any_collection().items_url, {"bbox": "1,2,3", "limit": 1}, ask)


@check(
    "ogcapi-features/core/datetime-invalid",
    on="ogcapi",
    breaks=lambda site: site.reply("*datetime=yesterday*", EMPTY),
)
async def datetime_invalid(api: OgcApi, ask: Ask) -> Verdict:
    await base(api.any_collection(), ask)
    return await refused(api.any_collection().items_url, {"datetime": "yesterday", "limit": 1}, ask)


@check(
    "ogcapi-features/core/bbox-antimeridian",
    on="ogcapi",
    breaks=lambda site: site.status("*bbox=177,65,-177,70*", 400),
)
async def bbox_antimeridian(api: OgcApi, ask: Ask) -> Verdict:
    """West greater than east is a box across the 180th meridian, not a mistake (ETS issue 247)."""
    found = await page(ask, api.any_collection().items_url, {"bbox": "177,65,-177,70", "limit": 10})
    boxes = (box(176.999, 64.999, 180, 70.001), box(-180, 64.999, -176.999, 70.001))
    for index, feature in enumerate(found.features):
        placed = geometry(feature)
        if placed is not None and not any(placed.intersects(one) for one in boxes):
            return failed(
                "objet hors de l'emprise demandée",
                "feature outside the box asked for",
                at=f"/features/{index}",
            )
    return passed()


@check(
    "ogcapi-features/core/fc-bbox-response",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.change(
        "/ogcapi/collections/stops/items?*bbox=*",
        lambda _request, _old: site.answer(_request.of("GET", site.base + "/collections/stops/items")),
    ),
)
async def bbox_response(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    """The box is small, around a known feature: it must be found, and nothing that is elsewhere."""
    first = await base(collection, ask)
    async for look in looks(api, collection, ask):
        if look.facet == "bbox" and look.page is None:
            yield unjudged(look)
        elif look.facet == "bbox" and look.page is not None:
            wanted = [float(part) for part in look.params["bbox"].split(",")]
            yield _selected(look.page, wanted, first)
            yield _unplaced(look.page, first)


def _selected(found: Page, numbers: list[float], first: Page) -> Verdict:
    area = box(*numbers).buffer(1e-6)
    for index, feature in enumerate(found.features):
        placed = geometry(feature)
        if placed is not None and not placed.intersects(area):
            return failed(
                "objet hors de l'emprise demandée",
                "feature outside the box asked for",
                at=f"/features/{index}",
                code="outside",
            )
    inside = {str(f["id"]) for f in first.features if f.get("id") is not None and _touches(f, box(*numbers))}
    lost = inside - set(found.ids)
    if lost and not found.next:
        name = min(lost)
        return failed(
            f"l'objet « {name} », dans l'emprise, manque",
            f"feature “{name}”, inside the box, is missing",
            at="/features",
            code="lost",
        )
    return passed()


def _touches(feature: dict[str, Any], area: Any) -> bool:
    placed = geometry(feature)
    return placed is not None and bool(placed.intersects(area))


def _unplaced(found: Page, first: Page) -> Verdict:
    nowhere = {
        str(f["id"]) for f in first.features if f.get("id") is not None and f.get("geometry", 0) is None
    }
    if not nowhere or found.next:
        return inapplicable(
            "aucun objet sans géométrie connu", "no known feature without geometry", facet="no-geometry"
        )
    lost = nowhere - set(found.ids)
    if lost:
        name = min(lost)
        return failed(
            f"l'objet sans géométrie « {name} » manque",
            f"feature “{name}”, without geometry, is missing",
            at="/features",
            facet="no-geometry",
            code="lost",
        )
    return passed(facet="no-geometry")


@check(
    "ogcapi-features/core/fc-limit-response",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "/ogcapi/collections/stops/items?limit=9", lambda d: d["features"].append(d["features"][0])
    ),
)
async def limit_response(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    async for look in looks(api, collection, ask):
        if look.facet == "limit" and look.page is not None:
            count, asked = len(look.page.features), int(look.params["limit"])
            if count <= asked:
                return passed(f"{count} objets pour limit={asked}", f"{count} features for limit={asked}")
            return failed(
                f"{count} objets pour limit={asked}", f"{count} features for limit={asked}", at="/features"
            )
    return cannot_tell("aucune réponse à juger", "no answer to judge")


@check(
    "ogcapi-features/core/limit-over-maximum",
    on="ogcapi",
    breaks=lambda site: site.status("*limit=101*", 400),
)
async def over_maximum(api: OgcApi, ask: Ask) -> Verdict:
    """A limit over the maximum is not an error: the maximum applies."""
    collection = api.any_collection()
    maximum = api.maximum(collection)
    if maximum is None or not 0 < maximum <= LARGEST_ASKED:
        raise Missing("aucun maximum raisonnable annoncé", "no reasonable maximum announced")
    found = await page(ask, collection.items_url, {"limit": maximum + 1})
    if len(found.features) > maximum:
        count = len(found.features)
        return failed(
            f"{count} objets, maximum annoncé {maximum}",
            f"{count} features, announced maximum {maximum}",
            at="/features",
        )
    return passed()


@check(
    "ogcapi-features/items/page-weight",
    on="ogcapi",
    breaks=lambda site: site.edit("*limit=101*", lambda document: document.update(padding="x" * HEAVY)),
)
async def page_weight(api: OgcApi, ask: Ask) -> Verdict:
    """GDAL asks pages of the announced maximum: pages of tens of megabytes time out."""
    collection = api.any_collection()
    maximum = api.maximum(collection)
    if maximum is None or not 0 < maximum <= LARGEST_ASKED:
        raise Missing("aucun maximum raisonnable annoncé", "no reasonable maximum announced")
    found = await page(ask, collection.items_url, {"limit": maximum + 1})
    if not found.features:
        raise Missing("aucun objet à peser", "no feature to weigh")
    length, count = found.answer.length, len(found.features)
    weight = length * max(1, maximum // count) if found.next else length
    if weight > HEAVY:
        return failed(
            f"une page au maximum pèse {weight} octets",
            f"a page at the maximum weighs {weight} bytes",
            at=found.answer.url,
        )
    return passed(f"{length} octets pour {count} objets", f"{length} bytes for {count} features")


@check(
    "ogcapi-features/core/fc-time-response",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.change(
        "*datetime=1*",
        lambda _request, _old: site.answer(_request.of("GET", site.base + "/collections/stops/items")),
    ),
)
async def time_response(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    """An interval a century before the extent must not return features that carry later dates only."""
    start, _end = collection.interval
    if not _DATE.match(start):
        yield inapplicable("aucune étendue temporelle annoncée", "no temporal extent announced")
        return
    year = int(start[:4])
    params = {"datetime": f"{year - 101:04d}-01-01T00:00:00Z/{year - 100:04d}-01-01T00:00:00Z", "limit": 10}
    found = await page(ask, collection.items_url, params)
    for index, feature in enumerate(found.features):
        dates = _dates(feature)
        if dates and min(dates) >= start[:10]:
            fr, en = (
                f"objet daté {min(dates)} pour {params['datetime']}",
                f"feature dated {min(dates)} for {params['datetime']}",
            )
            yield failed(fr, en, at=f"/features/{index}/properties")
            return
    yield passed()


def _dates(feature: dict[str, Any]) -> list[str]:
    properties = feature.get("properties")
    values = properties.values() if isinstance(properties, dict) else ()
    return [value[:10] for value in values if isinstance(value, str) and _DATE.match(value)]
