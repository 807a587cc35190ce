"""The four requests that the response tests repeat: as it is, with bbox, with limit, with datetime."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from cicclo.kernel.text import Text
from cicclo.ogc.links import find_links, links_of, media_type
from cicclo.probes.errors import BadDocument, BadStatus, Missing, Unusable
from cicclo.probes.model import Outcome, Verdict, cannot_tell, failed, inapplicable, passed
from cicclo.probes.protocols._items import GEOJSON, SMALL, Page, first_position, page, walk_size
from cicclo.probes.protocols.ogcapi import Collection, OgcApi
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Failure

NEAR = 0.001
"""Half a side of the small box around a known position, in degrees."""
ENOUGH = 100
NOT_ASKED = (Failure.BUDGET, Failure.NOT_RECORDED, Failure.ROBOTS)
PART1 = "ogcapi-features-1/conf/"


@dataclass(frozen=True, slots=True)
class Look:
    """One of the requests: its answer, or why there is none."""

    facet: str
    params: dict[str, Any]
    page: Page | None = None
    error: Unusable | None = None
    missing: Text | None = None


async def base(collection: Collection, ask: Ask) -> Page:
    """The first small page; raise Missing when it cannot be read, which `fc-op` reports once for all."""
    try:
        return await page(ask, collection.items_url, {"limit": SMALL})
    except (BadStatus, BadDocument) as error:
        raise Missing("les objets ne peuvent pas être lus", "items cannot be read") from error


async def looks(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Look]:
    """The four requests, in turn; those that have no sense for the collection say so."""
    first = await _look("", collection, {"limit": SMALL}, ask)
    yield first
    if first.page is None:
        return
    box = small_box(first.page) or extent_box(collection)
    yield await _or_missing("bbox", collection, {"bbox": box, "limit": ENOUGH} if box else {}, ask)
    yield await _look("limit", collection, {"limit": walk_size(first.page, api.maximum(collection))}, ask)
    when = interval(collection)
    yield await _or_missing("datetime", collection, {"datetime": when, "limit": ENOUGH} if when else {}, ask)


async def _look(facet: str, collection: Collection, params: dict[str, Any], ask: Ask) -> Look:
    try:
        return Look(facet, params, await page(ask, collection.items_url, params))
    except Unusable as error:
        return Look(facet, params, error=error)


async def _or_missing(facet: str, collection: Collection, params: dict[str, Any], ask: Ask) -> Look:
    if params:
        return await _look(facet, collection, params, ask)
    return Look(
        facet,
        params,
        missing=Text("la collection n'annonce pas d'étendue", "the collection announces no extent"),
    )


async def judged(
    api: OgcApi, collection: Collection, ask: Ask, judge: Callable[[Page], Verdict]
) -> AsyncIterator[Verdict]:
    """Judge each answer there is; say of the others why they cannot be judged."""
    async for look in looks(api, collection, ask):
        yield replace(judge(look.page), facet=look.facet) if look.page else unjudged(look)


def unjudged(look: Look) -> Verdict:
    if look.missing:
        return inapplicable(look.missing.fr, look.missing.en, facet=look.facet)
    return cannot_tell("aucune réponse à juger", "no answer to judge", facet=look.facet)


def verdict_of(error: Unusable, facet: str = "") -> Verdict:
    """What an unusable answer deserves when it is the subject."""
    if isinstance(error, BadStatus | BadDocument):
        return Verdict(Outcome.FAILED, error.message, error.at, error.code, facet)
    asked = error.answer.failure not in NOT_ASKED
    return Verdict(
        Outcome.CANT_TELL if asked else Outcome.UNTESTED, error.message, error.at, error.code, facet
    )


def small_box(first: Page) -> str:
    """A small box around the first position that can be longitude, latitude; empty when there is none."""
    for feature in first.features:
        position = first_position(feature)
        if position and abs(position[0]) < 180 and abs(position[1]) < 90:
            x, y = position
            numbers = (max(-180, x - NEAR), max(-90, y - NEAR), min(180, x + NEAR), min(90, y + NEAR))
            return ",".join(f"{number:.6f}".rstrip("0").rstrip(".") for number in numbers)
    return ""


def extent_box(collection: Collection) -> str:
    box = collection.bbox
    flat = box if len(box) == 4 else (*box[:2], *box[3:5])
    return ",".join(f"{number:g}" for number in flat)


def interval(collection: Collection) -> str:
    start, end = collection.interval
    return f"{start or '..'}/{end or '..'}" if start or end else ""


def expected_alternates(api: OgcApi, geojson: str) -> list[str]:
    """Media types that the announced classes promise."""
    promised = {f"{PART1}geojson": geojson, f"{PART1}html": "text/html"}
    return [kind for claim, kind in promised.items() if claim in api.claims]


def links_verdict(document: dict[str, Any], promised: Iterable[str], *needed: str) -> Verdict:
    """`self`, an `alternate` for every other promised media type, the `needed` relations, all with a type."""
    if not isinstance(document.get("links"), list):
        return failed("aucun membre « links »", "no “links” member", at="/links", code="no-links")
    for rel in ("self", *needed):
        if not find_links(document, rel):
            return failed(f"aucun lien « {rel} »", f"no “{rel}” link", at="/links", code=f"no-{rel}")
    for index, link in enumerate(links_of(document)):
        if link.get("rel") in ("self", "alternate", *needed) and not isinstance(link.get("type"), str):
            at = f"/links/{index}/type"
            return failed(
                f"lien « {link['rel']} » sans type",
                f"“{link['rel']}” link without a type",
                at=at,
                code="no-type",
            )
    own = media_type(find_links(document, "self")[0].get("type"))
    others = {media_type(link.get("type")) for link in find_links(document, "alternate")}
    absent = [kind for kind in promised if kind not in (own, *others)]
    if absent:
        kinds = ", ".join(absent)
        return failed(
            f"aucun lien « alternate » en {kinds}",
            f"no “alternate” link in {kinds}",
            at="/links",
            code="no-alternate",
        )
    return passed()


async def first_id(collection: Collection, ask: Ask) -> str:
    """Id of a feature; raise Missing when no feature has one."""
    ids = (await base(collection, ask)).ids
    if not ids:
        raise Missing("aucun objet identifié", "no identified feature")
    return ids[0]


def media_of(found: Page) -> str:
    return found.answer.media_type or GEOJSON
