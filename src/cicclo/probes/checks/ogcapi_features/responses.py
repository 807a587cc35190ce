"""Part 1: what every answer of items holds, whatever the parameters."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

from cicclo.ogc.links import links_of
from cicclo.probes.check import check
from cicclo.probes.checks.ogcapi_features._look import (
    Look,
    expected_alternates,
    judged,
    links_verdict,
    looks,
    unjudged,
    verdict_of,
)
from cicclo.probes.errors import Unusable
from cicclo.probes.model import Verdict, cannot_tell, failed, inapplicable, passed
from cicclo.probes.protocols._items import GEOJSON, MOST_PAGES, Page, geometry, in_world, page
from cicclo.probes.protocols._openapi import whole
from cicclo.probes.protocols.ogcapi import Collection, OgcApi
from cicclo.probes.session import Ask

_INSTANT = re.compile(r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$")


@check(
    "ogcapi-features/core/fc-op",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.status("/ogcapi/collections/stops/items?*bbox=*", 500),
)
async def operation(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    async for look in looks(api, collection, ask):
        if look.error:
            yield verdict_of(look.error, look.facet)
        else:
            yield passed(facet=look.facet) if look.page else unjudged(look)


@check(
    "ogcapi-features/core/fc-response-type",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit("*/items?*", lambda document: document.update(type="Features")),
)
async def type_property(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    def judge(found: Page) -> Verdict:
        kind = found.document.get("type")
        return (
            passed()
            if kind == "FeatureCollection"
            else failed(f"« type » vaut {kind!r}", f"“type” is {kind!r}", at="/type")
        )

    async for verdict in judged(api, collection, ask, judge):
        yield verdict


@check(
    "ogcapi-features/core/fc-response-features",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit("*/items?*", lambda document: document.update(features=None)),
)
async def features_property(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    def judge(found: Page) -> Verdict:
        raw = found.document.get("features")
        if not isinstance(raw, list):
            return failed("« features » n'est pas une liste", "“features” is not a list", at="/features")
        wrong = next(
            (i for i, one in enumerate(raw) if not isinstance(one, dict) or one.get("type") != "Feature"),
            None,
        )
        return (
            passed()
            if wrong is None
            else failed("ce n'est pas un « Feature »", "this is not a “Feature”", at=f"/features/{wrong}")
        )

    async for verdict in judged(api, collection, ask, judge):
        yield verdict


@check(
    "ogcapi-features/core/fc-links",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit("*/items?*", lambda document: document.update(links=document["links"][1:])),
)
async def links(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    promised = expected_alternates(api, GEOJSON)
    async for verdict in judged(api, collection, ask, lambda found: links_verdict(found.document, promised)):
        yield verdict


@check(
    "ogcapi-features/core/fc-rel-type",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit("*/items?*", lambda document: document["links"][-1].update(type=None)),
)
async def typed_links(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    def judge(found: Page) -> Verdict:
        for index, link in enumerate(links_of(found.document)):
            if not isinstance(link.get("rel"), str) or not isinstance(link.get("type"), str):
                rel = link.get("rel")
                return failed(f"lien « {rel} » incomplet", f"incomplete “{rel}” link", at=f"/links/{index}")
        return passed()

    async for verdict in judged(api, collection, ask, judge):
        yield verdict


@check(
    "ogcapi-features/core/fc-timeStamp",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "*/items?*", lambda document: document.update(timeStamp="01/11/2026 10:00")
    ),
)
async def time_stamp(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    def judge(found: Page) -> Verdict:
        stamp = found.document.get("timeStamp")
        if stamp is None:
            return inapplicable("« timeStamp » est absent", "“timeStamp” is absent")
        return (
            passed()
            if is_instant(stamp)
            else failed(f"« {stamp} » n'est pas un instant", f"“{stamp}” is not an instant", at="/timeStamp")
        )

    async for verdict in judged(api, collection, ask, judge):
        yield verdict


def is_instant(value: object) -> bool:
    """An RFC 3339 date-time that exists in the calendar."""
    if not isinstance(value, str) or not _INSTANT.match(value):
        return False
    try:
        datetime.fromisoformat(value.upper())
    except ValueError:
        return False
    return True


@check(
    "ogcapi-features/core/fc-numberReturned",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "*/items?*", lambda document: document.update(numberReturned=document["numberReturned"] + 1)
    ),
)
async def number_returned(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    def judge(found: Page) -> Verdict:
        if "numberReturned" not in found.document:
            return inapplicable("« numberReturned » est absent", "“numberReturned” is absent")
        stated, count = whole(found.document["numberReturned"]), len(found.features)
        if stated == count:
            return passed()
        return failed(
            f"annonce {stated}, contient {count} objets",
            f"says {stated}, holds {count} features",
            at="/numberReturned",
        )

    async for verdict in judged(api, collection, ask, judge):
        yield verdict


@check(
    "ogcapi-features/core/fc-numberMatched",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "*/items?*", lambda document: document.update(numberMatched=document["numberMatched"] + 1)
    ),
)
async def number_matched(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    """Counted by following the links, as far as MOST_PAGES pages."""
    async for look in looks(api, collection, ask):
        if look.page is None:
            yield unjudged(look)
        elif look.page.matched is None:
            yield inapplicable("« numberMatched » est absent", "“numberMatched” is absent", facet=look.facet)
        else:
            yield replace(await _matched(look, look.page, api, collection, ask), facet=look.facet)


async def _matched(look: Look, found: Page, api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    start = found
    if not look.facet:  # the walk of paging counts the same selection with fewer requests
        start = await page(ask, collection.items_url, (await _limit(api, collection, ask)).params)
    count, ended = await count_from(start, ask)
    stated = found.matched or 0
    if not ended and count <= stated:
        fr = f"{count} objets lus sur {stated} annoncés, sans aller au bout"
        return cannot_tell(
            fr, f"{count} features read of {stated} announced, without going to the end", at="/numberMatched"
        )
    if count == stated:
        return passed()
    return failed(f"annonce {stated}, en donne {count}", f"says {stated}, gives {count}", at="/numberMatched")


async def _limit(api: OgcApi, collection: Collection, ask: Ask) -> Look:
    found = [look async for look in looks(api, collection, ask) if look.facet == "limit"]
    return found[0]


async def count_from(start: Page, ask: Ask) -> tuple[int, bool]:
    """Features from a page on, following `next`; and whether the end was reached."""
    count, current = len(start.features), start
    for _ in range(MOST_PAGES - 1):
        if not current.next:
            return count, True
        try:
            current = await page(ask, current.next)
        except Unusable:  # the check of paging says why
            return count, True
        count += len(current.features)
    return count, not current.next


@check(
    "ogcapi-features/core/crs84",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "/ogcapi/collections/stops/items?*",
        lambda d: d["features"][0]["geometry"].update(coordinates=[704000.0, 7050000.0]),
    ),
)
async def crs84(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    """Without a crs parameter, geometries are longitude, latitude in degrees."""

    def judge(found: Page) -> Verdict:
        for index, feature in enumerate(found.features):
            placed = geometry(feature)
            if placed is not None and not in_world(placed):
                bounds = ", ".join(f"{value:g}" for value in placed.bounds)
                at = f"/features/{index}/geometry"
                return failed(
                    f"hors du monde en degrés : {bounds}", f"outside the world in degrees: {bounds}", at=at
                )
        return passed()

    async for verdict in judged(api, collection, ask, judge):
        yield verdict
