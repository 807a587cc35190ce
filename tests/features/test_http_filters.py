"""Filters over HTTP: `filter` in both languages, its CRS, its errors; queryables as parameters; the schemas."""

import json
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from tests.features.http_world import EPSG, client, link

COLLECTION = "/collections/towns"
ITEMS = f"{COLLECTION}/items"


def ids(query: str) -> list[str]:
    with client() as http:
        answer = http.get(f"{ITEMS}?{query}")
        assert answer.status_code == 200, answer.text
        return [feature["id"] for feature in answer.json()["features"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("inhabitants > 100000", ["59350", "80021"]),
        ("name LIKE 'A%' AND inhabitants < 50000", ["62041"]),
        ("casei(name) = casei('LILLE')", ["59350"]),
        ("founded IS NULL", ["02408", "nulle-part"]),
        ("founded < DATE('1100-01-01')", ["59350", "62041"]),
        ("S_INTERSECTS(geometry, BBOX(2, 49, 3, 50))", ["80021"]),
        ("S_INTERSECTS(geometry, POLYGON((2 49.8, 3 49.8, 3 51, 2 51, 2 49.8)))", ["62041", "80021"]),
    ],
)
def test_a_filter_in_text_selects(text: str, expected: list[str]) -> None:
    """CQL2 text is the default language."""
    assert ids(f"filter={quote(text)}") == expected


def test_a_filter_in_json_selects() -> None:
    """The same, as CQL2 JSON."""
    tree = {"op": ">", "args": [{"property": "inhabitants"}, 100_000]}
    assert ids(f"filter-lang=cql2-json&filter={quote(json.dumps(tree))}") == ["59350", "80021"]


def test_the_geometries_of_a_filter_may_be_in_another_crs() -> None:
    """`filter-crs`: metres of Lambert-93; latitude first in EPSG:4326."""
    lambert = "S_INTERSECTS(geometry, POLYGON((644000 6972000, 654000 6972000, 654000 6982000, 644000 6982000, 644000 6972000)))"
    assert ids(f"filter={quote(lambert)}&filter-crs={EPSG}2154") == ["80021"]
    latitude_first = "S_INTERSECTS(geometry, POLYGON((49 2, 50 2, 50 3, 49 3, 49 2)))"
    assert ids(f"filter={quote(latitude_first)}&filter-crs={EPSG}4326") == ["80021"]


@pytest.mark.parametrize(
    "text",
    [
        "", "inhabitants >", "inhabitants > 'many'", "nothing = 1", "name LIKE", "((((", "name = 'unclosed", "founded < DATE('2026-02-30')",
        "name = 1; DROP TABLE towns", "S_INTERSECTS(geometry, POINT(1))", "x(" * 500, "NOT " * 2000 + "name = 'a'",
    ],
)  # fmt: skip
def test_a_wrong_filter_is_refused_with_its_place(text: str) -> None:
    """400 that names `filter`."""
    with client() as http:
        answer = http.get(f"{ITEMS}?filter={quote(text)}")
        assert answer.status_code == 400, answer.text
        assert "filter" in answer.json()["at"]


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"op":"="}', "null", '"a"', '{"op":"nothing","args":[]}', "[" * 5000]
)
def test_wrong_json_is_refused(text: str) -> None:
    """400 as well."""
    with client() as http:
        assert http.get(f"{ITEMS}?filter-lang=cql2-json&filter={quote(text)}").status_code == 400


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name=Lille", ["59350"]),
        ("inhabitants=0", ["nulle-part"]),
        ("founded=1185-01-01", ["80021"]),
        ("name=Lille&inhabitants=1", []),
        ("name=Lille&filter=inhabitants%3E1", ["59350"]),
        ("name=Lille&bbox=3,50,4,51", ["59350"]),
    ],
)
def test_queryables_are_parameters(query: str, expected: list[str]) -> None:
    """Typed by the property's kind, all of them together with the others."""
    assert ids(query) == expected


@pytest.mark.parametrize("name", ["schema", "queryables", "sortables"])
def test_a_schema_is_a_json_schema_where_it_says(name: str) -> None:
    """Linked from the collection, `application/schema+json`, `$id` without a query, valid for its dialect."""
    with client() as http:
        document = http.get(COLLECTION).json()
        found = link(document, f"http://www.opengis.net/def/rel/ogc/1.0/{name}", "application/schema+json")
        answer = http.get(found["href"])
        assert answer.headers["content-type"] == "application/schema+json"
        schema = answer.json()
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert "?" not in schema["$id"]
        assert http.get(schema["$id"], headers={"accept": "application/schema+json"}).json() == schema


def test_the_schema_tells_the_roles() -> None:
    """id, primary geometry (with a format and no type), primary instant (OGC 23-058r2)."""
    with client() as http:
        properties: dict[str, Any] = http.get(f"{COLLECTION}/schema").json()["properties"]
        roles = {described.get("x-ogc-role"): name for name, described in properties.items()}
        assert roles["id"] == "id"
        assert roles["primary-geometry"] == "geometry"
        assert roles["primary-instant"] == "founded"
        assert properties["geometry"]["format"] == "geometry-point"
        assert "type" not in properties["geometry"]
        assert properties["inhabitants"]["x-ogc-unit"] == "{inhabitants}"
        assert http.get(f"{COLLECTION}/queryables").json()["additionalProperties"] is False
