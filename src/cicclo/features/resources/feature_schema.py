"""`/collections/{collection}/schema/feature`: the JSON Schema of a GeoJSON feature.

GDAL reads it (`describedBy`) rather than guess the types from the first page, where a column of decimals may happen to
hold whole numbers only; up to GDAL 3.6 it wants the relation with a capital, though case does not matter (RFC 8288,
2.1.1). It takes an integer of a schema for 32 bits, yet sees 64 in the data: so we leave integers out.
"""

from collections.abc import Sequence

from cicclo.features.http.schemas import DIALECT, TYPES
from cicclo.features.model import Collection, Kind
from cicclo.features.resources import RESOURCES, SCHEMA, Ask, Document, Json, Reply, Resource, link
from cicclo.kernel.text import Text

_TITLE = Text("Schéma d'un objet GeoJSON", "Schema of a GeoJSON feature")


async def feature_schema(ask: Ask) -> Reply:
    collection = ask.collection
    told = {each.name: TYPES[each.kind] for each in collection.properties if each.kind is not Kind.INTEGER}
    schema: Json = {
        "$schema": DIALECT,
        "$id": ask.href("collections", collection.id, "schema", "feature"),
        "title": ask.say(collection.title),
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "geometry": {"type": ["object", "null"]},
            "properties": {"type": "object", "properties": told},
        },
    }
    return Document("schema", schema, {"collection": collection, "title": _TITLE, "links": []})


def _links(ask: Ask, collection: Collection) -> Sequence[Json]:
    address = ask.href("collections", collection.id, "schema", "feature")
    return [link(address, "describedBy", SCHEMA.media_type, ask.say(_TITLE))]


RESOURCES.add(
    Resource(
        name="feature-schema",
        path="/collections/{collection}/schema/feature",
        handler=feature_schema,
        summary=_TITLE,
        representations=(SCHEMA,),
        collection_links=_links,
    )
)
