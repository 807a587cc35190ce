"""The API definition (OpenAPI 3.0.3) of a service: every resource, every collection, every parameter as accepted."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import cicclo
from cicclo.features.http.routing import allowed
from cicclo.features.model import Collection
from cicclo.features.resources import RESOURCES, Json, Parameter, Representation, Resource
from cicclo.features.service import Service
from cicclo.kernel.text import Text
from cicclo.web.openapi import PROBLEM

MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.0"
NAMES = {"collection": "collectionId", "feature": "featureId"}  # as the standards call them
LINK: Json = {
    "type": "object",
    "required": ["href", "rel"],
    "properties": {name: {"type": "string"} for name in ("href", "rel", "type", "title", "hreflang")}
    | {"length": {"type": "integer"}},
}
FEATURE: Json = {
    "type": "object",
    "required": ["type", "geometry", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
        "geometry": {"type": "object", "nullable": True},
        "properties": {"type": "object", "nullable": True},
        "links": {"type": "array", "items": {"$ref": "#/components/schemas/link"}},
    },
}
FEATURES: Json = {
    "type": "object",
    "required": ["type", "features"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": {"$ref": "#/components/schemas/featureGeoJSON"}},
        "links": {"type": "array", "items": {"$ref": "#/components/schemas/link"}},
        "timeStamp": {"type": "string", "format": "date-time"},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberReturned": {"type": "integer", "minimum": 0},
    },
}
BODIES = {"items": "featureCollectionGeoJSON", "item": "featureGeoJSON"}


def definition(service: Service, base: str, lang: str) -> Json:
    """Return the definition; one path per collection, since each has its own parameters."""
    paths: Json = {}
    for resource in RESOURCES.values():
        if not resource.listed:
            continue
        for collection in _collections(service, resource):
            paths[_path(resource, collection)] = _item(service, resource, collection, lang)
    return {
        "openapi": "3.0.3",
        "info": _info(service, lang),
        "servers": [{"url": base}],
        "tags": [{"name": store.collection.id} for store in service.stores.values()],
        "paths": paths,
        "components": {
            "schemas": {
                "problem": PROBLEM,
                "link": LINK,
                "featureGeoJSON": FEATURE,
                "featureCollectionGeoJSON": FEATURES,
            },
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
            },
        },
    }


def _info(service: Service, lang: str) -> Json:
    info: Json = {"title": service.title.get(lang), "version": cicclo.__version__}
    if service.description:
        info["description"] = service.description.get(lang)
    contact = {name: getattr(service.contact, name) for name in ("name", "email", "url")}
    if any(contact.values()):
        info["contact"] = {name: value for name, value in contact.items() if value}
    if service.licence:
        title = service.licence.title.get(lang) or service.licence.href
        info["license"] = {"name": title, "url": service.licence.href}
    return info


def _collections(service: Service, resource: Resource) -> list[Collection | None]:
    if "{collection}" not in resource.path:
        return [None]
    return [store.collection for store in service.stores.values()]


def _path(resource: Resource, collection: Collection | None) -> str:
    path = resource.path
    if collection is not None:
        path = path.replace("{collection}", quote(collection.id, safe=""))
    for ours, theirs in NAMES.items():
        path = path.replace(f"{{{ours}}}", f"{{{theirs}}}")
    return path


def _item(service: Service, resource: Resource, collection: Collection | None, lang: str) -> Json:
    if resource.describe is not None:
        return resource.describe(service, collection, lang)
    named = {"collection": collection.id} if collection else {}
    methods = [method for method in allowed(resource, service, named) if method not in ("HEAD", "OPTIONS")]
    return {method.lower(): _operation(service, resource, collection, method, lang) for method in methods}


def _operation(
    service: Service, resource: Resource, collection: Collection | None, method: str, lang: str
) -> Json:
    operation: Json = {
        "operationId": ".".join([resource.name, *([collection.id] if collection else []), method.lower()]),
        "summary": resource.summary.get(lang) + (f" ({collection.title.get(lang)})" if collection else ""),
        "tags": [collection.id] if collection else [],
        "parameters": list(_parameters(service, resource, collection, method, lang)),
        "responses": _responses(resource, method),
    }
    if method in ("POST", "PUT", "PATCH"):
        operation["requestBody"] = _body(method)
    if method != "GET":
        operation["security"] = [{"bearer": []}, {"password": []}]
    return {name: value for name, value in operation.items() if value != []}


def _parameters(
    service: Service, resource: Resource, collection: Collection | None, method: str, lang: str
) -> Iterator[Json]:
    for name in _names(resource.path):
        if name != "collection":
            yield {
                "name": NAMES.get(name, name),
                "in": "path",
                "required": True,
                "schema": {"type": "string", "minLength": 1},
            }
    if method != "GET":
        if method != "POST":
            yield {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}
        return
    for parameter in (*resource.parameters(service, collection), *common(service, resource.offered)):
        yield parameter.describe(lang)


def common(service: Service, offered: tuple[Representation, ...]) -> tuple[Parameter, ...]:
    """`f` and `lang`."""
    return (
        Parameter("f", {"type": "string", "enum": [each.name for each in offered]}, Text("format", "format")),
        Parameter("lang", {"type": "string", "enum": list(service.languages)}, Text("langue", "language")),
    )


def _names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _responses(resource: Resource, method: str) -> Json:
    problem = {
        "description": "RFC 9457",
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}},
            "text/html": {"schema": {"type": "string"}},
        },
    }
    statuses = ["400", "406", "414", "429", "500", "503", *(["404"] if "{" in resource.path else [])]
    if method != "GET":
        statuses += ["401", "403", "412", "413", "415", "428"]
    return {**_success(resource, method), **dict.fromkeys(sorted(set(statuses)), problem)}


def _success(resource: Resource, method: str) -> Json:
    if method == "POST":
        return {"201": {"description": "Created", "headers": {"Location": {"schema": {"type": "string"}}}}}
    if method != "GET":
        return {"204": {"description": "Done"}}
    content: dict[str, Any] = {}
    for each in resource.offered:
        if each.media_type.split(";")[0] == "application/geo+json" and resource.name in BODIES:
            content[each.media_type] = {"schema": {"$ref": f"#/components/schemas/{BODIES[resource.name]}"}}
        elif "json" in each.media_type and "seq" not in each.media_type:
            content[each.media_type] = {"schema": {"type": "object"}}
        else:
            text = each.media_type.startswith("text/")
            content[each.media_type] = {
                "schema": {"type": "string"} if text else {"type": "string", "format": "binary"}
            }
    success: Json = {"description": "OK", "content": content}
    if resource.name in BODIES:
        success["headers"] = {"Content-Crs": {"schema": {"type": "string"}}}
    return {"200": success}


def _body(method: str) -> Json:
    kind = "application/merge-patch+json" if method == "PATCH" else "application/geo+json"
    schema: Json = (
        {"type": "object"} if method == "PATCH" else {"$ref": "#/components/schemas/featureGeoJSON"}
    )
    return {"required": True, "content": {kind: {"schema": schema}}}
