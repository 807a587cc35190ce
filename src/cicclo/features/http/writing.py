"""Features in a declared format: one page, one feature, or a whole collection, written in a thread."""

import asyncio
from datetime import UTC, datetime
from urllib.parse import quote

import pyarrow as pa

from cicclo.features.http import paging, plans
from cicclo.features.http.encodings import format_of
from cicclo.features.http.guard import within
from cicclo.features.http.ready import no_feature
from cicclo.features.model import Link, Query, View
from cicclo.features.ports import About, Format
from cicclo.features.resources import Ask, Content, Json, link


def about(
    ask: Ask, view: View, links: list[Json], *, matched: int | None, returned: int | None, single: bool
) -> About:
    collection = ask.store.collection
    return About(
        collection,
        view,
        told_links(links),
        datetime.now(UTC).replace(microsecond=0),
        ask.lang,
        matched,
        returned,
        single,
        collection.title,
    )


def told_links(links: list[Json]) -> tuple[Link, ...]:
    """Links as formats take them."""
    return tuple(Link(each["href"], each["rel"], each.get("type", "")) for each in links)


async def encoded_page(ask: Ask, query: Query, canonical: str) -> Content:
    store = ask.store
    page = await within(ask.service.limits.seconds, ask.receive, store.page(query))
    links = paging.page_links(ask, query)
    if page.next:
        href = paging.next_prefix(ask) + quote(page.next, safe="")
        links.append(link(href, "next", ask.representation.media_type))
    told = about(ask, query.view, links, matched=page.matched, returned=page.batch.num_rows, single=False)
    return await _written(ask, told, page.batch, links, canonical)


async def encoded_item(ask: Ask, view: View, canonical: str) -> Content:
    name = ask.path["feature"]
    batch = await within(ask.service.limits.seconds, ask.receive, ask.store.item(name, view))
    if batch is None:
        raise no_feature(name)
    links = paging.item_links(ask, quote(name, safe=""))
    told = about(ask, view, links, matched=None, returned=1, single=True)
    return await _written(ask, told, batch, links, f"{canonical}{name}")


async def _written(
    ask: Ask, told: About, batch: pa.RecordBatch, links: list[Json], canonical: str
) -> Content:
    format_ = format_of(ask.representation.name)
    body = await asyncio.to_thread(lambda: b"".join(format_.write(told, [batch])))
    crs = plans.content_crs(ask.query, told.collection)
    headers: tuple[tuple[str, str], ...] = (("Content-Crs", f"<{crs}>"),)
    if not format_.in_body:
        headers += (("Link", link_header(links)),)
    version = ask.store.version
    return Content(
        body,
        ask.representation.media_type,
        headers=headers,
        version=f"{version} {canonical}" if version else "",
        filename=_filename(ask, format_),
    )


def link_header(links: list[Json]) -> str:
    """RFC 8288, for formats whose bodies hold no links; alternates would only make it long."""
    kept = [each for each in links if each["rel"] in ("self", "next", "prev", "collection")]
    return ", ".join(
        f'<{each["href"]}>; rel="{each["rel"]}"; type="{each["type"].replace(chr(34), "")}"' for each in kept
    )


def _filename(ask: Ask, format_: Format) -> str:
    return f"{ask.path['collection']}.{format_.extension}" if not format_.in_body else ""
