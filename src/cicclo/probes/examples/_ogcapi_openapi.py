"""The OpenAPI 3.0 document of the example."""

from typing import Any

from cicclo.probes.examples._ogcapi_data import COLLECTIONS, CRS, Collection

DEFAULT, MAXIMUM = 10, 100


def _query(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "style": "form",
        "explode": False,
        **more,
    }


def _box() -> dict[str, Any]:
    counts = [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}]
    return {"type": "array", "oneOf": counts, "items": {"type": "number"}}


PARAMETERS = {
    "limit": _query("limit", {"type": "integer", "minimum": 1, "maximum": MAXIMUM, "default": DEFAULT}),
    "offset": _query("offset", {"type": "integer", "minimum": 0, "default": 0}),
    "bbox": _query("bbox", _box()),
    "datetime": _query("datetime", {"type": "string"}),
    "crs": _query("crs", {"type": "string", "format": "uri", "enum": list(CRS)}),
    "bbox-crs": _query("bbox-crs", {"type": "string", "format": "uri", "enum": list(CRS)}),
    "filter": _query("filter", {"type": "string"}),
    "filter-lang": _query(
        "filter-lang", {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"}
    ),
    "filter-crs": _query("filter-crs", {"type": "string", "format": "uri"}),
    "f": _query("f", {"type": "string"}),
}
OTHER_RESOURCES = ("/", "/api", "/conformance", "/collections")


def document(base: str) -> dict[str, Any]:
    paths: dict[str, Any] = {path: _operation(path, []) for path in OTHER_RESOURCES}
    for collection in COLLECTIONS.values():
        paths |= _collection_paths(collection)
    return {
        "openapi": "3.0.3",
        "info": {"title": "Service d'exemple", "version": "1.0.0"},
        "servers": [{"url": base}],
        "paths": paths,
        "components": {"parameters": PARAMETERS},
    }


def _collection_paths(collection: Collection) -> dict[str, Any]:
    path = f"/collections/{collection.id}"
    named = [{"$ref": f"#/components/parameters/{name}"} for name in PARAMETERS]
    queryables = [_query(name, schema) for name, schema in collection.properties.items()]
    item = _operation(
        f"{path}/items/id", [{"$ref": f"#/components/parameters/{name}"} for name in ("crs", "f")]
    )
    item["get"]["parameters"].append(
        {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
    )
    return {
        path: _operation(path, []),
        f"{path}/queryables": _operation(f"{path}/queryables", []),
        f"{path}/schema": _operation(f"{path}/schema", []),
        f"{path}/items": _operation(f"{path}/items", [*named, *queryables]),
        f"{path}/items/{{featureId}}": item,
    }


def _operation(path: str, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    name = "get" + path.title().replace("/", "").replace("-", "")
    return {
        "get": {
            "operationId": name,
            "parameters": parameters,
            "responses": {"200": {"description": "Réponse"}},
        }
    }
