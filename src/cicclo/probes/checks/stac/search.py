"""Item search, by behaviour: what comes back must match what was asked."""

import json
from typing import Any

from cicclo.kernel.text import Text
from cicclo.ogc.links import absolute, find_links
from cicclo.probes.check import check
from cicclo.probes.documents import json_of, success
from cicclo.probes.errors import BadDocument, Missing
from cicclo.probes.examples.stac import search as everything
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.stac import GEOJSON, Stac, features_of
from cicclo.probes.session import Ask

SEARCH = "/stac/search*"


def asks(name: str) -> Any:
    """Recognise the example's requests that use a parameter, in the address or the body."""
    return lambda request: f"{name}=" in request.url or f'"{name}"'.encode() in request.body


def ignored(name: str) -> Any:
    """Damage: the parameter is accepted and changes nothing."""
    return lambda site: site.reply(SEARCH, everything({}), where=asks(name))


async def found(stac: Stac, ask: Ask, **params: Any) -> list[dict[str, Any]]:
    return features_of(await ask.json(stac.search(), params, accept=GEOJSON))


async def posted(stac: Stac, ask: Ask, **params: Any) -> list[dict[str, Any]]:
    headers = {"content-type": "application/json", "accept": GEOJSON}
    answer = success(await ask.send("POST", stac.search(), headers=headers, body=json.dumps(params).encode()))
    document = json_of(answer)
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise BadDocument(
            answer,
            Text("ce n'est pas une FeatureCollection", "this is not a FeatureCollection"),
            code="not-features",
        )
    return features_of(document)


async def one_item(stac: Stac, ask: Ask) -> dict[str, Any]:
    """An item with a flat extent, to ask for it again; raise Missing when there is none."""
    for item in await found(stac, ask, limit=5):
        if isinstance(item.get("id"), str) and flat(item):
            return item
    raise Missing("aucun élément avec une emprise", "no item with an extent")


def flat(item: dict[str, Any]) -> list[float]:
    """West, south, east, north of an item; nothing when it has no usable bbox."""
    box = item.get("bbox")
    if (
        not isinstance(box, list)
        or len(box) not in (4, 6)
        or not all(isinstance(x, int | float) for x in box)
    ):
        return []
    half = len(box) // 2
    return [float(x) for x in (box[0], box[1], box[half], box[half + 1])]


@check("stac/search/get", on="stac", breaks=lambda site: site.header(SEARCH, "content-type", "text/html"))
async def get_search(stac: Stac, ask: Ask) -> Verdict:
    answer = success(await ask.get(stac.search(), {"limit": 2}, accept=GEOJSON))
    document = json_of(answer)
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        return failed("ce n'est pas une FeatureCollection", "this is not a FeatureCollection", at="/type")
    if answer.media_type not in (GEOJSON, "application/json"):
        return failed(
            f"type de média {answer.media_type}", f"media type {answer.media_type}", at="content-type"
        )
    return passed()


@check("stac/search/limit", on="stac", breaks=ignored("limit"))
async def limit(stac: Stac, ask: Ask) -> Verdict:
    count = len(await found(stac, ask, limit=1))
    return (
        passed()
        if count <= 1
        else failed(f"limit=1 donne {count} éléments", f"limit=1 gives {count} items", at="/features")
    )


@check(
    "stac/search/post",
    on="stac",
    breaks=lambda site: site.status(SEARCH, 405, where=lambda r: r.method == "POST"),
)
async def post_search(stac: Stac, ask: Ask) -> Verdict:
    """GET and POST must agree: same request, same items."""
    one, other = await found(stac, ask, limit=2), await posted(stac, ask, limit=2)
    ids = [[str(item.get("id")) for item in page] for page in (one, other)]
    if ids[0] != ids[1]:
        return failed(
            f"GET donne {ids[0]}, POST {ids[1]}", f"GET gives {ids[0]}, POST {ids[1]}", at="/features"
        )
    return passed()


@check("stac/search/bbox", on="stac", breaks=ignored("bbox"))
async def bbox(stac: Stac, ask: Ask) -> Verdict:
    item = await one_item(stac, ask)
    box = flat(item)
    return _meets(
        await found(stac, ask, bbox=",".join(f"{x:g}" for x in _inside(box)), limit=20), box, "bbox"
    )


