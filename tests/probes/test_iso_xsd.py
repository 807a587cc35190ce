"""Full validation of ISO 19139 with the schemas that an operator provides."""

from pathlib import Path

import pytest
from lxml import etree

from cicclo.kernel.errors import BadInput
from cicclo.probes.checks.iso19139.schema import structure
from cicclo.probes.examples.iso19139 import document
from cicclo.probes.iso import xsd
from cicclo.probes.iso.record import Record
from cicclo.probes.model import Outcome, Verdict

SCHEMAS = Path(__file__).parents[2].parent / "shared" / "data" / "standards" / "iso19139" / "iso19139eden"


def judged(text: str) -> dict[str, Verdict]:
    return {v.facet: v for v in structure(Record(etree.fromstring(text.encode())), "2026-11-01")}


@pytest.fixture
def provided(monkeypatch: pytest.MonkeyPatch) -> None:
    if not SCHEMAS.is_dir():
        pytest.skip("the schemas of ISO 19139 are not on this machine")
    monkeypatch.setenv(xsd.SETTING, str(SCHEMAS))


@pytest.mark.usefixtures("provided")
@pytest.mark.parametrize("space", ["http://www.opengis.net/gml/3.2", "http://www.opengis.net/gml"])
def test_a_correct_record_is_valid_with_either_name_space_of_gml(space: str) -> None:
    text = document().decode().replace("http://www.opengis.net/gml/3.2", space)
    assert judged(text)["xsd"].outcome is Outcome.PASSED


@pytest.mark.usefixtures("provided")
def test_what_our_own_table_does_not_know_is_found_by_the_schemas() -> None:
    """A denominator that is no number: order and presence are right, the type is not."""
    found = judged(document().decode().replace("<gco:Integer>2000<", "<gco:Integer>deux mille<"))
    assert found["xsd"].outcome is Outcome.FAILED
    assert "deux mille" in found["xsd"].message.en
    assert {v.outcome for facet, v in found.items() if facet != "xsd"} == {Outcome.PASSED}


def test_a_folder_without_schemas_is_untested_and_not_a_fault_of_the_record(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(xsd.SETTING, str(tmp_path))
    found = judged(document().decode())["xsd"]
    assert (found.outcome, found.code) == (Outcome.UNTESTED, "schemas-unusable")
    with pytest.raises(BadInput, match="gmd"):
        xsd.schema()
