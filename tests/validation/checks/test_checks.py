"""Custom checks give Validata's verdict and sentence when strict, and sentences in both languages."""

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.validation.checks.cases import CASES, case, schema, table

from cicclo.requirements import library
from cicclo.validation import schemas, wording
from cicclo.validation.actions import validate
from cicclo.validation.checks import CHECKS, CheckWrong, implied
from cicclo.validation.model import CheckUse, Options, Report
from cicclo.validation.reports.strict import write

DEMO = Path(__file__).parents[4] / "shared/data/demo/irve_statique_hauts_de_france.csv"
EXPECTED = json.loads(Path(__file__).with_name("expected.json").read_text("utf-8"))


def run(found: dict[str, Any], folder: Path, *, strict: bool) -> Report:
    path = folder / "table.csv"
    path.write_text(table(found), "utf-8")
    return validate(path, schemas.read(schema(found)), Options(strict=strict, engine="exact"))


def shown(report: Report) -> dict[str, Any]:
    out = io.BytesIO()
    write(report, out, "fr")
    found: dict[str, Any] = json.loads(out.getvalue())
    found["stats"].pop("seconds")
    return found


@pytest.mark.parametrize("name", CASES)
def test_the_verdict_is_validatas(name: str, tmp_path: Path) -> None:
    """Validata 0.13.0 was asked the same (`record.py`): errors, sentences, places, order."""
    assert shown(run(CASES[name], tmp_path, strict=True)) == EXPECTED[name]


def invalid(report: Report) -> list[Any]:
    return [fault.cell for fault in report.faults]


def test_a_merged_commune_is_told_with_its_successor_and_date(tmp_path: Path) -> None:
    """Pugieu (01316) joined Chazey-Bons (01098) on 1 January 2017 (decree of 28 September 2016)."""
    report = run(case("code-commune-insee", ["01316", "01098"], cog="2026"), tmp_path, strict=False)
    (fault,) = [fault for fault in report.faults if fault.severity == "error"]
    told = wording.say(fault)
    assert "01098 (Chazey-Bons) le 2017-01-01" in told.fr
    assert "01098 (Chazey-Bons) on 2017-01-01" in told.en


@pytest.mark.skipif(not DEMO.exists(), reason=f"{DEMO.name} is absent")
def test_old_commune_codes_of_the_demonstration_are_found(tmp_path: Path) -> None:
    """Marconne and Sainte-Austreberthe joined Hesdin-la-Forêt in 2025; Lomme is a part of Lille."""
    schema = schemas.read({"fields": [{"name": "code_insee_commune", "type": "string"}]})
    report = validate(DEMO, schema, Options(limit=0))
    found = [fault for fault in report.faults if fault.requirement == "french-values/commune-in-force"]
    assert Counter((fault.cell, fault.facts["merged"]) for fault in found) == {
        ("59355", "59350"): 4,
        ("62549", "62447"): 10,
        ("62743", "62447"): 5,
    }
    assert {fault.severity for fault in found} == {"warning"}


@pytest.mark.parametrize("code", ["75001", "59000"])
def test_a_postal_code_is_told_as_one(code: str, tmp_path: Path) -> None:
    """75001 was Alfortville's until 1968, and is the post's code of central Paris: nobody means the first."""
    report = run(case("code-commune-insee", [code], cog="2026"), tmp_path, strict=False)
    (fault,) = [fault for fault in report.faults if fault.severity == "error"]
    assert "code postal" in wording.say(fault).fr
    assert "postal code" in wording.say(fault).en


def test_a_code_that_never_was_one_is_told_otherwise(tmp_path: Path) -> None:
    report = run(case("code-commune-insee", ["99999"], cog="2026"), tmp_path, strict=False)
    (fault,) = [fault for fault in report.faults if fault.severity == "error"]
    assert "merged" not in fault.facts


def test_associated_communes_and_arrondissements_are_in_the_code(tmp_path: Path) -> None:
    """Lomme (59355) is associated to Lille; Paris 1er (75101) is a municipal arrondissement."""
    codes = case("code-commune-insee", ["59355", "75101", "59350"], cog="2026")
    assert not [fault for fault in run(codes, tmp_path, strict=False).faults if fault.severity == "error"]


def test_our_verdict_is_right_where_validatas_breaks_or_lacks(tmp_path: Path) -> None:
    assert invalid(run(case("code-postal", ["75116", "20090", "00000"]), tmp_path, strict=False)) == ["00000"]
    assert invalid(run(case("code-pays-iso2", ["CG", "RE", "ZZ"]), tmp_path, strict=False)) == ["ZZ"]
    points = case("coordonnees-gps-francaises", ["48.8,2.3", "2.3,48.8", "-21.1, 55.5"])
    assert invalid(run(points, tmp_path, strict=False)) == ["2.3,48.8"]
    texts = CASES["sum-of-texts"]
    assert invalid(run(texts, tmp_path, strict=False)) == ["3"]


def test_opening_hours_follow_the_whole_specification(tmp_path: Path) -> None:
    """Open ends, weeks and school holidays are in the specification; Validata's reader refuses them."""
    hours = case("opening-hours-value", ["10:00+", "week 01-10 Mo 10:00-12:00", "SH Mo 10:00-12:00", "lundi"])
    assert invalid(run(hours, tmp_path, strict=False)) == ["lundi"]


def test_a_canton_has_the_shape_of_a_name(tmp_path: Path) -> None:
    """Names from the COG: no list is shipped, so an unknown name passes (Validata refuses it)."""
    names = case(
        "canton", ["Lille-1", "L'Haÿ-les-Roses", "Val de Loire", "59350", "lille", "Lille 1"], cog="2024"
    )
    assert invalid(run(names, tmp_path, strict=False)) == ["59350", "lille", "Lille 1"]


def test_columns_of_commune_codes_are_compared_with_those_in_force() -> None:
    names = ["code_insee_commune", "siret", "code_departement_insee", "insee", "nom"]
    found = implied(schemas.read({"fields": [{"name": name, "type": "string"} for name in names]}))
    assert [use.params["column"] for use in found] == ["code_insee_commune", "insee"]


@pytest.mark.parametrize("name", list(CHECKS))
def test_every_check_serves_a_requirement_and_refuses_a_lack_of_parameters(name: str) -> None:
    check = CHECKS[name]
    assert check.requirement in library()
    with pytest.raises(CheckWrong) as caught:
        check.prepare(CheckUse(name), ["a"], False)  # noqa: FBT003
    assert caught.value.told


@pytest.mark.parametrize("name", CASES)
def test_what_is_found_is_said_in_both_languages(name: str, tmp_path: Path) -> None:
    for fault in run(CASES[name], tmp_path, strict=False).faults:
        told = wording.say(fault)
        assert told.fr
        assert told.en
