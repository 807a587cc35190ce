"""Part 3: what can be queried, and the properties that are query parameters."""

from typing import Any

from cicclo.probes.check import check
from cicclo.probes.checks.ogcapi_filter._queryables import PART3, SCHEMA, announced, known, queryables
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols._items import Page, page
from cicclo.probes.protocols.ogcapi import Collection, OgcApi
from cicclo.probes.session import Ask

DIALECTS = ("https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2019-09/schema")


def only(found: Page, name: str, value: str) -> Verdict:
    """Every feature holds the value, and there is at least one."""
    if not found.features:
        return failed(
            f"{name} = {value!r} ne donne rien",
            f"{name} = {value!r} gives nothing",
            at=found.answer.url,
            code="nothing",
        )
    for index, feature in enumerate(found.features):
        own: Any = feature.get("properties")
        got = own.get(name) if isinstance(own, dict) else None
        if str(got).casefold() != value.casefold():
            at = f"/features/{index}/properties/{name}"
            return failed(
                f"{got!r} pour {name} = {value!r}",
                f"{got!r} for {name} = {value!r}",
                at=at,
                code="not-filtered",
            )
    return passed()


@check(
    "ogcapi-filter/queryables/link",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit_text(
        "/ogcapi/collections", "def/rel/ogc/1.0/queryables", "def/rel/ogc/1.0/other"
    ),
)
async def link(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    await ask.get(api.collections_url, accept="application/json")
    if collection.link("queryables"):
        return passed()
    return failed("aucun lien de relation « queryables »", "no link with relation “queryables”", at="/links")


@check(
    "ogcapi-filter/queryables/schema",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "*/queryables",
        lambda document: document.update({"$schema": "http://json-schema.org/draft-04/schema#"}),
    ),
)
async def schema(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    document = await queryables(collection, ask)
    dialect = str(document.get("$schema", ""))
    if dialect.rstrip("#") not in DIALECTS:
        return failed(f"schéma en « {dialect} »", f"schema in “{dialect}”", at="/$schema", code="dialect")
    if document.get("type") != "object" or not isinstance(document.get("properties"), dict):
        return failed(
            "« type: object » et « properties » attendus",
            "“type: object” and “properties” expected",
            at="/type",
            code="shape",
        )
    return passed(f"{len(document['properties'])} propriétés", f"{len(document['properties'])} properties")


@check(
    "ogcapi-filter/queryables/media-type",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.header("*/queryables", "content-type", "application/json"),
)
async def media_type(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    await queryables(collection, ask)
    answer = await ask.get(collection.link("queryables"), accept=SCHEMA)
    if answer.media_type == SCHEMA:
        return passed()
    return failed(
        f"« {answer.media_type} » au lieu de {SCHEMA}",
        f"“{answer.media_type}” instead of {SCHEMA}",
        at="content-type",
    )


@check(
    "ogcapi-filter/queryables/id",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "*/queryables", lambda document: document.update({"$id": document["$id"] + "?f=json"})
    ),
)
async def identifier(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    stated = (await queryables(collection, ask)).get("$id")
    if not isinstance(stated, str) or not stated.startswith(("http://", "https://")) or "?" in stated:
        return failed(f"« $id » incorrect : {stated!r}", f"incorrect “$id”: {stated!r}", at="/$id")
    return passed()


@check(
    "ogcapi-filter/queryables/as-parameters",
    on="ogcapi",
    breaks=lambda site: site.change(
        "*/items?*name=*",
        lambda request, _old: site.answer(request.of("GET", site.base + "/collections/stops/items")),
    ),
)
async def parameters(api: OgcApi, ask: Ask) -> Verdict:
    collection, one = await known(api, ask)
    found = await page(ask, collection.items_url, {one.name: one.value, "limit": 10})
    return only(found, one.name, one.value)


@check(
    "ogcapi-filter/queryables/described",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/api", lambda document: document["components"]["parameters"]["filter"].update(name="cql")
    ),
)
async def described(api: OgcApi, ask: Ask) -> Verdict:
    """A client learns from the definition that filters are accepted."""
    await announced(api, f"{PART3}filter")
    collection, definition = api.any_collection(), api.described()
    await ask.get(api.api_url, accept=api.api_accept)
    if definition.path(collection.id, "items") is None:
        raise Missing("aucun chemin « items » dans la définition", "no items path in the definition")
    absent = [
        name
        for name in ("filter", "filter-lang", "filter-crs")
        if definition.items_parameter(collection.id, name) is None
    ]
    if absent:
        return failed(f"« {absent[0]} » n'est pas décrit", f"“{absent[0]}” is not described", at="/paths")
    return passed()
