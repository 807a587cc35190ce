"""Each check of the metadata record fires on a record wrong in one way; the right record has no fault."""

from pathlib import Path
from typing import Any

import pytest

from cicclo.requirements import library
from cicclo.validation.documents import wording
from cicclo.validation.documents.codes import CODES

from . import test_standards
from .records import Locator, changed
from .standard import NAME, RECORD, document, judge, model

CNIG = "CNIG_METADATA_REFERENCESYSTEMIDENTIFIER"
LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/2154"
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"identifier": None}, "METADATA_FILEIDENTIFIER_NOT_FOUND"),
    ({"identifier": "a/b?"}, "METADATA_FILEIDENTIFIER_INVALID"),
    ({"title": ""}, "METADATA_TITLE_NOT_FOUND"),
    ({"abstract": None}, "METADATA_ABSTRACT_NOT_FOUND"),
    ({"type": None}, "METADATA_TYPE_NOT_FOUND"),
    ({"type": "jeu"}, "METADATA_TYPE_INVALID"),
    ({"type": "service"}, "CNIG_METADATA_TYPE_INVALID"),
    ({"resource": None}, "METADATA_IDENTIFIER_NOT_FOUND"),
    ({"language": None}, "METADATA_LANGUAGE_NOT_FOUND"),
    ({"language": "français"}, "METADATA_LANGUAGE_INVALID"),
    ({"metadata_language": None}, "METADATA_METADATALANGUAGE_NOT_FOUND"),
    ({"metadata_language": "fr"}, "METADATA_METADATALANGUAGE_INVALID"),
    ({"topic": None}, "METADATA_TOPICCATEGORY_NOT_FOUND"),
    ({"topic": "urbanisme"}, "METADATA_TOPICCATEGORY_INVALID"),
    ({"extent": None}, "METADATA_EXTENTS_EMPTY"),
    ({"extent": ("1,0", "47", "2", "48")}, "METADATA_EXTENT_INVALID"),
    ({"revision": "03/06/2014"}, "METADATA_DATEOFLASTREVISION_INVALID"),
    ({"publication": "2014-13-45"}, "METADATA_DATEOFPUBLICATION_INVALID"),
    ({"creation": "hier"}, "METADATA_DATEOFCREATION_INVALID"),
    ({"revision": None, "creation": "2014-06-03"}, "CNIG_METADATA_DATEOFLASTREVISION_NOT_FOUND"),
    ({"stamp": None}, "METADATA_METADATADATE_NOT_FOUND"),
    ({"stamp": "2014.06.03"}, "METADATA_METADATADATE_INVALID"),
    ({"characters": None}, "METADATA_CHARACTERSET_NOT_FOUND"),
    ({"characters": ""}, "METADATA_CHARACTERSET_INVALID"),
    ({"formats": ()}, "METADATA_DISTRIBUTIONFORMATS_EMPTY"),
    ({"formats": ("",)}, "METADATA_DISTRIBUTIONFORMAT_NAME_NOT_FOUND"),
    ({"representation": None}, "METADATA_SPATIALREPRESENTATIONTYPE_NOT_FOUND"),
    ({"representation": "carte"}, "METADATA_SPATIALREPRESENTATIONTYPE_INVALID"),
    ({"lineage": None}, "METADATA_LINEAGE_NOT_FOUND"),
    ({"denominator": None}, "METADATA_SPATIALRESOLUTIONS_EMPTY"),
    ({"denominator": "1/5000"}, "METADATA_SPATIALRESOLUTION_INVALID_DENOMINATOR"),
    ({"denominator": None, "distance": "un mètre"}, "METADATA_SPATIALRESOLUTION_INVALID_DISTANCE"),
    ({"specifications": (("CNIG PLU v2024", "2024-01-01", "oui"),)}, "METADATA_SPECIFICATION_DEGREE_INVALID"),
    (
        {"specifications": (("CNIG PLU v2024", "2024", "true"), ("", "2024-01-01", ""))},
        "METADATA_SPECIFICATION_TITLE_NOT_FOUND",
    ),
    ({"specifications": (("CNIG PLU v2024", "", "true"),)}, "METADATA_SPECIFICATION_DATE_NOT_FOUND"),
    ({"specifications": (("CNIG PLU v2024", "janvier", "true"),)}, "METADATA_SPECIFICATION_DATE_INVALID"),
    ({"specifications": (("PLU", "2024-01-01", "true"),)}, "CNIG_METADATA_SPECIFICATION_NOT_FOUND"),
    ({"contact": False}, "METADATA_CONTACT_NOT_FOUND"),
    ({"metadata_contact": False}, "METADATA_METADATACONTACT_NOT_FOUND"),
    ({"locators": ()}, "METADATA_LOCATORS_EMPTY"),
    ({"locators": (Locator(name=""),)}, "METADATA_LOCATOR_NAME_NOT_FOUND"),
    ({"locators": (Locator(protocol=""),)}, "METADATA_LOCATOR_PROTOCOL_NOT_FOUND"),
    ({"locators": (Locator(url=""),)}, "METADATA_LOCATOR_URL_NOT_FOUND"),
    ({"system": None}, f"{CNIG}_NOT_FOUND"),
    ({"system": ("EPSG:2154", "")}, f"{CNIG}_URI_NOT_FOUND"),
    ({"system": ("EPSG:2056", "http://www.opengis.net/def/crs/EPSG/0/2056")}, f"{CNIG}_URI_UNEXPECTED"),
    ({"system": ("", LAMBERT)}, f"{CNIG}_CODE_NOT_FOUND"),
    ({"system": ("Lambert 93", LAMBERT)}, f"{CNIG}_CODE_INVALID"),
    ({"keywords": RECORD.keywords[:1]}, "CNIG_METADATA_KEYWORD_NOT_FOUND"),
    ({"keywords": (RECORD.keywords[0], (RECORD.keywords[1][0], "41176"))}, "CNIG_METADATA_KEYWORD_INVALID"),
]


