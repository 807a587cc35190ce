"""JSON documents: the verdicts of python-jsonschema, place by place; nothing fetched, nothing unbounded."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from cicclo.requirements import library
from cicclo.validation.catalogue import kind_of
from cicclo.validation.documents import json_schema, wording
from cicclo.validation.documents.actions import validate_json
from cicclo.validation.errors import SchemaWrong, SourceUnreadable
from cicclo.validation.model import Report, Severity

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "schemas"
REPORTS = sorted(SHARED.glob("json-*/*.jsonschema-report.json"))


@pytest.mark.skipif(not REPORTS, reason="shared/data/schemas is not beside the project")
@pytest.mark.parametrize("path", REPORTS, ids=lambda path: f"{path.parent.name}/{path.name.split('.')[0]}")
def test_the_reference_reports_are_met(path: Path) -> None:
    expected = json.loads(path.read_text("utf-8"))
    schema = json.loads((path.parent / "schema.json").read_text("utf-8"))
    report = validate_json(path.with_name(path.name.removesuffix(".jsonschema-report.json")), schema)
    assert report.valid is expected["valid"]
    found = sorted((fault.where.lstrip("/"), fault.facts["keyword"]) for fault in report.faults)
    assert found == sorted((error["path"], error["keyword"]) for error in expected.get("errors", []))
    for fault in report.faults:
        assert wording.say(fault).fr != wording.say(fault).en


def test_a_json_schema_that_lists_resources_is_no_data_package() -> None:
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "resources": [{"path": "valid-sample.geojson"}],
    }
    assert kind_of(schema) == "jsonschema"  # as onstreet-parking is published


def judge(tmp_path: Path, document: Any, schema: dict[str, Any]) -> Report:
    path = tmp_path / "document.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    return validate_json(path, schema)


DRAFTS = {
    "http://json-schema.org/draft-04/schema#": {"minimum": 3, "exclusiveMinimum": True},
    "http://json-schema.org/draft-06/schema#": {"exclusiveMinimum": 3},
    "http://json-schema.org/draft-07/schema#": {"exclusiveMinimum": 3},
    "https://json-schema.org/draft/2019-09/schema": {"exclusiveMinimum": 3},
    "https://json-schema.org/draft/2020-12/schema": {"exclusiveMinimum": 3},
}


@pytest.mark.parametrize("draft", DRAFTS)
def test_each_draft_is_read_by_its_own_rules(tmp_path: Path, draft: str) -> None:
    schema = {"$schema": draft, **DRAFTS[draft]}
    assert judge(tmp_path, 4, schema).valid
    assert not judge(tmp_path, 3, schema).valid


def test_a_fault_has_its_pointer_its_feature_and_its_point(tmp_path: Path) -> None:
    place = {"type": "Point", "coordinates": [2.35, 48.85]}
    features = [{"type": "Feature", "id": "a/b", "geometry": place, "properties": {"x~y": 1}}]
    schema = {
        "properties": {
            "features": {"items": {"properties": {"properties": {"properties": {"x~y": {"type": "string"}}}}}}
        }
    }
    (fault,) = judge(tmp_path, {"type": "FeatureCollection", "features": features}, schema).faults
    assert fault.where == "/features/0/properties/x~0y"
    assert (fault.key, fault.row, fault.point) == ("a/b", 2, (2.35, 48.85))
    assert wording.say(fault).en == "1 is not of type string."


def test_geojson_addresses_are_known_here(tmp_path: Path) -> None:
    schema = {"$ref": "https://geojson.org/schema/FeatureCollection.json"}
    assert judge(tmp_path, {"type": "FeatureCollection", "features": []}, schema).valid
    assert not judge(tmp_path, {"type": "FeatureCollection"}, schema).valid
    names = {
        "FeatureCollection",
        "Feature",
        "Geometry",
        "GeometryCollection",
        "Point",
        "LineString",
        "Polygon",
    }
    assert all(f"https://geojson.org/schema/{name}.json" in json_schema.registry() for name in names)


def test_a_reference_to_elsewhere_is_told_and_not_followed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        schema = {"$ref": f"http://127.0.0.1:{server.getsockname()[1]}/schema.json"}
        (fault,) = judge(tmp_path, {}, schema).faults
        with pytest.raises(TimeoutError):  # nobody came
            server.accept()
    assert fault.requirement == "jsonschema/schema/resolvable"
    assert wording.say(fault).fr


def test_a_schema_that_is_itself_wrong_is_told_and_validation_goes_on(tmp_path: Path) -> None:
    schema = {"properties": {"a": {"type": "string", "required": "yes"}}}
    found = [(fault.requirement, fault.severity) for fault in judge(tmp_path, {"a": "x"}, schema).faults]
    assert found[0] == ("jsonschema/schema/valid", Severity.WARNING)


def test_circular_references_end(tmp_path: Path) -> None:
    with pytest.raises(SchemaWrong):
        judge(tmp_path, {}, {"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"})


def test_an_unknown_draft_is_a_notice(tmp_path: Path) -> None:
    report = judge(tmp_path, {}, {"$schema": "https://example.org/my-draft"})
    assert [notice.requirement for notice in report.notices] == ["jsonschema/schema/draft"]
    assert wording.say(report.notices[0]).fr


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "format-error"),
        ("<html></html>", "format-error"),
        ('{"a": 1', "format-error"),
        ("[" * 100_000, "format-error"),
    ],
)
def test_what_is_no_json_is_unreadable_with_its_place(tmp_path: Path, text: str, kind: str) -> None:
    with pytest.raises(SourceUnreadable) as caught:
        judge(tmp_path, text, {})
    assert caught.value.kind == kind


def test_bytes_of_another_encoding_are_told(tmp_path: Path) -> None:
    path = tmp_path / "latin.json"
    path.write_bytes('"é"'.encode("latin-1"))
    with pytest.raises(SourceUnreadable) as caught:
        validate_json(path, {})
    assert caught.value.kind == "encoding-error"


def test_a_document_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_schema, "LARGEST", 10)
    with pytest.raises(SourceUnreadable):
        judge(tmp_path, {"a": "much longer than ten bytes"}, {})


def test_the_requirements_of_json_schema_are_all_used_here() -> None:
    text = Path(json_schema.__file__).read_text("utf-8")
    assert all(f'"{name}"' in text for name in library() if name.startswith("jsonschema/"))
