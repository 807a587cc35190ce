"""JSON Schemas of a collection (OGC 23-058r2): what is returned and received, what can be queried, what can be sorted by."""

from collections.abc import Iterable

from cicclo.features.model import GEOMETRY, Collection, GeometryKind, Kind, Property
from cicclo.features.resources import Json

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPES: dict[Kind, Json] = {
    Kind.STRING: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.INSTANT: {"type": "string", "format": "date-time"},
    Kind.JSON: {"type": ["object", "array"]},
}


def returnables(collection: Collection, address: str, lang: str) -> Json:
    """Everything a feature has; the same schema for what is received, where `id` is not accepted (`readOnly`)."""
    properties: Json = {}
    if collection.property("id") is None:
        properties["id"] = {"type": "string", "x-ogc-role": "id", "readOnly": True}
    properties |= _geometry(collection)
    properties |= _described(collection, collection.properties, lang)
    schema = _schema(collection, address, lang, properties)
    if required := [each.name for each in collection.properties if each.required]:
        schema["required"] = required
    return schema


def queryables(collection: Collection, address: str, lang: str) -> Json:
    """What `filter` may name; nothing else is accepted."""
    own = (each for each in collection.properties if each.queryable)
    properties = _geometry(collection) | _described(collection, own, lang)
    return {**_schema(collection, address, lang, properties), "additionalProperties": False}


def sortables(collection: Collection, address: str, lang: str) -> Json:
    """What `sortby` may name."""
    own = (each for each in collection.properties if each.sortable)
    return {
        **_schema(collection, address, lang, _described(collection, own, lang)),
        "additionalProperties": False,
    }


def _schema(collection: Collection, address: str, lang: str, properties: Json) -> Json:
    schema: Json = {"$schema": DIALECT, "$id": address, "type": "object", "title": collection.title.get(lang)}
    if collection.description:
        schema["description"] = collection.description.get(lang)
    for place, described in enumerate(properties.values(), 1):
        described["x-ogc-propertySeq"] = place
    return {**schema, "properties": properties}


def _geometry(collection: Collection) -> Json:
    if collection.geometry is GeometryKind.NONE:
        return {}
    kind = f"geometry-{collection.geometry.value}"
    return {GEOMETRY: {"x-ogc-role": "primary-geometry", "format": kind}}


def _described(collection: Collection, properties: Iterable[Property], lang: str) -> Json:
    return {each.name: describe(each, lang) | _role(collection, each.name) for each in properties}


def describe(shown: Property, lang: str) -> Json:
    """One property, without its role."""
    schema: Json = dict(TYPES[shown.kind])
    if shown.title:
        schema["title"] = shown.title.get(lang)
    if shown.description:
        schema["description"] = shown.description.get(lang)
    if shown.values:
        schema["enum"] = list(shown.values)
    if shown.unit:
        schema |= {"x-ogc-unit": shown.unit, "x-ogc-unitLang": "UCUM"}
    return schema


def _role(collection: Collection, name: str) -> Json:
    if name not in collection.instants:
        return {}
    if len(collection.instants) == 1:
        return {"x-ogc-role": "primary-instant"}
    return {"x-ogc-role": f"primary-interval-{'start' if name == collection.instants[0] else 'end'}"}
