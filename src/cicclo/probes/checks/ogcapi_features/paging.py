"""Paging: a walk over a whole small collection, or the first pages of a large one, within limits."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cicclo.probes.check import check
from cicclo.probes.checks.ogcapi_features._look import base
from cicclo.probes.errors import Missing
from cicclo.probes.examples.site import Reply
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols._items import MOST_PAGES, Page, walk
from cicclo.probes.protocols.ogcapi import Collection, OgcApi
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Request

_LEGAL = re.compile(r"^[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*$")


@dataclass(frozen=True, slots=True)
class Walk:
    """Pages in order; `matched` is what the first announced."""

    pages: tuple[Page, ...]

    @property
    def matched(self) -> int | None:
        return self.pages[0].matched

    @property
    def ids(self) -> list[str]:
        return [name for one in self.pages for name in one.ids]

    @property
    def count(self) -> int:
        return sum(len(one.features) for one in self.pages)

    @property
    def ended(self) -> bool:
        return not self.pages[-1].next


async def walked(api: OgcApi, collection: Collection, ask: Ask) -> Walk:
    """The walk, the same for every check; raise Missing for a collection that fits one feature."""
    first = await base(collection, ask)
    if not first.features:
        raise Missing("collection vide", "empty collection")
    pages = [one async for one in walk(ask, collection.items_url, first, api.maximum(collection))]
    return Walk(tuple(pages))


def several(found: Walk) -> Walk:
    if len(found.pages) < 2:
        raise Missing("une seule page", "a single page")
    return found


def _nowhere(_request: Request, old: Reply) -> Reply:
    return replace(
        old, body=old.body.replace(b"good.example/ogcapi/collections/stops/items?", b"other.example/items?")
    )


@check(
    "ogcapi-features/paging/next-present",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "*limit=9*", lambda d: d.update(links=[one for one in d["links"] if one["rel"] != "next"])
    ),
)
async def next_present(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    found = (await walked(api, collection, ask)).pages[0]
    count, matched = len(found.features), found.matched
    if matched is None:
        return (
            passed()
            if found.next
            else inapplicable("ni « next » ni « numberMatched »", "neither “next” nor “numberMatched”")
        )
    if matched > count and not found.next:
        return failed(
            f"{count} objets sur {matched} et aucun lien « next »",
            f"{count} features of {matched} and no “next” link",
            at="/links",
        )
    if count >= matched and found.next:
        return failed(
            f"« next » après {count} objets sur {matched}",
            f"“next” after {count} features of {matched}",
            at="/links",
            code="after-end",
        )
    return passed()


@check(
    "ogcapi-features/paging/no-repeat",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit("*offset=9*", lambda d: d["features"][0].update(id="stop-0")),
)
async def no_repeat(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    found = await walked(api, collection, ask)
    for name, times in Counter(found.ids).items():
        if times > 1:
            return failed(
                f"l'objet « {name} » revient {times} fois",
                f"feature “{name}” comes {times} times",
                at="/features",
            )
    return passed(
        f"{found.count} objets, {len(found.pages)} pages", f"{found.count} features, {len(found.pages)} pages"
    )


@check(
    "ogcapi-features/paging/ends",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit_text("*/items?*", "offset=18", "offset=9"),
)
async def ends(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """Endless paging shows as an address already seen, an empty page with `next`, or more than announced."""
    found = await walked(api, collection, ask)
    seen = {one.answer.url for one in found.pages[:-1]}
    last = found.pages[-1]
    if any(
        one.next and one.next in {past.answer.url for past in found.pages[: place + 1]}
        for place, one in enumerate(found.pages)
    ):
        return failed(
            "« next » revient à une page déjà lue",
            "“next” returns to a page already read",
            at=last.next,
            code="loop",
        )
    empty = next((one for one in found.pages if one.next and not one.features), None)
    if empty:
        return failed(
            "page vide qui annonce encore « next »",
            "empty page that still announces “next”",
            at=empty.answer.url,
            code="empty-page",
        )
    if found.matched is not None and last.next and found.count >= found.matched:
        fr, en = (
            f"« next » après {found.count} objets sur {found.matched}",
            f"“next” after {found.count} features of {found.matched}",
        )
        return failed(fr, en, at=last.next, code="endless")
    if not found.ended:
        pages = len(seen) + 1
        return passed(
            f"{pages} pages lues, sans aller au bout",
            f"{pages} pages read, without going to the end",
            code="not-finished",
        )
    return passed()


@check(
    "ogcapi-features/paging/complete",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit("*offset=18*", lambda d: d["features"].pop() and None),
)
async def complete(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    found = await walked(api, collection, ask)
    if found.matched is None or not found.ended or len(found.pages) == MOST_PAGES:
        return inapplicable("pas de total, ou collection trop grande", "no total, or collection too large")
    if found.count == found.matched:
        return passed(f"{found.count} objets", f"{found.count} features")
    return failed(
        f"{found.count} objets lus, {found.matched} annoncés",
        f"{found.count} features read, {found.matched} announced",
        at="/numberMatched",
    )


@check(
    "ogcapi-features/paging/same-host",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.change("*limit=9*", _nowhere),
)
async def same_host(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    first = await base(collection, ask)
    if not first.next:
        raise Missing("une seule page", "a single page")
    here, there = urlsplit(first.answer.url), urlsplit(first.next)
    walk_page = await walk(ask, collection.items_url, first, api.maximum(collection)).__anext__()
    there = urlsplit(walk_page.next) if walk_page.next else there
    if there.netloc != here.netloc:
        return failed(
            f"« next » mène à un autre serveur : {there.netloc}",
            f"“next” leads to another host: {there.netloc}",
            at="/links",
            code="other-host",
        )
    if here.scheme == "https" and there.scheme == "http":
        return failed(
            "« next » quitte https pour http", "“next” leaves https for http", at="/links", code="http"
        )
    return passed()


@check(
    "ogcapi-features/paging/keeps-format",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit_text("*/items?limit=10", "f=json&offset", "f=html&offset"),
)
async def keeps_format(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """A browser that follows `next` with its own Accept must stay in the representation it asked for."""
    found = await base(collection, ask)
    if not found.next:
        raise Missing("une seule page", "a single page")
    answer = await ask.get(found.next, accept="*/*")
    if not answer.ok or "json" in answer.media_type:
        return passed()
    fr, en = f"la page 2 passe en « {answer.media_type} »", f"page 2 turns into “{answer.media_type}”"
    return failed(fr, en, at=answer.url, code="other-format")


@check(
    "ogcapi-features/paging/keeps-parameters",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit_text("*/items?*", "limit=9&", "limit=100&"),
)
async def keeps_parameters(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    found = (await walked(api, collection, ask)).pages[0]
    if not found.next:
        raise Missing("une seule page", "a single page")
    asked, kept = (
        dict(parse_qsl(urlsplit(found.answer.url).query)).get("limit"),
        dict(parse_qsl(urlsplit(found.next).query)).get("limit"),
    )
    if kept not in (asked, None):
        return failed(
            f"« next » change limit={asked} en {kept}",
            f"“next” changes limit={asked} to {kept}",
            at="/links",
            code="limit",
        )
    return passed()


@check(
    "ogcapi-features/paging/next-encoded",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit_text("*/items?limit=9*", "limit=9&", "limit=9&name=a b&"),
)
async def next_encoded(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """QGIS Server once published next links whose crs was not encoded; strict clients refuse them."""
    found = (await walked(api, collection, ask)).pages[0]
    links: Any = [
        link
        for link in found.document.get("links", [])
        if isinstance(link, dict) and link.get("rel") == "next"
    ]
    if not links:
        raise Missing("une seule page", "a single page")
    target = str(links[0].get("href", ""))
    if _LEGAL.match(target):
        return passed()
    return failed(f"adresse non encodée : {target}", f"address not encoded: {target}", at="/links")
