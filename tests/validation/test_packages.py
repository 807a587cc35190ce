"""Data packages: each table against its schema, keys across files included."""

import json
from pathlib import Path
from typing import Any

import pytest

from cicclo.validation.errors import SchemaWrong, SourceUnreadable
from cicclo.validation.model import Options, Report
from cicclo.validation.packages import is_package, validate_package
from cicclo.validation.settings import Settings

SITES = {
    "fields": [{"name": "id", "type": "integer", "constraints": {"required": True}}, {"name": "nom"}],
    "primaryKey": "id",
}
TERRAINS = {
    "fields": [{"name": "t"}, {"name": "site", "type": "integer"}],
    "foreignKeys": [{"fields": "site", "reference": {"resource": "sites", "fields": "id"}}],
}


def package(folder: Path, *resources: dict[str, Any], **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    (folder / "datapackage.json").write_text(json.dumps({"name": "p", "resources": list(resources)}), "utf-8")
    return folder


def reports(folder: Path) -> list[Report]:
    return list(validate_package(folder, Settings(offline=True), Options(limit=0)))


def test_keys_point_from_one_file_into_another(tmp_path: Path) -> None:
    """`01` and `1` are one integer; 3 is nobody's site; an empty key points nowhere."""
    folder = package(
        tmp_path,
        {"name": "terrains", "path": "terrains.csv", "schema": TERRAINS},
        {"name": "sites", "path": "sites.csv", "schema": SITES},
        sites="id,nom\n1,a\n2,b\n",
        terrains="t,site\nx,01\ny,3\nz,\n",
    )
    terrains, sites = reports(folder)
    assert [(f.kind, f.row, f.cells) for f in terrains.faults] == [("foreign-key", 3, ("3",))]
    assert sites.valid


def test_a_key_may_point_into_its_own_table(tmp_path: Path) -> None:
    tree = {
        "fields": [{"name": "id"}, {"name": "parent"}],
        "foreignKeys": [{"fields": "parent", "reference": {"resource": "", "fields": "id"}}],
    }
    folder = package(
        tmp_path, {"name": "tree", "path": "tree.csv", "schema": tree}, tree="id,parent\na,\nb,a\nc,z\n"
    )
    [report] = reports(folder)
    assert [(f.kind, f.row) for f in report.faults] == [("foreign-key", 4)]


def test_a_schema_may_be_a_file_of_the_package(tmp_path: Path) -> None:
    (tmp_path / "sites.json").write_text(json.dumps(SITES), "utf-8")
    folder = package(tmp_path, {"name": "s", "path": "s.csv", "schema": "sites.json"}, s="id,nom\n1,a\n1,b\n")
    [report] = reports(folder)
    assert [(f.kind, f.row) for f in report.faults] == [("primary-key", 3)]


def test_a_table_without_schema_is_left_out(tmp_path: Path) -> None:
    assert reports(package(tmp_path, {"name": "s", "path": "s.csv"}, s="id\n1\n")) == []


@pytest.mark.parametrize("path", ["../secret.csv", "/etc/passwd", "a/../../secret.csv", "absent.csv"])
def test_a_path_does_not_leave_the_package(tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.csv").write_text("id\n1\n")
    folder = tmp_path / "p"
    folder.mkdir()
    with pytest.raises(SourceUnreadable):
        reports(package(folder, {"name": "s", "path": path, "schema": SITES}))


def test_a_link_does_not_leave_the_package(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("id\n1\n")
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "s.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(SourceUnreadable):
        reports(package(folder, {"name": "s", "path": "s.csv", "schema": SITES}))


@pytest.mark.parametrize("resources", [[], [{"name": "x"}], [{"name": "x", "path": ["a.csv", "b.csv"]}]])
def test_a_package_that_says_too_little_is_refused(tmp_path: Path, resources: list[dict[str, Any]]) -> None:
    with pytest.raises(SchemaWrong):
        reports(package(tmp_path, *resources))


def test_a_package_is_known_by_its_descriptor(tmp_path: Path) -> None:
    assert not is_package(tmp_path)
    assert is_package(package(tmp_path))
    assert is_package(tmp_path / "datapackage.json")