@check("stac/search/intersects", on="stac", breaks=ignored("intersects"))
async def intersects(stac: Stac, ask: Ask) -> Verdict:
    item = await one_item(stac, ask)
    west, south, east, north = _inside(flat(item))
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return _meets(
        await posted(stac, ask, intersects={"type": "Polygon", "coordinates": [ring]}, limit=20),
        flat(item),
        "intersects",
    )


def _inside(box: list[float]) -> list[float]:
    """A box within another, so that rounding cannot make them miss each other."""
    west, south, east, north = box
    if west > east:
        raise Missing("emprise à cheval sur l'antiméridien", "extent over the antimeridian")
    dx, dy = (east - west) / 4, (north - south) / 4
    return [round(x, 6) for x in (west + dx, south + dy, east - dx, north - dy)]


def _meets(items: list[dict[str, Any]], box: list[float], name: str) -> Verdict:
    """Every item must touch the box of the one we asked for; an empty answer loses it."""
    if not items:
        return failed(
            f"{name} autour d'un élément connu ne rend rien",
            f"{name} around a known item returns nothing",
            at="/features",
            code="lost",
        )
    for item in items:
        other = flat(item)
        if (
            other
            and (other[0] <= other[2])
            and not (other[0] <= box[2] and box[0] <= other[2] and other[1] <= box[3] and box[1] <= other[3])
        ):
            return failed(
                f"{item.get('id')} est hors de l'emprise demandée",
                f"{item.get('id')} is outside the extent asked",
                at="/features",
                code="ignored",
            )
    return passed()


@check("stac/search/datetime", on="stac", breaks=ignored("datetime"))
async def time(stac: Stac, ask: Ask) -> Verdict:
    """Nothing dates from the year 1000."""
    items = await found(stac, ask, datetime="1000-01-01T00:00:00Z/1000-12-31T00:00:00Z", limit=5)
    if items:
        return failed(
            f"l'an 1000 donne {len(items)} éléments",
            f"the year 1000 gives {len(items)} items",
            at="/features",
        )
    return passed()


@check("stac/search/ids", on="stac", breaks=ignored("ids"))
async def ids(stac: Stac, ask: Ask) -> Verdict:
    wanted = str((await one_item(stac, ask))["id"])
    got = [str(item.get("id")) for item in await found(stac, ask, ids=wanted, limit=5)]
    if got and set(got) == {wanted}:
        return passed()
    return failed(f"ids={wanted} donne {got}", f"ids={wanted} gives {got}", at="/features")


def circular(page: dict[str, Any]) -> None:
    """Damage: the next page is the first."""
    page["links"] = [{"rel": "next", "href": "https://good.example/stac/search?limit=1"}]


@check("stac/search/paging", on="stac", breaks=lambda site: site.edit(SEARCH, circular))
async def paging(stac: Stac, ask: Ask) -> Verdict:
    """The next page must bring an item that the first one did not have."""
    page = await ask.json(stac.search(), {"limit": 1}, accept=GEOJSON)
    links = find_links(page, "next")
    if not links:
        if len(await found(stac, ask, limit=5)) > 1:
            return failed(
                "limit=1 sur plusieurs éléments, sans lien « next »",
                "limit=1 over several items, without a “next” link",
                at="/links",
                code="no-next",
            )
        raise Missing("un seul élément", "a single item")
    link = links[0]
    target = absolute(stac.search(), str(link.get("href", "")))
    if str(link.get("method", "GET")).upper() == "POST":
        body = link.get("body")
        answer = await ask.send(
            "POST",
            target,
            headers={"content-type": "application/json"},
            body=json.dumps({"limit": 1, **(body if isinstance(body, dict) else {})}).encode(),
        )
        following = features_of(json_of(success(answer)))
    else:
        following = features_of(await ask.json(target, accept=GEOJSON))
    first = {str(item.get("id")) for item in features_of(page)}
    if any(str(item.get("id")) in first for item in following):
        return failed(
            "la page suivante répète la première",
            "the next page repeats the first",
            at=target,
            code="repeated",
        )
    return passed()
