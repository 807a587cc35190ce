"""The API definition (OpenAPI 3.0.3) of a list of operations."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

import cicclo
from cicclo.web.operation import COMMON, Operation, path_names

PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        name: {"type": "string"} for name in ("type", "title", "detail", "instance", "at", "remedy")
    }
    | {"status": {"type": "integer"}},
    "required": ["type", "title", "status", "detail"],
}
LANG = {
    "name": "lang",
    "in": "query",
    "required": False,
    "description": "fr, en",
    "schema": {"type": "string", "enum": ["fr", "en"]},
}


def document(operations: Iterable[Operation], title: str, lang: str) -> dict[str, Any]:
    """Return the definition of the listed operations."""
    listed = [operation for operation in operations if operation.listed]
    kinds = [operation.returns for operation in listed if operation.returns] + [
        o.form for o in listed if o.form
    ]
    schemas, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    schema_of = {repr(kind): as_3_0(schema) for kind, schema in zip(kinds, schemas, strict=True)}
    paths: dict[str, Any] = {}
    for operation in listed:
        path = re.sub(r":\w+}", "}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation, schema_of, lang)
    return {
        "openapi": "3.0.3",
        "info": {"title": title, "version": cicclo.__version__, "license": {"name": "EUPL-1.2"}},
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM, **as_3_0(components)},
            "securitySchemes": {"operator": {"type": "http", "scheme": "basic"}},
        },
    }


def _operation(operation: Operation, schema_of: dict[str, Any], lang: str) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    schema = schema_of.get(repr(operation.returns), {"type": "string", "format": "binary"})
    content = {"application/json" if operation.returns else operation.media_type: {"schema": schema}}
    described: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.summary.get(lang),
        "parameters": [*_parameters(operation), LANG],
        "responses": {
            str(operation.status): {"description": "OK", "content": content},
            "400": {"description": "Problem", "content": problem},
            "default": {"description": "Problem", "content": problem},
        },
    }
    if operation.form:
        if operation.method != "DELETE":  # its body has no meaning (RFC 9110, 9.3.5)
            described["requestBody"] = {"required": True, "content": _bodies(operation, schema_of)}
        described["security"] = [{"operator": []}]
    return described


def _bodies(operation: Operation, schema_of: dict[str, Any]) -> dict[str, Any]:
    """What may be sent: an object, and where files come with it, a form or a file alone."""
    body = schema_of[repr(operation.form)]
    bodies = {"application/json": {"schema": body}}
    if operation.reception:
        binary = {"type": "string", "format": "binary"}
        files = {"type": "object", "properties": dict.fromkeys(operation.reception.files, binary)}
        bodies["multipart/form-data"] = {"schema": {"allOf": [body, files]}}
        bodies["application/octet-stream"] = {"schema": binary}
    return bodies


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    in_path = path_names(operation.path)
    parameters = []
    for field in msgspec.structs.fields(operation.params):
        if field.encode_name in COMMON:
            continue
        required = field.encode_name in in_path
        (schema,), _ = msgspec.json.schema_components([field.type])
        place = "path" if required else "query"
        parameters.append(
            {"name": field.encode_name, "in": place, "required": required, "schema": as_3_0(schema)}
        )
    return parameters


def as_3_0(schema: Any) -> Any:
    """Rewrite JSON Schema 2020-12 as the dialect of OpenAPI 3.0: no `null` type, no `const`."""
    if isinstance(schema, list):
        return [as_3_0(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    rewritten = {name: as_3_0(value) for name, value in schema.items()}
    if "const" in rewritten:
        rewritten["enum"] = [rewritten.pop("const")]
    return rewritten
