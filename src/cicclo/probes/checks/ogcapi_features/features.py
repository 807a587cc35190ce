"""One feature, and what all representations of features have in common."""

from collections.abc import AsyncIterator
from urllib.parse import quote, urljoin

from cicclo.ogc.links import find_links, media_type
from cicclo.probes.check import check
from cicclo.probes.checks.ogcapi_features._look import (
    base,
    expected_alternates,
    first_id,
    links_verdict,
    media_of,
)
from cicclo.probes.documents import usable
from cicclo.probes.errors import Missing
from cicclo.probes.examples.site import Reply
from cicclo.probes.model import Verdict, cannot_tell, failed, passed
from cicclo.probes.protocols._items import GEOJSON, Page, page
from cicclo.probes.protocols.ogcapi import Collection, OgcApi
from cicclo.probes.session import Ask

JSON_TYPES = {GEOJSON, "application/vnd.ogc.fg+json", "application/json", "application/ld+json"}


def item_url(collection: Collection, name: str) -> str:
    return f"{collection.items_url.split('?')[0].rstrip('/')}/{quote(name, safe='')}"


async def item(collection: Collection, ask: Ask) -> Page:
    """The first feature, by its own address."""
    return await page(ask, item_url(collection, await first_id(collection, ask)))


@check(
    "ogcapi-features/core/f-op",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.status("/ogcapi/collections/stops/items/stop-0", 404),
)
async def operation(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    await item(collection, ask)
    return passed()


@check(
    "ogcapi-features/core/f-success",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "/ogcapi/collections/stops/items/stop-0", lambda document: document.update(id="stop-1")
    ),
)
async def success(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    name = await first_id(collection, ask)
    document = (await item(collection, ask)).document
    if document.get("type") != "Feature":
        return failed(
            f"« type » vaut {document.get('type')!r}", f"“type” is {document.get('type')!r}", at="/type"
        )
    if str(document.get("id")) != name:
        return failed(
            f"« {name} » demandé, {document.get('id')!r} reçu",
            f"“{name}” asked, {document.get('id')!r} received",
            at="/id",
        )
    return passed()


@check(
    "ogcapi-features/core/f-links",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "*/items/*", lambda d: d.update(links=[one for one in d["links"] if one["rel"] != "collection"])
    ),
)
async def links(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    found = await item(collection, ask)
    return links_verdict(found.document, expected_alternates(api, GEOJSON), "collection")


@check(
    "ogcapi-features/core/f-not-found",
    on="ogcapi",
    breaks=lambda site: site.reply("*/items/cicclo-no-such-feature*", Reply.json({}, status=500)),
)
async def not_found(api: OgcApi, ask: Ask) -> Verdict:
    answer = await ask.get(item_url(api.any_collection(), "cicclo-no-such-feature"), accept=GEOJSON)
    if answer.failure is not None:
        return cannot_tell("pas de réponse", "no answer", at=answer.url)
    if answer.status in (404, 410):
        return passed()
    fr, en = (
        f"objet inexistant : {answer.status} au lieu de 404",
        f"absent feature: {answer.status} instead of 404",
    )
    return failed(fr, en, at=answer.url, code=f"status-{answer.status}")


@check(
    "ogcapi-features/items/media-type",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.header("*/items?*", "content-type", "application/vnd.geo+json"),
)
async def geojson(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """GDAL refuses the obsolete application/vnd.geo+json."""
    kind = media_of(await base(collection, ask))
    if kind == GEOJSON:
        return passed()
    return failed(
        f"« {kind} » au lieu de « {GEOJSON} »",
        f"“{kind}” instead of “{GEOJSON}”",
        at="content-type",
        code="obsolete" if "vnd.geo" in kind else "other",
    )


@check(
    "ogcapi-features/items/ids",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit("*/items?*", lambda document: document["features"][0].update(id=None)),
)
async def ids(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    found = await base(collection, ask)
    if not found.features:
        raise Missing("collection vide", "empty collection")
    for index, feature in enumerate(found.features):
        if not isinstance(feature.get("id"), str | int) or feature["id"] == "":
            return failed("objet sans identifiant", "feature without an id", at=f"/features/{index}/id")
    if len(set(found.ids)) < len(found.ids):
        return failed(
            "identifiants en double dans la page",
            "duplicate ids in the page",
            at="/features",
            code="duplicate",
        )
    return passed()


@check(
    "ogcapi-features/items/number-matched-given",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit("*/items?*", lambda document: document.pop("numberMatched") and None),
)
async def number_matched_given(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """It may be left out; clients then cannot show a total nor a progress."""
    if (await base(collection, ask)).matched is not None:
        return passed()
    return failed("« numberMatched » n'est pas donné", "“numberMatched” is not given", at="/numberMatched")


@check(
    "ogcapi-features/items/default-limit",
    on="ogcapi",
    breaks=lambda site: site.reply(
        "/ogcapi/collections/stops/items",
        Reply.json({"type": "FeatureCollection", "features": [{}] * 10_001}, GEOJSON),
    ),
)
async def default_limit(api: OgcApi, ask: Ask) -> Verdict:
    """Without limit, a client that only looks must not receive the whole collection."""
    found = await page(ask, api.any_collection().items_url)
    count = len(found.features)
    if count > 10_000:
        return failed(
            f"{count} objets sans demander de limite",
            f"{count} features without asking for a limit",
            at=found.answer.url,
        )
    return passed(f"{count} objets par défaut", f"{count} features by default")


@check(
    "ogcapi-features/items/announced-types",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.status("*/items?*f=jsonfg*", 500),
)
async def announced_types(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    """Each items link in a JSON encoding answers in that encoding (JSON-FG fails on tables without geometry)."""
    for link in find_links(collection.document, "items"):
        kind, target = media_type(link.get("type")), link.get("href")
        if kind not in JSON_TYPES or not isinstance(target, str):
            continue
        answer = await ask.get(urljoin(collection.url, target), {"limit": 10}, accept=kind)
        if answer.failure is not None:
            yield cannot_tell("pas de réponse", "no answer", at=target, facet=kind)
        elif not answer.ok or answer.media_type != kind:
            got = f"{answer.status} {answer.media_type}"
            yield failed(
                f"annoncé en {kind}, répond {got}",
                f"announced as {kind}, answers {got}",
                at=target,
                facet=kind,
            )
        else:
            yield passed(facet=kind)


@check(
    "ogcapi-features/items/link-header",
    on="ogcapi",
    breaks=lambda site: site.header("*f=csv*", "link", None),
)
async def link_header(api: OgcApi, ask: Ask) -> Verdict:
    """Formats without links (CSV, FlatGeobuf) page by the Link header, or stop at page one (QGIS issue 66365)."""
    for link in find_links(api.any_collection().document, "items"):
        kind = media_type(link.get("type"))
        if not kind or kind in JSON_TYPES or kind in ("text/html", "application/xhtml+xml") or "json" in kind:
            continue
        answer = await ask.get(
            urljoin(api.collections_url, str(link.get("href", ""))), {"limit": 1}, accept=kind
        )
        if not usable(answer).ok:
            return cannot_tell(f"réponse {answer.status}", f"answer {answer.status}", at=answer.url)
        if "next" in answer.header("link"):
            return passed()
        return failed(
            f"{kind} : aucun en-tête Link « next »", f"{kind}: no Link header with “next”", at="link"
        )
    raise Missing("aucun format sans liens", "no format without links")


@check(
    "ogcapi-features/items/attributes-match-schema",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "*/items?*", lambda document: document["features"][0]["properties"].update(undeclared=1)
    ),
)
async def attributes(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """Clients fix the columns of a layer from the schema or the first page."""
    url = collection.link("schema")
    if not url:
        raise Missing("aucun schéma lié", "no linked schema")
    schema = await ask.json(url, accept="application/schema+json")
    raw = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(raw, dict) or not raw:
        raise Missing("schéma sans propriétés", "schema without properties")
    for index, feature in enumerate((await base(collection, ask)).features):
        own = feature.get("properties")
        extra = [name for name in own if name not in raw] if isinstance(own, dict) else []
        if extra:
            at = f"/features/{index}/properties"
            return failed(
                f"« {extra[0]} » n'est pas dans le schéma", f"“{extra[0]}” is not in the schema", at=at
            )
    return passed()


@check(
    "ogcapi-features/items/same-attributes",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "*/items?*", lambda document: document["features"][0]["properties"].pop("name") and None
    ),
)
async def same_attributes(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """Absent instead of null: a client that reads the first feature loses the column."""
    found = [
        f["properties"]
        for f in (await base(collection, ask)).features
        if isinstance(f.get("properties"), dict)
    ]
    if len(found) < 2:
        raise Missing("moins de deux objets", "fewer than two features")
    every = {name for properties in found for name in properties}
    for index, properties in enumerate(found):
        lost = every - set(properties)
        if lost:
            at = f"/features/{index}/properties"
            return failed(
                f"attribut « {min(lost)} » absent au lieu de null",
                f"attribute “{min(lost)}” absent instead of null",
                at=at,
            )
    return passed()
