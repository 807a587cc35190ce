"""The record reader and the rules, on real records and on records damaged by hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from cicclo.probes.check import CHECKS
from cicclo.probes.checks.iso19139._rule import RULES
from cicclo.probes.documents import parser
from cicclo.probes.examples._csw_documents import MDB, record
from cicclo.probes.examples.iso19139 import document
from cicclo.probes.iso import xsd
from cicclo.probes.iso.record import Record, roots
from cicclo.probes.iso.services import is_private_host
from cicclo.probes.iso.territories import Span, in_france
from cicclo.probes.model import Outcome, Verdict

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
CNIG = SHARED / "captures" / "cnig-metadonnee" / "Métadonnées INSPIRE"
SCHEMAS = SHARED / "standards" / "iso19139" / "iso19139eden"
TODAY = "2026-11-01"
needs_captures = pytest.mark.skipif(not CNIG.is_dir(), reason="the captures of real catalogues are not here")


def judged(one: Record) -> dict[str, list[Verdict]]:
    assert len(CHECKS)  # loads every rule
    found = {}
    for name, rule in RULES.items():
        verdicts = rule(one, TODAY)
        found[name.removeprefix("iso19139/")] = (
            [verdicts] if isinstance(verdicts, Verdict) else list(verdicts)
        )
    return found


def failures(one: Record) -> dict[str, str]:
    """Codes of the failures, by rule."""
    return {
        name: v.code
        for name, verdicts in judged(one).items()
        for v in verdicts
        if v.outcome is Outcome.FAILED
    }


def captured() -> Iterator[tuple[str, Record]]:
    for file in sorted(SHARED.rglob("*.xml")):
        body = file.read_bytes()
        if "standards" not in file.parts and (b"MD_Metadata" in body or b"MI_Metadata" in body):
            yield from ((file.name, Record(root)) for root in roots(etree.fromstring(body, parser())))


@needs_captures
def test_every_captured_record_is_judged_by_every_rule() -> None:
    """At least one verdict per rule and record, and never an exception."""
    found = list(captured())
    assert len(found) >= 25
    for name, one in found:
        assert all(judged(one).values()), name


@needs_captures
def test_captured_records_are_read_in_both_schemas() -> None:
    """Titles and identifiers are found whatever the schema."""
    found = list(captured())
    assert {one.kind for _, one in found} >= {"gmd", "mdb"}
    assert [name for name, one in found if not one.title] == []


@needs_captures
def test_the_compliant_record_of_the_national_guide_has_no_false_failure() -> None:
    """What is left is true: EPSG:4459 does not exist, and four recommendations are not followed."""
    (root,) = roots(etree.parse(CNIG / "ExempleConformes" / "IGNF_BDTOPOr_3.xml").getroot())
    assert failures(Record(root)) == {
        "reference-system/resolvable": "unknown-crs",
        "links/layer-name": "no-layer-name",
        "links/function": "no-function",
        "schema/leftovers": "empty-element",
    }


@needs_captures
def test_the_record_to_correct_of_the_national_guide_has_its_licence_as_text() -> None:
    (root,) = roots(etree.parse(CNIG / "ACorriger" / "MasseDEauRiviere_VRAP2022_metadata.xml").getroot())
    assert failures(Record(root))["constraints/licence"] == "licence-not-anchored"


@needs_captures
def test_a_record_copied_by_its_editor_is_recognised_by_its_title() -> None:
    """DATARA really publishes “Copy of record …”."""
    codes = {
        failures(one).get("identification/title") for name, one in captured() if name.startswith("datara")
    }
    assert "title-leftover" in codes


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the ISO schemas are not here")
@pytest.mark.parametrize("name", ["dataset", "service"])
def test_the_example_records_are_valid(name: str) -> None:
    """Our own examples obey the XML Schemas of ISO 19139."""
    assert xsd.errors(xsd.load(str(SCHEMAS)), etree.fromstring(document(name))) == []


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the ISO schemas are not here")
def test_full_validation_is_added_when_the_operator_has_the_schemas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(xsd.SETTING, str(SCHEMAS))
    root = etree.fromstring(document())
    root.find(".//{*}northBoundLatitude/{*}Decimal").text = "north"
    verdicts = {v.facet: v for v in judged(Record(root))["schema/structure"]}
    assert verdicts[""].outcome is Outcome.PASSED
    assert verdicts["xsd"].outcome is Outcome.FAILED


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the ISO schemas are not here")
@needs_captures
def test_our_structure_rule_agrees_with_the_schema_on_order() -> None:
    """Where our rule sees an element out of order, missing or unknown, the XML Schema refuses the record too."""
    compiled = xsd.load(str(SCHEMAS))
    ours = {name for name, one in captured() if one.kind == "gmd" and "schema/structure" in failures(one)}
    theirs = {name for name, one in captured() if one.kind == "gmd" and xsd.errors(compiled, one.root)}
    assert ours
    assert ours <= theirs


def test_an_empty_record_is_judged_without_a_fault_of_ours() -> None:
    bare = Record(
        etree.fromstring(
            '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd"><!-- c --></gmd:MD_Metadata>'
        )
    )
    codes = failures(bare)
    assert codes["identification/title"] == "missing"
    assert codes["schema/structure"] == "element-missing"


def test_iso_19115_3_gives_the_same_nouns() -> None:
    one = Record(etree.fromstring(record(3, MDB, "full")))
    assert (one.kind, one.identifier, one.title) == (
        "mdb",
        "fr-000000001-arrets-3",
        "Arrêts de transport en commun, secteur03",
    )


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True),
        ("10.0.0.1", True),
        ("geo-prod", True),
        ("srv.internal", True),
        ("geo.data.gouv.fr", False),
        ("8.8.8.8", False),
    ],
)
def test_hosts_nobody_outside_can_reach(host: str, private: object) -> None:
    assert is_private_host(host) is private


def test_overseas_data_are_in_france() -> None:
    """Saint-Denis de la Réunion, Mamoudzou and Papeete are; Berlin is not."""
    for longitude, latitude in ((55.45, -20.88), (45.23, -12.78), (-149.57, -17.54)):
        assert in_france(Span(longitude, longitude, latitude, latitude))
    assert not in_france(Span(13.4, 13.4, 52.5, 52.5))
