"""Choose from the queryables of a collection a property and a value that a first feature holds."""

from dataclasses import dataclass
from typing import Any

from cicclo.kernel.text import Text
from cicclo.probes.errors import BadDocument, Missing
from cicclo.probes.protocols._items import GEOJSON, Page, geometry, page
from cicclo.probes.protocols.ogcapi import Collection, OgcApi
from cicclo.probes.session import Ask

SCHEMA = "application/schema+json"
PART3, CQL2 = "ogcapi-features-3/conf/", "cql2/conf/"


@dataclass(frozen=True, slots=True)
class Known:
    """A feature of the first page, one of its texts that can be queried, and the name of its geometry."""

    feature: dict[str, Any]
    name: str
    value: str
    place: str

    @property
    def quoted(self) -> str:
        return "'" + self.value.replace("'", "''") + "'"


async def queryables(collection: Collection, ask: Ask) -> dict[str, Any]:
    """The queryables document; raise Missing when none is linked."""
    url = collection.link("queryables")
    if not url:
        raise Missing("aucun lien « queryables »", "no “queryables” link")
    document = await ask.json(url, accept=SCHEMA)
    if not isinstance(document, dict):
        answer = await ask.get(url, accept=SCHEMA)
        raise BadDocument(
            answer, Text("un objet JSON est attendu", "a JSON object is expected"), code="not-an-object"
        )
    return document


async def known(api: OgcApi, ask: Ask) -> tuple[Collection, Known]:
    """From the first collection: something that a filter can select."""
    collection = api.any_collection()
    raw = (await queryables(collection, ask)).get("properties")
    properties = raw if isinstance(raw, dict) else {}
    place = next((name for name, one in properties.items() if _is_geometry(one)), "geometry")
    found = await page(ask, collection.items_url, {"limit": 10})
    for feature in found.features:
        own = feature.get("properties")
        for name, value in own.items() if isinstance(own, dict) else ():
            if (
                name in properties
                and isinstance(value, str)
                and value
                and name.isidentifier()
                and geometry(feature)
            ):
                return collection, Known(feature, name, value, place)
    raise Missing("aucun texte interrogeable dans la première page", "no queryable text in the first page")


def _is_geometry(schema: Any) -> bool:
    if not isinstance(schema, dict):
        return False
    return str(schema.get("format", "")).startswith("geometry") or "geojson.org/schema" in str(
        schema.get("$ref", "")
    )


async def announced(api: OgcApi, *classes: str) -> None:
    """Filters are tried only where they are announced: elsewhere they are refused, and rightly so."""
    for name in classes:
        if name not in api.claims:
            raise Missing(f"la classe {name} n'est pas annoncée", f"class {name} is not announced")


async def filtered(collection: Collection, expression: str, ask: Ask, **more: str) -> Page:
    params = {
        "filter": expression,
        "limit": 10,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    return await page(ask, collection.items_url, params, accept=GEOJSON)
