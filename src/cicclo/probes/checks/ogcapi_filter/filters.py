"""Part 3 and CQL2: filters of known result, tried where their class is announced."""

import json
from typing import Any

from cicclo.ogc.crs import CRS84
from cicclo.probes.check import check
from cicclo.probes.checks.ogcapi_features.behaviour import EMPTY, refused
from cicclo.probes.checks.ogcapi_filter._queryables import CQL2, PART3, Known, announced, filtered, known
from cicclo.probes.checks.ogcapi_filter.queryables import only
from cicclo.probes.errors import Missing
from cicclo.probes.examples.site import Site
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols._items import Page, first_position
from cicclo.probes.protocols.ogcapi import OgcApi
from cicclo.probes.session import Ask

FILTER, TEXT, JSON = f"{PART3}filter", f"{CQL2}cql2-text", f"{CQL2}cql2-json"


def _ignored(site: Site) -> Site:
    """A damage: the filter is accepted and not applied."""
    return site.change(
        "*/items?*filter=*",
        lambda request, _old: site.answer(request.of("GET", site.base + "/collections/stops/items")),
    )


@check("ogcapi-filter/filter/cql2-text", on="ogcapi", breaks=_ignored)
async def text(api: OgcApi, ask: Ask) -> Verdict:
    await announced(api, FILTER, TEXT)
    collection, one = await known(api, ask)
    return only(
        await filtered(collection, f"{one.name} = {one.quoted}", ask, filter_lang="cql2-text"),
        one.name,
        one.value,
    )


@check("ogcapi-filter/filter/default-language", on="ogcapi", breaks=_ignored)
async def default_language(api: OgcApi, ask: Ask) -> Verdict:
    await announced(api, FILTER, TEXT)
    collection, one = await known(api, ask)
    return only(await filtered(collection, f"{one.name} = {one.quoted}", ask), one.name, one.value)


@check("ogcapi-filter/filter/cql2-json", on="ogcapi", breaks=_ignored)
async def cql2_json(api: OgcApi, ask: Ask) -> Verdict:
    await announced(api, FILTER, JSON)
    collection, one = await known(api, ask)
    expression = json.dumps({"op": "=", "args": [{"property": one.name}, one.value]}, ensure_ascii=False)
    return only(await filtered(collection, expression, ask, filter_lang="cql2-json"), one.name, one.value)


@check(
    "ogcapi-filter/filter/unknown-property",
    on="ogcapi",
    breaks=lambda site: site.reply("*/items?*filter=*no_such*", EMPTY),
)
async def unknown_property(api: OgcApi, ask: Ask) -> Verdict:
    await announced(api, FILTER, TEXT)
    return await refused(
        api.any_collection().items_url,
        {"filter": "cicclo_no_such_property = 1", "filter-lang": "cql2-text"},
        ask,
    )


@check(
    "ogcapi-filter/filter/invalid", on="ogcapi", breaks=lambda site: site.reply("*/items?*filter=*", EMPTY)
)
async def invalid(api: OgcApi, ask: Ask) -> Verdict:
    await announced(api, FILTER, TEXT)
    return await refused(api.any_collection().items_url, {"filter": "((", "filter-lang": "cql2-text"}, ask)


@check(
    "ogcapi-filter/filter/filter-crs",
    on="ogcapi",
    breaks=lambda site: site.reply("*/items?*filter-crs=*4326*", EMPTY),
)
async def filter_crs(api: OgcApi, ask: Ask) -> Verdict:
    """The same point, latitude first in EPSG:4326."""
    await announced(api, FILTER, TEXT, f"{CQL2}basic-spatial-functions")
    collection, one = await known(api, ask)
    latitude_first = "http://www.opengis.net/def/crs/EPSG/0/4326"
    if latitude_first not in collection.crs:
        raise Missing("EPSG:4326 n'est pas offert", "EPSG:4326 is not offered")
    x, y = _position(one)
    found = await filtered(
        collection, f"S_INTERSECTS({one.place}, POINT({y} {x}))", ask, filter_crs=latitude_first
    )
    return _holds(found, one)


@check(
    "ogcapi-filter/cql2/basic-spatial",
    on="ogcapi",
    breaks=lambda site: site.reply("*/items?*S_INTERSECTS*", EMPTY),
)
async def spatial(api: OgcApi, ask: Ask) -> Verdict:
    await announced(api, FILTER, TEXT, f"{CQL2}basic-spatial-functions")
    collection, one = await known(api, ask)
    x, y = _position(one)
    found = await filtered(collection, f"S_INTERSECTS({one.place}, POINT({x} {y}))", ask, filter_crs=CRS84)
    return _holds(found, one)


@check(
    "ogcapi-filter/cql2/case-insensitive",
    on="ogcapi",
    breaks=lambda site: site.reply("*/items?*CASEI*", EMPTY),
)
async def case_insensitive(api: OgcApi, ask: Ask) -> Verdict:
    await announced(api, FILTER, TEXT, f"{CQL2}case-insensitive-comparison")
    collection, one = await known(api, ask)
    found = await filtered(collection, f"CASEI({one.name}) = CASEI({one.quoted.upper()})", ask)
    return only(found, one.name, one.value)


@check(
    "ogcapi-filter/cql2/advanced-comparison",
    on="ogcapi",
    breaks=lambda site: site.reply("*/items?*LIKE*", EMPTY),
)
async def advanced(api: OgcApi, ask: Ask) -> Verdict:
    await announced(api, FILTER, TEXT, f"{CQL2}advanced-comparison-operators")
    collection, one = await known(api, ask)
    start = one.value[:3].replace("%", "_").replace("'", "''")
    found = await filtered(collection, f"{one.name} LIKE '{start}%' AND {one.name} IN ({one.quoted})", ask)
    return only(found, one.name, one.value)


def _position(one: Known) -> tuple[float, float]:
    position = first_position(one.feature)
    if position is None:
        raise Missing("objet sans géométrie", "feature without geometry")
    return position


def _holds(found: Page, one: Known) -> Verdict:
    wanted: Any = one.feature.get("id")
    if str(wanted) in found.ids or (found.next and found.features):
        return passed()
    return failed(
        f"l'objet « {wanted} » n'est pas trouvé là où il est",
        f"feature “{wanted}” is not found where it is",
        at=found.answer.url,
    )
