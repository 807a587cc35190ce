"""IGN's own test documents give the counts that IGN's own tests assert (CnigValidatorRegressTest, May 2026).

The copy under `shared` has geographic files and models only: `folders` makes the rest, with the facts those tests name.
"""

import shutil
from collections import Counter
from pathlib import Path

import pytest
import shapely

from cicclo.validation.documents.actions import validate_document
from cicclo.validation.documents.codes import Level
from cicclo.validation.geo.layers import open_layers
from cicclo.validation.model import Options, Report, Severity

from . import folders
from .records import changed

ALL = Options(limit=0)


@pytest.fixture
def plu(tmp_path: Path) -> Path:
    folders.needs(folders.PLU)
    return folders.plu(tmp_path)


@pytest.fixture
def sup(tmp_path: Path) -> Path:
    folders.needs(folders.SUP)
    return folders.sup(tmp_path)


PLU_MODEL = folders.PLU / "model" / "cnig_PLU_2013"
SUP_MODEL = folders.SUP / "model" / "cnig_SUP_A5_2016"


def counts(report: Report, severity: Severity) -> Counter[str]:
    return Counter(fault.kind for fault in report.faults if fault.severity is severity)


def test_the_plu_of_pezou_has_four_errors_and_seven_warnings(plu: Path) -> None:
    report = validate_document(plu, PLU_MODEL, ALL)
    assert counts(report, Severity.ERROR) == {
        "ATTRIBUTE_INVALID_REGEXP": 1,
        "METADATA_CHARACTERSET_INVALID": 1,
        "METADATA_SPATIALRESOLUTION_INVALID_DENOMINATOR": 1,
        "CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_URI_NOT_FOUND": 1,
    }
    warnings = counts(report, Severity.WARNING)
    assert warnings.total() == 7
    assert all("METADATA" in code for code in warnings)
    (wrong,) = [fault for fault in report.faults if fault.kind == "ATTRIBUTE_INVALID_REGEXP"]
    assert (wrong.where, wrong.field) == ("DOC_URBA.dbf/0", "DATEREF")


def test_the_geographic_files_alone_have_nothing_wrong_in_themselves() -> None:
    folders.needs(folders.PLU)
    report = validate_document(folders.PLU / "41175_PLU_20140603", PLU_MODEL, ALL)
    # what is missing in the copy is told, and nothing of what is there: IGN has no error on these tables either
    assert {fault.kind for fault in report.faults} == {
        "FILE_MISSING_MANDATORY",
        "FILE_MISSING_MANDATORY_DIRECTORY",
        "CNIG_DOCUMENT_NO_PDF",
        "ATTRIBUTE_FILE_NOT_FOUND",
    }
    assert report.rows == 10 + 26 + 23 + 118  # lines, points, surfaces of prescriptions; zones


def test_the_sup_of_vosges_has_one_error_and_four_warnings(sup: Path) -> None:
    report = validate_document(sup, SUP_MODEL, ALL)
    assert counts(report, Severity.ERROR) == {"CNIG_SUP_BAD_TERRITORY_CODE": 1}
    assert counts(report, Severity.WARNING) == {
        "TABLE_UNEXPECTED_ATTRIBUTE": 3,
        "CNIG_METADATA_KEYWORD_INVALID": 1,
    }


def test_a_zip_gives_what_its_folder_gives(sup: Path, tmp_path: Path) -> None:
    whole = shutil.make_archive(str(tmp_path / "whole"), "zip", sup.parent, sup.name)
    flat = shutil.make_archive(str(tmp_path / "flat" / sup.name), "zip", sup)
    expected = [fault.kind for fault in validate_document(sup, SUP_MODEL, ALL).faults]
    for path in (whole, flat):
        assert [fault.kind for fault in validate_document(Path(path), SUP_MODEL, ALL).faults] == expected


def test_the_right_name_of_the_sup_clears_its_error(sup: Path) -> None:
    right = sup.rename(sup.with_name("123456789_A5_088_20200313"))
    report = validate_document(right, SUP_MODEL, ALL)
    assert report.valid
    assert counts(report, Severity.WARNING) == {"TABLE_UNEXPECTED_ATTRIBUTE": 3}


def test_a_right_record_clears_the_metadata_of_the_plu(tmp_path: Path) -> None:
    folders.needs(folders.PLU)
    right = changed(folders.PLU_RECORD, **{name: getattr(folders.Record(), name) for name in CLEARED})
    report = validate_document(folders.plu(tmp_path, right), PLU_MODEL, ALL)
    assert [fault.kind for fault in report.faults] == ["ATTRIBUTE_INVALID_REGEXP"]


CLEARED = ("characters", "denominator", "system", "locators", "keywords", "extent", "resource")


def test_a_code_may_be_worth_more_for_the_caller(sup: Path) -> None:
    levels = {"TABLE_UNEXPECTED_ATTRIBUTE": Level.ERROR, "CNIG_SUP_BAD_TERRITORY_CODE": Level.INFO}
    report = validate_document(sup, SUP_MODEL, ALL, levels=levels)
    assert counts(report, Severity.ERROR) == {"TABLE_UNEXPECTED_ATTRIBUTE": 3}
    assert "CNIG_SUP_BAD_TERRITORY_CODE" in {notice.kind for notice in report.notices}


def test_no_geometry_of_the_plu_leaves_the_footprint_of_its_zones(plu: Path) -> None:
    (zones,) = open_layers(plu / "Donnees_geographiques" / "ZONE_URBA.shp")
    shapes = [one for batch in zones.batches([]) for one in batch.geometries]
    whole = shapely.union_all(shapes)
    report = validate_document(plu, PLU_MODEL, ALL, footprint=whole)
    assert "CNIG_GEOMETRY_OUTSIDE_DOCUMENT_EMPRISE_ERROR" not in {fault.kind for fault in report.faults}
    part = validate_document(plu, PLU_MODEL, ALL, footprint=shapes[0])
    outside = [fault for fault in part.faults if fault.kind == "CNIG_GEOMETRY_OUTSIDE_DOCUMENT_EMPRISE_ERROR"]
    assert len(outside) > 100
    assert all(fault.point for fault in outside)
