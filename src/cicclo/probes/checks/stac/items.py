"""Items of each collection: members, geometry, and files that answer."""

from collections.abc import AsyncIterator
from typing import Any

import shapely
from shapely.errors import GEOSException, ShapelyError

from cicclo.ogc.links import absolute, find_links, href
from cicclo.probes.check import check
from cicclo.probes.checks import _links
from cicclo.probes.checks.stac.catalog import is_bbox
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.stac import GEOJSON, Stac, StacCollection, features_of
from cicclo.probes.session import Ask

ITEMS = "/stac/collections/ortho/items"
TOLERANCE = 1e-4
MOST_ASSETS = 2


async def items_of(collection: StacCollection, ask: Ask) -> list[dict[str, Any]]:
    """A few items; from the `items` link of an API, or the `item` links of a static collection."""
    if collection.items_url:
        items = features_of(await ask.json(collection.items_url, {"limit": 3}, accept=GEOJSON))
    else:
        base = href(collection.document, "self", "")
        links = [
            absolute(base, str(link.get("href", ""))) for link in find_links(collection.document, "item")[:2]
        ]
        documents = [await ask.json(url) for url in links if url.startswith("http")]
        items = [document for document in documents if isinstance(document, dict)]
    if not items:
        raise Missing("aucun élément", "no item")
    return items


@check(
    "stac/item/members",
    on="stac",
    each="collection",
    breaks=lambda site: site.edit(ITEMS, lambda d: d["features"][0].pop("assets") and None),
)
async def members(stac: Stac, collection: StacCollection, ask: Ask) -> Verdict:
    for index, item in enumerate(await items_of(collection, ask)):
        absent = [
            name
            for name in ("stac_version", "id", "geometry", "properties", "links", "assets")
            if name not in item
        ]
        if item.get("type") != "Feature" or absent:
            at = f"/features/{index}/{(absent or ['type'])[0]}"
            return failed(
                f"{item.get('id')} : membre absent ou incorrect",
                f"{item.get('id')}: absent or incorrect member",
                at=at,
            )
        assets = item["assets"]
        if not isinstance(assets, dict) or not all(
            isinstance(a, dict) and isinstance(a.get("href"), str) for a in assets.values()
        ):
            return failed(
                f"{item.get('id')} : fichiers sans adresse",
                f"{item.get('id')}: assets without address",
                at=f"/features/{index}/assets",
            )
    return passed()


@check(
    "stac/item/datetime",
    on="stac",
    each="collection",
    breaks=lambda site: site.edit(ITEMS, lambda d: d["features"][0]["properties"].update(datetime=None)),
)
async def dated(stac: Stac, collection: StacCollection, ask: Ask) -> Verdict:
    """`datetime` may be null only with both bounds."""
    for index, item in enumerate(await items_of(collection, ask)):
        raw = item.get("properties")
        properties = raw if isinstance(raw, dict) else {}
        bounds = isinstance(properties.get("start_datetime"), str) and isinstance(
            properties.get("end_datetime"), str
        )
        if not isinstance(properties.get("datetime"), str) and not bounds:
            at = f"/features/{index}/properties/datetime"
            return failed(f"{item.get('id')} n'a pas de date", f"{item.get('id')} has no date", at=at)
    return passed()


@check(
    "stac/item/geometry",
    on="stac",
    each="collection",
    breaks=lambda site: site.edit(ITEMS, lambda d: d["features"][0].update(bbox=[40, 1, 41, 2])),
)
async def geometry(stac: Stac, collection: StacCollection, ask: Ask) -> Verdict:
    """The geometry must be valid, and the bbox its own (swapped axes show here)."""
    for index, item in enumerate(await items_of(collection, ask)):
        at, shape, box = f"/features/{index}", item.get("geometry"), item.get("bbox")
        if shape is None:
            continue
        if not isinstance(box, list) or not is_bbox(box):
            return failed(
                f"{item.get('id')} : bbox {box}",
                f"{item.get('id')}: bbox {box}",
                at=f"{at}/bbox",
                code="bbox",
            )
        try:
            bounds = shapely.geometry.shape(shape).bounds
        except (ShapelyError, GEOSException, ValueError, TypeError, KeyError, AttributeError, IndexError):
            return failed(
                f"{item.get('id')} : géométrie illisible",
                f"{item.get('id')}: unreadable geometry",
                at=f"{at}/geometry",
                code="geometry",
            )
        half = len(box) // 2
        pairs = zip(bounds, (box[0], box[1], box[half], box[half + 1]), strict=False)
        if box[0] <= box[half] and any(abs(a - b) > TOLERANCE for a, b in pairs):
            fr = f"{item.get('id')} : bbox {box}, géométrie {[round(x, 5) for x in bounds]}"
            return failed(
                fr, fr.replace(" :", ":").replace("géométrie", "geometry"), at=f"{at}/bbox", code="mismatch"
            )
    return passed()


@check("stac/item/self", on="stac", each="collection", breaks=lambda site: site.status(ITEMS + "/*", 404))
async def item_answers(stac: Stac, collection: StacCollection, ask: Ask) -> Verdict:
    item = (await items_of(collection, ask))[0]
    url = href(item, "self", collection.items_url)
    if not url:
        return failed("élément sans lien « self »", "item without a “self” link", at="/features/0/links")
    document = await ask.json(url, accept=GEOJSON)
    same = isinstance(document, dict) and document.get("id") == item.get("id")
    return (
        passed()
        if same
        else failed(
            f"{url} ne rend pas l'élément {item.get('id')}",
            f"{url} does not return item {item.get('id')}",
            at=url,
        )
    )


@check(
    "stac/item/assets-alive",
    on="stac",
    each="collection",
    breaks=lambda site: site.status("/stac/files/*", 404),
)
async def assets_answer(stac: Stac, collection: StacCollection, ask: Ask) -> AsyncIterator[Verdict]:
    item = (await items_of(collection, ask))[0]
    raw = item.get("assets")
    base = href(item, "self", collection.items_url) or collection.items_url
    hrefs = [
        absolute(base, a["href"])
        for a in (raw.values() if isinstance(raw, dict) else ())
        if isinstance(a, dict) and isinstance(a.get("href"), str)
    ]
    links = [url for url in dict.fromkeys(hrefs) if url.startswith(("http://", "https://"))]
    if not links:
        raise Missing("aucun fichier en HTTP", "no file over HTTP")
    for url in links[:MOST_ASSETS]:
        yield _links.alive(await ask.send("HEAD", url), at=url, facet=url)
