"""The list of collections: can it be found, read, and read quickly."""

import re
from collections import Counter
from urllib.parse import parse_qsl, urlsplit

from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.ogcapi import OgcApi
from cicclo.probes.session import Ask

HEAVY, MANY = 5_000_000, 1000
_SUFFIX = re.compile(r"\.(json|html?|xml|yaml)$", re.IGNORECASE)


@check(
    "ogcapi-common/collections/readable",
    on="ogcapi",
    breaks=lambda site: site.edit("/ogcapi/collections", lambda document: document.update(collections={})),
)
async def readable(api: OgcApi, ask: Ask) -> Verdict:
    document = await ask.json(api.collections_url)
    entries = document.get("collections") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        return failed("« collections » n'est pas une liste", "“collections” is not a list", at="/collections")
    return passed(f"{len(entries)} collections", f"{len(entries)} collections")


@check(
    "ogcapi-common/collections/data-link-plain",
    on="ogcapi",
    breaks=lambda site: site.edit_text("/ogcapi/", '/ogcapi/collections"', '/ogcapi/collections?f=json"'),
)
async def data_link_plain(api: OgcApi, ask: Ask) -> Verdict:
    """QGIS and ogc-client build `{data}/{id}/items`: a suffix or a format in the link breaks every address."""
    await ask.get(api.endpoint.url, accept="application/json")
    parts = urlsplit(api.collections_url)
    if _SUFFIX.search(parts.path) or any(
        name.lower() in ("f", "format") for name, _ in parse_qsl(parts.query)
    ):
        return failed(
            f"le lien « data » porte un format : {api.collections_url}",
            f"the “data” link carries a format: {api.collections_url}",
            at="/links",
        )
    return passed()


@check(
    "ogcapi-common/collections/ids-unique",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/collections", lambda document: document["collections"][1].update(id="stops")
    ),
)
async def ids_unique(api: OgcApi, ask: Ask) -> Verdict:
    await ask.get(api.collections_url, accept="application/json")
    if not api.collections:
        raise Missing("aucune collection", "no collection")
    for name, times in Counter(collection.id for collection in api.collections).items():
        if times > 1 or not name:
            return failed(
                f"identifiant « {name} » présent {times} fois",
                f"id “{name}” present {times} times",
                at="/collections",
            )
    return passed()


@check(
    "ogcapi-common/collections/size",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/collections", lambda document: document.update(padding="x" * HEAVY)
    ),
)
async def size(api: OgcApi, ask: Ask) -> Verdict:
    """QGIS reads the whole list before it shows anything, and freezes on thousands."""
    answer = await ask.get(api.collections_url, accept="application/json")
    count, length = len(api.collections), answer.length
    if count > MANY or length > HEAVY:
        return failed(
            f"{count} collections, {length} octets en une réponse",
            f"{count} collections, {length} bytes in one answer",
            at=answer.url,
        )
    return passed(f"{count} collections, {length} octets", f"{count} collections, {length} bytes")


@check(
    "ogcapi-common/collections/links-typed",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/collections", lambda document: document["collections"][0]["links"][2].update(type=None)
    ),
)
async def links_typed(api: OgcApi, ask: Ask) -> Verdict:
    await ask.get(api.collections_url, accept="application/json")
    for index, collection in enumerate(api.collections):
        raw = collection.document.get("links")
        for place, link in enumerate(raw if isinstance(raw, list) else []):
            if not isinstance(link, dict) or not all(
                isinstance(link.get(key), str) for key in ("href", "rel", "type")
            ):
                at = f"/collections/{index}/links/{place}"
                return failed(
                    f"lien incomplet dans « {collection.id} »", f"incomplete link in “{collection.id}”", at=at
                )
    return passed()
