"""The API definition: what the executable suite reads, and what fuzzing it with its own words gives."""

import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.features.http_world import CRS84, client, service, towns

from cicclo.features.asgi import application
from cicclo.features.service import Limits

ITEMS = "/collections/towns/items"


def parameter(document: Any, name: str, path: str = ITEMS) -> dict[str, Any]:
    (found,) = [each for each in document["paths"][path]["get"]["parameters"] if each["name"] == name]
    return found


def test_parameters_are_defined_as_the_standards_do() -> None:
    """limit, bbox, datetime (OGC 17-069r4, 7.15), crs and bbox-crs (18-058r1, 6)."""
    with client(limits=Limits(page=1000, default=7)) as http:
        document = http.get("/api").json()
    limit = parameter(document, "limit")
    assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": 1000, "default": 7}
    bbox = parameter(document, "bbox")
    assert bbox["schema"] == {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
    assert parameter(document, "datetime")["schema"]["type"] == "string"
    for name in ("limit", "bbox", "datetime", "crs", "bbox-crs"):
        found = parameter(document, name)
        assert (found["in"], found["style"], found["explode"], found["required"]) == (
            "query",
            "form",
            False,
            False,
        )
    crs = parameter(document, "crs")
    assert crs["schema"]["format"] == "uri"
    assert crs["schema"]["default"] == CRS84
    assert parameter(document, "crs", f"{ITEMS}/{{featureId}}")


def test_it_is_served_as_its_link_says() -> None:
    """`Accept` with the announced type gives that type; spaces around `;` are the same."""
    kind = "application/vnd.oai.openapi+json;version=3.0"
    with client() as http:
        for accept in (kind, kind.replace(";", "; "), "application/vnd.oai.openapi+json", "application/json"):
            assert http.get("/api", headers={"accept": accept}).headers["content-type"] == kind
        assert (
            http.get("/api", headers={"accept": "application/vnd.oai.openapi+json;version=3.1"}).status_code
            == 406
        )


def test_operation_ids_are_unique_and_every_path_is_served() -> None:
    """No path of the definition is a 404 of the router."""
    with client() as http:
        document = http.get("/api").json()
        names = [
            operation["operationId"] for item in document["paths"].values() for operation in item.values()
        ]
        assert len(names) == len(set(names))
        for path in document["paths"]:
            if "{" not in re.sub(r"\{featureId\}", "59350", path):
                assert http.get(path.replace("{featureId}", "59350")).status_code == 200, path


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
app = application(service({"towns": towns(), "a b/c": towns(id_="a b/c")}))
schema = schemathesis.openapi.from_asgi("/api", app)


@schema.parametrize()
@settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
def test_whatever_the_definition_allows_is_answered_as_it_says(case: Any) -> None:
    """No 5xx; statuses, media types and bodies as defined; malformed values give 4xx."""
    case.call_and_validate(checks=CHECKS)


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(method: str) -> None:
    """405 with Allow."""
    with client() as http:
        answer = http.request(method, ITEMS)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
