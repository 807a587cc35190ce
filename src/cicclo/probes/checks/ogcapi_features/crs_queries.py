"""Part 2, queries: crs and bbox-crs obeyed, coordinates where they must be, Content-Crs telling the truth."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cicclo.ogc.crs import CRS84, CRS84H, northing_first
from cicclo.probes.check import check
from cicclo.probes.checks.ogcapi_features._look import base, first_id, small_box
from cicclo.probes.checks.ogcapi_features._reprojection import Other, box_in, others, same_places
from cicclo.probes.checks.ogcapi_features.behaviour import EMPTY, refused
from cicclo.probes.checks.ogcapi_features.features import item, item_url
from cicclo.probes.errors import Missing
from cicclo.probes.examples.site import Site
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols._items import SMALL, Page, page
from cicclo.probes.protocols.ogcapi import Collection, OgcApi
from cicclo.probes.session import Ask

NO_CRS = "http://www.opengis.net/def/crs/EPSG/0/0"


async def items_in(collection: Collection, crs: Other, ask: Ask) -> Page:
    return await page(ask, collection.items_url, {"limit": SMALL, "crs": crs.uri})


async def item_in(collection: Collection, crs: Other, ask: Ask) -> Page:
    return await page(ask, item_url(collection, await first_id(collection, ask)), {"crs": crs.uri})


def header_verdict(found: Page, wanted: tuple[str, ...], facet: str) -> Verdict:
    stated = found.answer.header("content-crs")
    if stated in {f"<{uri}>" for uri in wanted}:
        return passed(facet=facet)
    if not stated:
        return failed(
            "aucun en-tête Content-Crs",
            "no Content-Crs header",
            at=found.answer.url,
            facet=facet,
            code="absent",
        )
    return failed(
        f"Content-Crs : {stated} au lieu de <{wanted[0]}>",
        f"Content-Crs: {stated} instead of <{wanted[0]}>",
        at=found.answer.url,
        facet=facet,
        code="other",
    )


def first_wrong(verdicts: list[Verdict]) -> Verdict:
    return next((verdict for verdict in verdicts if verdict.code), verdicts[0])


@check(
    "ogcapi-features/crs/ogc-crs-header",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.header("*/items*crs=*2154*", "content-crs", None),
)
async def crs_header(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    chosen = others(collection)
    yield first_wrong(
        [header_verdict(await items_in(collection, crs, ask), (crs.uri,), "items") for crs in chosen]
    )
    yield header_verdict(await item_in(collection, chosen[-1], ask), (chosen[-1].uri,), "item")


@check(
    "ogcapi-features/crs/fc-crs-default-value",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.header(
        "*/items?limit=10", "content-crs", "<http://www.opengis.net/def/crs/EPSG/0/4326>"
    ),
)
async def default_header(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    """Without crs, the answer says CRS84 (or CRS84h)."""
    yield header_verdict(await base(collection, ask), (CRS84, CRS84H), "items")
    yield header_verdict(await item(collection, ask), (CRS84, CRS84H), "item")


@check(
    "ogcapi-features/crs/fc-crs-valid-value",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.reply("*/items?*crs=*EPSG/0/0", EMPTY),
)
async def invalid_crs(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    await base(collection, ask)
    refusal = await refused(collection.items_url, {"crs": NO_CRS}, ask)
    yield _facet(refusal, "items")
    yield _facet(
        await refused(item_url(collection, await first_id(collection, ask)), {"crs": NO_CRS}, ask), "item"
    )


def _facet(verdict: Verdict, facet: str) -> Verdict:
    return Verdict(verdict.outcome, verdict.message, verdict.at, verdict.code, facet)


def _unprojected(site: Site) -> Site:
    """A damage: crs is accepted and announced, coordinates stay in degrees."""
    return site.edit(
        "*/items*crs=*2154*",
        lambda d: [f["geometry"].update(coordinates=[2.9, 50.5]) for f in d.get("features", [d])] and None,
    )


@check("ogcapi-features/crs/crs-action", on="ogcapi", each="collection", breaks=_unprojected)
async def transformed(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    """Coordinates are those that PROJ computes, in the order of axes of the CRS."""
    chosen = others(collection)
    first = await base(collection, ask)
    yield first_wrong(
        [same_places(first, await items_in(collection, crs, ask), crs, "items") for crs in chosen]
    )
    yield same_places(first, await item_in(collection, chosen[-1], ask), chosen[-1], "item")


def _swap(document: dict[str, Any]) -> None:
    for feature in document["features"]:
        if feature["geometry"] and feature["geometry"]["type"] == "Point":
            feature["geometry"]["coordinates"].reverse()


@check(
    "ogcapi-features/crs/axis-order",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit("*crs=*EPSG/0/4326*", _swap),
)
async def axis_order(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """EPSG:4326 is latitude first: the trap that puts France off Somalia."""
    chosen = [crs for crs in others(collection) if northing_first(crs.uri)]
    if not chosen:
        raise Missing(
            "aucun CRS dont le premier axe soit la latitude", "no CRS whose first axis is the latitude"
        )
    return same_places(await base(collection, ask), await items_in(collection, chosen[0], ask), chosen[0])


@check(
    "ogcapi-features/crs/no-legacy-member",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit("*/items*crs=*", lambda document: document.update(crs={"type": "name"})),
)
async def no_legacy_member(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """The crs member of GeoJSON 2008 contradicts RFC 7946; some readers obey it and swap axes."""
    found = await items_in(collection, others(collection)[-1], ask)
    if "crs" in found.document:
        return failed("membre « crs » à la racine", "“crs” member at the root", at="/crs")
    for index, feature in enumerate(found.features):
        if "crs" in feature:
            return failed(
                "membre « crs » dans un objet", "“crs” member in a feature", at=f"/features/{index}/crs"
            )
    return passed()


@check(
    "ogcapi-features/paging/keeps-crs",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit_text("*/items?*crs=*", "&crs=", "&x="),
)
async def keeps_crs(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    crs = others(collection)[-1]
    found = await items_in(collection, crs, ask)
    if not found.next:
        raise Missing("une seule page", "a single page")
    kept = dict(parse_qsl(urlsplit(found.next).query)).get("crs")
    if kept == crs.uri:
        return passed()
    return failed(
        f"« next » porte crs={kept} au lieu de {crs.uri}",
        f"“next” carries crs={kept} instead of {crs.uri}",
        at="/links",
    )


@check(
    "ogcapi-features/crs/bbox-crs-action",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.reply("/ogcapi/collections/stops/items?*bbox-crs=*2154*", EMPTY),
)
async def bbox_crs(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    """The same box in two CRS selects the same features."""
    plain = await _boxed(collection, ask, "")
    yield _same_ids(plain, await _boxed(collection, ask, CRS84), CRS84, "default")
    for crs in others(collection)[-1:]:
        yield _same_ids(plain, await _boxed(collection, ask, crs.uri), crs.uri, "other")


async def _boxed(collection: Collection, ask: Ask, crs: str) -> Page:
    box = small_box(await base(collection, ask))
    if not box:
        raise Missing("aucune position connue", "no known position")
    if not crs:
        return await page(ask, collection.items_url, {"bbox": box, "limit": 100})
    west, south, east, north = (float(part) for part in box.split(","))
    numbers = box if crs == CRS84 else box_in((west, south, east, north), crs)
    return await page(ask, collection.items_url, {"bbox": numbers, "bbox-crs": crs, "limit": 100})


def _same_ids(plain: Page, other: Page, crs: str, facet: str) -> Verdict:
    differing = set(plain.ids) ^ set(other.ids)
    if not differing or plain.next or other.next:
        return passed(facet=facet)
    count, name = len(differing), min(differing)
    fr = f"bbox-crs={crs} : {count} objet(s) de différence, dont « {name} »"
    return failed(
        fr,
        f"bbox-crs={crs}: {count} differing feature(s), such as “{name}”",
        at=other.answer.url,
        facet=facet,
    )


@check(
    "ogcapi-features/crs/fc-bbox-crs-default-value",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.reply(
        "*/stops/items?*bbox=*limit=100", EMPTY, lambda request: "bbox-crs" not in request.url
    ),
)
async def bbox_crs_default(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """Without bbox-crs, a box in CRS84 around a known feature finds it."""
    found = await _boxed(collection, ask, "")
    explicit = await _boxed(collection, ask, CRS84)
    return _same_ids(found, explicit, CRS84, "")


@check(
    "ogcapi-features/crs/fc-bbox-crs-valid-value",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.reply("*bbox-crs=*EPSG/0/0", EMPTY),
)
async def invalid_bbox_crs(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    await base(collection, ask)
    return await refused(collection.items_url, {"bbox": "2,48,3,49", "bbox-crs": NO_CRS}, ask)
