"""Each code of IGN's validator that we cover fires on the one thing it is about, and on nothing else."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyogrio.raw import write

from cicclo.validation.documents import standards, wording
from cicclo.validation.documents.actions import validate_document
from cicclo.validation.errors import SchemaUnreadable, SchemaWrong, SourceUnreadable

from .standard import ALL, NAME, ROW, SUP_NAME, WKT, csv, document, judge, kinds, model, row

DATA = "Donnees_geographiques"


@pytest.fixture
def plu(tmp_path: Path) -> Path:
    return model(tmp_path / "model")


def test_the_document_made_for_tests_is_right(tmp_path: Path, plu: Path) -> None:
    report = judge(document(tmp_path), plu)
    assert kinds(report) == []
    assert [notice.kind for notice in report.notices] == []
    assert (report.valid, report.rows) == (True, 3)


VALUES = [
    ("ID", "", "ATTRIBUTE_UNEXPECTED_NULL"),
    ("ID", "X1", "ATTRIBUTE_INVALID_REGEXP"),
    ("ID", "Z1234", "ATTRIBUTE_SIZE_EXCEEDED"),
    ("KIND", "B", "ATTRIBUTE_UNEXPECTED_VALUE"),
    ("OWNER", "O2", "ATTRIBUTE_REFERENCE_NOT_FOUND"),
    ("SUB", "07", "TABLE_FOREIGN_KEY_NOT_FOUND"),
    ("DAY", "20240231", "ATTRIBUTE_INVALID_FORMAT"),
    ("DAY", "31-01-2024", "ATTRIBUTE_INVALID_FORMAT"),
    ("COUNT", "3.5", "ATTRIBUTE_INVALID_FORMAT"),
    ("AREA", "1_0", "ATTRIBUTE_INVALID_FORMAT"),
    ("FLAG", "peut-être", "ATTRIBUTE_INVALID_FORMAT"),
    ("FILE", "41175_reglement", "ATTRIBUTE_FILE_NOT_FOUND"),
    ("PATH", "elsewhere/41175_reglement.pdf", "ATTRIBUTE_PATH_NOT_FOUND"),
    ("INSEE", "4117", "CNIG_INSEE_INVALID"),
    ("SIREN", "21410175", "CNIG_SIREN_INVALID"),
    ("IDURBA", "41175-20240101", "CNIG_IDURBA_INVALID"),
    ("NOTE", "a\x07b", "ATTRIBUTE_CHARACTERS_ILLEGAL"),
    ("WKT", "", "ATTRIBUTE_UNEXPECTED_NULL"),
    ("WKT", "POLYGON ((", "ATTRIBUTE_GEOMETRY_INVALID_FORMAT"),
    ("WKT", "POINT (652000 6862000)", "ATTRIBUTE_INVALID_FORMAT"),
    (
        "WKT",
        "MULTIPOLYGON (((2.3 48.8, 2.4 48.8, 2.4 48.9, 2.3 48.8)))",
        "ATTRIBUTE_GEOMETRY_INVALID_DATA_EXTENT",
    ),
    (
        "WKT",
        "POLYGON ((652000 6862000, 652010 6862010, 652010 6862000, 652000 6862010, 652000 6862000))",
        "ATTRIBUTE_GEOMETRY_INVALID",
    ),
]


@pytest.mark.parametrize(("name", "value", "code"), VALUES)
def test_a_wrong_value_is_told_once_at_its_place(
    tmp_path: Path, plu: Path, name: str, value: str, code: str
) -> None:
    report = judge(document(tmp_path, rows=[row(ID="Z2"), row(**{name: value})]), plu)
    assert kinds(report) == [code]
    (fault,) = report.faults
    assert fault.row == 3
    assert name in fault.field
    assert fault.where.startswith(f"{DATA}/ZONE_URBA.csv")
    assert wording.say(fault).fr != wording.say(fault).en


@pytest.mark.parametrize("value", ["2024", "20240131", "31/01/2024", "2024-01-31", "2024/01/31", ""])
def test_dates_are_written_in_five_ways(tmp_path: Path, plu: Path, value: str) -> None:
    assert kinds(judge(document(tmp_path, rows=[row(DAY=value)]), plu)) == []


@pytest.mark.parametrize("value", ["41175_reglement.pdf#page=3", ""])
def test_a_page_may_follow_the_name_of_a_file(tmp_path: Path, plu: Path, value: str) -> None:
    assert kinds(judge(document(tmp_path, rows=[row(FILE=value)]), plu)) == []


def test_an_identifier_met_twice(tmp_path: Path, plu: Path) -> None:
    report = judge(document(tmp_path, rows=[row(), row(), row(ID="Z2")]), plu)
    assert [(fault.kind, fault.cell, fault.facts["count"]) for fault in report.faults] == [
        ("ATTRIBUTE_NOT_UNIQUE", "Z1", 2)
    ]


def test_a_value_too_short_and_a_code_of_no_list(tmp_path: Path, plu: Path) -> None:
    assert kinds(judge(document(tmp_path, rows=[row(ID="Z")]), plu)) == [
        "ATTRIBUTE_INVALID_REGEXP",
        "ATTRIBUTE_SIZE_INVALID",
    ]
    (tmp_path / "other").mkdir()
    report = judge(document(tmp_path / "other", rows=[row(CODE="09")]), plu)
    assert kinds(report) == ["ATTRIBUTE_REFERENCE_NOT_FOUND", "TABLE_FOREIGN_KEY_NOT_FOUND"]


def _lose(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink() if (folder / path).is_file() else (folder / path).rmdir()


def _write(path: str, text: str = "x") -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")

    return write


def _zones(*rows: dict[str, str], header: list[str] | None = None) -> Callable[[Path], object]:
    return lambda folder: csv(folder / DATA / "ZONE_URBA.csv", list(rows), header or list(ROW))


WITHOUT = [name for name in ROW if name != "KIND"]
TREES = [
    (
        _lose("Pieces_ecrites/41175_reglement.pdf"),
        {"FILE_MISSING_MANDATORY", "ATTRIBUTE_FILE_NOT_FOUND", "ATTRIBUTE_PATH_NOT_FOUND"},
    ),
    (_lose("record.xml"), {"FILE_MISSING_MANDATORY"}),
    (_write("Pieces_ecrites/autre.pdf"), {"FILE_UNEXPECTED"}),
    (_write("41175_reglement.pdf"), {"FILE_MISPLACED"}),
    (_write("Pieces_ecrites/notes.odt"), {"CNIG_PIECE_ECRITE_ONLY_PDF"}),
    (_write("second.xml", "<other/>"), set()),
    (_write("second.xml", "<broken"), {"METADATA_INVALID_FILE"}),
    (
        _write("second.xml", '<!DOCTYPE x [<!ENTITY a "b">]><MD_Metadata>&a;</MD_Metadata>'),
        {"METADATA_INVALID_FILE"},
    ),
    (_zones(header=list(ROW)), {"FILE_EMPTY", "NO_SPATIAL_DATA"}),
    (_zones(ROW, header=WITHOUT), {"TABLE_MISSING_ATTRIBUTE"}),
    (_zones({**ROW, "MORE": "x"}, header=[*ROW, "MORE"]), {"TABLE_UNEXPECTED_ATTRIBUTE"}),
    (
        _zones(ROW, header=[name for name in ROW if name != "WKT"]),
        {"TABLE_MISSING_GEOMETRY", "NO_SPATIAL_DATA"},
    ),
    (
        lambda folder: csv(folder / DATA / "DOC_URBA.csv", [{"IDURBA": "41175_PLU_20230101"}]),
        {"CNIG_IDURBA_NOT_FOUND"},
    ),
    (
        lambda folder: csv(folder / DATA / "DOC_URBA.csv", [{"IDURBA": NAME}] * 2),
        {"CNIG_IDURBA_MULTIPLE_FOUND"},
    ),
    (_write(f"{DATA}/OWNER.gpkg", "not a GeoPackage"), {"FILE_NOT_OPENED"}),
]


@pytest.mark.parametrize(("change", "codes"), TREES)
def test_a_change_of_the_folder_is_told(
    tmp_path: Path, plu: Path, change: Callable[[Path], object], codes: set[str]
) -> None:
    folder = document(tmp_path)
    change(folder)
    report = judge(folder, plu)
    assert set(kinds(report)) == codes
    for fault in report.faults:
        assert wording.say(fault).fr != wording.say(fault).en


NOTICES = [
    (_lose("Annexes"), "FILE_MISSING_RECOMMANDED_DIRECTORY"),
    (_lose("Pieces_ecrites/guide.pdf"), "FILE_MISSING_RECOMMANDED"),
    (_zones(ROW, header=[name for name in ROW if name != "NOTE"]), "TABLE_MISSING_NULLABLE_ATTRIBUTE"),
    (_write("second.xml", "<other/>"), "METADATA_IGNORED_FILE"),
]


@pytest.mark.parametrize(("change", "code"), NOTICES)
def test_what_is_only_information_is_a_notice(
    tmp_path: Path, plu: Path, change: Callable[[Path], object], code: str
) -> None:
    folder = document(tmp_path)
    change(folder)
    report = judge(folder, plu)
    assert [notice.kind for notice in report.notices] == [code]
    assert report.valid
    assert wording.say(report.notices[0]).fr


def test_two_records_are_one_too_many(tmp_path: Path, plu: Path) -> None:
    folder = document(tmp_path)
    (folder / "second.xml").write_bytes((folder / "record.xml").read_bytes())
    assert kinds(judge(folder, plu)) == ["METADATA_MULTIPLE_FILES"]


def test_a_folder_without_its_directory_and_with_another_name(tmp_path: Path, plu: Path) -> None:
    folder = document(tmp_path, record=None).rename(tmp_path / "dossier")
    found = kinds(judge(folder, plu))
    assert found[:2] == ["DIRECTORY_UNEXPECTED_NAME", "FILE_MISSING_MANDATORY"]
    empty = tmp_path / NAME
    empty.mkdir()
    assert set(kinds(judge(empty, plu))) == {
        "FILE_MISSING_MANDATORY",
        "FILE_MISSING_MANDATORY_DIRECTORY",
        "CNIG_DOCUMENT_NO_PDF",
        "NO_SPATIAL_DATA",
    }


def test_texts_that_are_not_in_the_declared_encoding(tmp_path: Path, plu: Path) -> None:
    folder = document(tmp_path, rows=[row(NOTE="éàü")])
    path = folder / DATA / "ZONE_URBA.csv"
    path.write_bytes(path.read_text("utf-8").encode("latin-1"))
    assert kinds(judge(folder, plu)) == ["TABLE_UNEXPECTED_ENCODING"]


def test_a_plui_lists_its_communes(tmp_path: Path) -> None:
    standard = model(tmp_path / "model", "cnig_PLUi_2024")
    folder = document(tmp_path, "200011781_PLUi_20240101", record=None)
    csv(folder / DATA / "DOC_URBA_COM.csv", [{"INSEE": "41175"}])
    assert "CNIG_DOC_URBA_COM_UNEXPECTED_SIZE" in kinds(judge(folder, standard))


def test_a_scot_has_one_perimeter(tmp_path: Path) -> None:
    standard = model(tmp_path / "model", "cnig_SCOT_2024")
    folder = document(tmp_path, "200078244_SCOT_20240101", record=None)
    csv(folder / DATA / "PERIMETRE_SCOT.csv", [{"ID": "1"}, {"ID": "2"}])
    assert "CNIG_PERIMETRE_SCOT_UNEXPECTED_SIZE" in kinds(judge(folder, standard))


def easement(tmp_path: Path, extents: list[dict[str, str]]) -> Path:
    folder = document(tmp_path, SUP_NAME, record=None)
    for letter in "PS":
        csv(folder / DATA / f"A5_GENERATEUR_SUP_{letter}.csv", [{"IDGEN": f"G{letter}", "WKT": WKT}])
        csv(folder / DATA / f"A5_ASSIETTE_SUP_{letter}.csv", [{**one, "WKT": WKT} for one in extents])
        for one in extents:
            one["IDASS"] = "B" + one["IDASS"]
    return folder


def test_extents_of_an_easement_have_their_generator(tmp_path: Path) -> None:
    standard = model(tmp_path / "model", "cnig_SUP_A5_2024")
    right = kinds(
        judge(easement(tmp_path, [{"IDASS": "A1", "IDGEN": "GP"}, {"IDASS": "A2", "IDGEN": "GS"}]), standard)
    )
    assert [code for code in right if code.startswith("CNIG_SUP")] == []
    (tmp_path / "wrong").mkdir()
    wrong = kinds(judge(easement(tmp_path / "wrong", [{"IDASS": "A1", "IDGEN": "GX"}]), standard))
    assert wrong.count("CNIG_SUP_IDGEN_NOT_FOUND") == 2  # one a table


def test_identifiers_of_an_easement_are_unique_over_their_tables(tmp_path: Path) -> None:
    standard = model(tmp_path / "model", "cnig_SUP_A5_2024")
    folder = easement(tmp_path, [{"IDASS": "A1", "IDGEN": "GP"}])
    csv(folder / DATA / "A5_ASSIETTE_SUP_S.csv", [{"IDASS": "A1", "IDGEN": "GP", "WKT": WKT}])
    csv(folder / DATA / "A5_GENERATEUR_SUP_S.csv", [{"IDGEN": "GP", "WKT": WKT}])
    found = kinds(judge(folder, standard))
    assert {"CNIG_SUP_IDASS_NOT_UNIQUE", "CNIG_SUP_IDGEN_NOT_UNIQUE"} <= set(found)


def test_an_easement_without_its_tables(tmp_path: Path) -> None:
    standard = model(tmp_path / "model", "cnig_SUP_A5_2024")
    found = kinds(judge(document(tmp_path, SUP_NAME, record=None), standard))
    assert {"CNIG_GENERATEUR_SUP_NOT_FOUND", "CNIG_ASSIETTE_SUP_NOT_FOUND"} <= set(found)


def test_the_folder_of_an_easement_names_its_departement_with_three_characters(tmp_path: Path) -> None:
    standard = model(tmp_path / "model", "cnig_SUP_A5_2024")
    for territory, told in (("88", True), ("088", False), ("FR", False), ("02A", False)):
        folder = document(tmp_path, f"123456789_A5_{territory}_20240101", record=None)
        assert ("CNIG_SUP_BAD_TERRITORY_CODE" in kinds(judge(folder, standard))) is told


def test_a_geometry_out_of_the_footprint(tmp_path: Path, plu: Path) -> None:
    folder = document(tmp_path)  # its zone is ten metres wide, from (652000, 6862000)
    around = shapely.box(652_000, 6_862_000, 652_010, 6_862_010)
    assert (
        kinds(judge(folder, plu, footprint=shapely.buffer(around, -3))) == []
    )  # within the ten metres forgiven
    far = shapely.box(652_100, 6_862_100, 652_110, 6_862_110)
    assert kinds(judge(folder, plu, footprint=far)) == ["CNIG_GEOMETRY_OUTSIDE_DOCUMENT_EMPRISE_ERROR"]


def test_tables_of_one_geopackage_are_found_by_their_names(tmp_path: Path) -> None:
    folder = model(tmp_path / "model")
    said = json.loads((folder / "files.json").read_text())
    said["files"] = [
        {
            "name": "DATA",
            "type": "multi_table",
            "path": "data",
            "mandatory": "ERROR",
            "tableModels": [{"name": "OWNER", "tableModel": "types/OWNER.json"}],
        }
    ]
    (folder / "files.json").write_text(json.dumps(said))
    target = tmp_path / NAME
    target.mkdir()
    for layer, field in (("OWNER", "ID"), ("OTHER", "X")):
        write(
            target / "data.gpkg",
            geometry=None,
            field_data=[np.array(["O1"], dtype=object)],
            fields=[field],
            layer=layer,
            geometry_type=None,
        )
    report = judge(target, folder)
    assert [(fault.kind, fault.where) for fault in report.faults if "MULTI" in fault.kind] == [
        ("MULTITABLE_UNEXPECTED", "data.gpkg#OTHER")
    ]


def test_a_standard_may_be_stricter(tmp_path: Path, plu: Path) -> None:
    (plu / "levels.json").write_text('{"FILE_UNEXPECTED": "ERROR"}')
    folder = document(tmp_path)
    (folder / "Pieces_ecrites" / "autre.pdf").write_bytes(b"%PDF")
    assert not judge(folder, plu).valid


XML_FILES = """<document><name>cnig_PLU_2013</name><regexp>.*</regexp><files>
<file><type>table</type><name>ZONE_URBA</name><regexp>Donnees_geographiques/ZONE_URBA</regexp><mandatory>ERROR</mandatory></file>
<file><type>pdf</type><name>PLAN</name><regexp>plan</regexp><mandatory>WARN</mandatory></file></files></document>"""
XML_TABLE = """<featureType><name>ZONE_URBA</name><attributes>
<attribute><type>String</type><name>KIND</name><nullable>false</nullable><size>2</size>
<listOfValues><value>U</value><value>AU</value></listOfValues></attribute>
<attribute><type>MultiPolygon</type><name>WKT</name><nullable>true</nullable></attribute></attributes></featureType>"""


def test_an_xml_model_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "types").mkdir()
    (tmp_path / "files.xml").write_text(XML_FILES)
    (tmp_path / "types" / "ZONE_URBA.xml").write_text(XML_TABLE)
    read = standards.read(tmp_path)
    assert (read.name, [file.name for file in read.files]) == ("cnig_PLU_2013", ["ZONE_URBA", "PLAN"])
    kind, geometry = read.files[0].tables[0].columns
    assert (kind.required, kind.longest, kind.values) == (True, 2, ("U", "AU"))
    assert geometry.geometric


@pytest.mark.parametrize("text", ["{}", "[]", '{"name": "x"}', '{"name": "x", "files": [{}]}'])
def test_a_wrong_model_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "files.json").write_text(text)
    with pytest.raises(SchemaWrong):
        standards.read(tmp_path)


def test_no_model_and_no_json_are_told(tmp_path: Path) -> None:
    with pytest.raises(SchemaUnreadable):
        standards.read(tmp_path)
    (tmp_path / "files.json").write_text("<html>")
    with pytest.raises(SchemaUnreadable):
        standards.read(tmp_path)


def test_a_table_outside_the_model_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text('{"name": "T", "columns": []}')
    folder = tmp_path / "model"
    folder.mkdir()
    files = [{"name": "T", "type": "table", "path": "T", "tableModel": "../secret.json"}]
    (folder / "files.json").write_text(json.dumps({"name": "x", "files": files}))
    assert standards.read(folder).files[0].tables == ()


def test_a_bad_expression_of_the_model_is_the_models_fault(tmp_path: Path, plu: Path) -> None:
    said = json.loads((plu / "files.json").read_text())
    said["constraints"]["folderName"] = "([0-9]+"
    (plu / "files.json").write_text(json.dumps(said))
    with pytest.raises(SchemaWrong):
        judge(document(tmp_path), plu)


def test_what_is_no_folder_and_no_zip_is_unreadable(tmp_path: Path, plu: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 not a zip")
    for name in ("x.zip", "absent"):
        with pytest.raises(SourceUnreadable):
            validate_document(tmp_path / name, plu, ALL)
