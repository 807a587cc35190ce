"""The API definition is OpenAPI 3.0 and says what the API does."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from starlette.testclient import TestClient

SCHEMAS = Path(__file__).parents[2] / ".." / "shared" / "data"


def walk(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for item in node for found in walk(item)]
    return (
        [node, *(found for value in node.values() for found in walk(value))] if isinstance(node, dict) else []
    )


def test_every_reference_resolves_and_no_schema_is_newer_than_3_0(hub: TestClient) -> None:
    """No `null` type, no list of types, no `const`; each `$ref` leads somewhere."""
    definition = hub.get("/api/openapi.json").json()
    assert definition["openapi"] == "3.0.3"
    for node in walk(definition):
        assert isinstance(node.get("type", ""), str | dict)
        assert node.get("type") != "null"
        assert "const" not in node
        if "$ref" in node:
            place: Any = definition
            for part in node["$ref"].removeprefix("#/").split("/"):
                place = place[part]
    ids = [op["operationId"] for path in definition["paths"].values() for op in path.values()]
    assert len(ids) == len(set(ids))


def test_path_parameters_are_declared(hub: TestClient) -> None:
    """Each name in a path is a required path parameter."""
    for path, operations in hub.get("/api/openapi.json").json()["paths"].items():
        for operation in operations.values():
            declared = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            assert declared == set(re.findall(r"{(\w+)}", path))


def test_the_definition_is_valid(hub: TestClient) -> None:
    """Against the schema of OpenAPI 3.0, where this machine has it."""
    found = (
        [
            path
            for path in SCHEMAS.rglob("*")
            if re.search(
                r"openapi.*3[.-]?0.*\.(json|ya?ml)$|oas30.*schema.*\.json$", path.name, re.IGNORECASE
            )
        ]
        if SCHEMAS.is_dir()
        else []
    )
    schemas = [
        schema
        for path in found
        if isinstance(schema := yaml.safe_load(path.read_text("utf-8")), dict) and "definitions" in schema
    ]
    if not schemas:
        pytest.skip("no OpenAPI 3.0 schema on this machine")
    jsonschema.validate(hub.get("/api/openapi.json").json(), schemas[0])