@pytest.mark.parametrize(("change", "code"), WRONG, ids=[code for _, code in WRONG])
def test_a_record_wrong_in_one_way(tmp_path: Path, change: dict[str, Any], code: str) -> None:
    folder = document(tmp_path, record=changed(RECORD, **change))
    report = judge(folder, model(tmp_path / "model"))
    assert [fault.kind for fault in report.faults] == [code]
    (fault,) = report.faults
    assert fault.where == "record.xml"
    assert wording.say(fault).fr != wording.say(fault).en


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"revision": None}, {"METADATA_DATES_NOT_FOUND", "CNIG_METADATA_DATEOFLASTREVISION_NOT_FOUND"}),
        ({"specifications": ()}, {"METADATA_SPECIFICATIONS_EMPTY", "CNIG_METADATA_SPECIFICATION_NOT_FOUND"}),
    ],
)
def test_an_absence_that_breaks_two_rules(tmp_path: Path, change: dict[str, Any], codes: set[str]) -> None:
    folder = document(tmp_path, record=changed(RECORD, **change))
    assert {fault.kind for fault in judge(folder, model(tmp_path / "model")).faults} == codes


def test_another_identifier_of_the_resource_is_only_information(tmp_path: Path) -> None:
    folder = document(tmp_path, record=changed(RECORD, resource="fr-41175"))
    report = judge(folder, model(tmp_path / "model"))
    assert report.valid
    assert [notice.kind for notice in report.notices] == ["CNIG_METADATA_IDENTIFIER_INVALID"]


def test_the_part_of_a_document_has_its_keyword(tmp_path: Path) -> None:
    standard = model(tmp_path / "model", constraints={})
    report = judge(document(tmp_path, f"{NAME}_A"), standard)
    assert [fault.facts["keyword"] for fault in report.faults if "KEYWORD" in fault.kind] == ["CodeDU"]


def test_every_code_serves_a_known_requirement() -> None:
    served = {code.requirement for code in CODES.values()}
    assert {name for name in library() if name.startswith("cnig/")} == served


def test_every_code_is_seen_by_some_test() -> None:
    """Codes told in this file, in the tables of `test_standards`, or by name in its other tests."""
    told = {code for _, code in WRONG} | {code for *_, code in test_standards.VALUES}
    told |= {code for _, codes in test_standards.TREES for code in codes} | {
        code for _, code in test_standards.NOTICES
    }
    texts = Path(test_standards.__file__).read_text("utf-8") + Path(__file__).read_text("utf-8")
    assert {code for code in CODES if code not in told and f'"{code}"' not in texts} == set()
