"""Part 5: the schema of a collection, as a client reads it before the data."""

from typing import Any

from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.ogcapi import Collection, OgcApi
from cicclo.probes.session import Ask

SCHEMA = "application/schema+json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


async def read(collection: Collection, ask: Ask) -> dict[str, Any]:
    url = collection.link("schema")
    if not url:
        raise Missing("aucun lien « schema »", "no “schema” link")
    document = await ask.json(url, accept=SCHEMA)
    return document if isinstance(document, dict) else {}


def properties(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    raw = document.get("properties")
    return {name: one for name, one in raw.items() if isinstance(one, dict)} if isinstance(raw, dict) else {}


def is_spatial(schema: dict[str, Any]) -> bool:
    return str(schema.get("format", "")).startswith("geometry-") or "geojson.org/schema" in str(
        schema.get("$ref", "")
    )


@check(
    "ogcapi-schemas/schema/link",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit_text(
        "/ogcapi/collections", "def/rel/ogc/1.0/schema", "def/rel/ogc/1.0/other"
    ),
)
async def link(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    await ask.get(api.collections_url, accept="application/json")
    if collection.link("schema"):
        return passed()
    return failed("aucun lien de relation « schema »", "no link with relation “schema”", at="/links")


@check(
    "ogcapi-schemas/schema/resource",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "*/schema", lambda document: document.update({"$schema": "http://json-schema.org/draft-07/schema#"})
    ),
)
async def resource(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    document = await read(collection, ask)
    if document.get("$schema") != DIALECT:
        return failed(
            f"« $schema » vaut {document.get('$schema')!r}",
            f"“$schema” is {document.get('$schema')!r}",
            at="/$schema",
            code="dialect",
        )
    if document.get("type") != "object" or not properties(document):
        return failed(
            "« type: object » et des propriétés attendus",
            "“type: object” and properties expected",
            at="/type",
            code="shape",
        )
    return passed(f"{len(properties(document))} propriétés", f"{len(properties(document))} properties")


@check(
    "ogcapi-schemas/schema/media-type",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.header("*/schema", "content-type", "application/json"),
)
async def media_type(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    await read(collection, ask)
    answer = await ask.get(collection.link("schema"), accept=SCHEMA)
    if answer.media_type == SCHEMA:
        return passed()
    return failed(
        f"« {answer.media_type} » au lieu de {SCHEMA}",
        f"“{answer.media_type}” instead of {SCHEMA}",
        at="content-type",
    )


@check(
    "ogcapi-schemas/schema/id",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit("*/schema", lambda document: document.update({"$id": "schema.json"})),
)
async def identifier(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    stated = (await read(collection, ask)).get("$id")
    if isinstance(stated, str) and stated.startswith(("http://", "https://")) and "?" not in stated:
        return passed()
    return failed(f"« $id » incorrect : {stated!r}", f"incorrect “$id”: {stated!r}", at="/$id")


@check(
    "ogcapi-schemas/schema/geometry-format",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "*/schema", lambda document: document["properties"]["geometry"].update(type="object")
    ),
)
async def geometry_format(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """Spatial properties say `format: geometry-…` and no `type`, so that any encoding fits."""
    found = properties(await read(collection, ask))
    spatial = {name: one for name, one in found.items() if is_spatial(one)}
    for name, one in spatial.items():
        if "type" in one or not str(one.get("format", "")).startswith("geometry-"):
            fr, en = (
                f"« {name} » : format geometry-… sans type attendu",
                f"“{name}”: format geometry-… without type expected",
            )
            return failed(fr, en, at=f"/properties/{name}")
    if not spatial:
        raise Missing("aucune propriété spatiale", "no spatial property")
    return passed()


@check(
    "ogcapi-schemas/schema/roles",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "*/schema",
        lambda d: d["properties"].update(
            {n: {**one, "x-ogc-role": None} for n, one in d["properties"].items()}
        ),
    ),
)
async def roles(api: OgcApi, collection: Collection, ask: Ask) -> Verdict:
    """The role `id` tells a client which property is the key."""
    found = properties(await read(collection, ask))
    given = [one.get("x-ogc-role") for one in found.values()]
    if given.count("id") > 1 or given.count("primary-geometry") > 1:
        return failed(
            "rôle « id » ou « primary-geometry » donné deux fois",
            "role “id” or “primary-geometry” given twice",
            at="/properties",
            code="twice",
        )
    if "id" in given:
        return passed()
    return failed(
        "aucune propriété n'a le rôle « id »", "no property has the role “id”", at="/properties", code="no-id"
    )
