"""One record in two forms: what is kept is told by its values, what is lost is named and counted."""

from lxml import etree

from cicclo.probes.examples._csw_documents import CSW, GMD, record
from cicclo.probes.iso.facts import facts, lost, said, words_of
from cicclo.probes.iso.record import Record

TOLD = facts(Record(etree.fromstring(record(7, GMD, "full"))))


def test_the_facts_of_a_record() -> None:
    assert TOLD["extent"] == ["2.79 50.50 3.27 50.79"]
    assert TOLD["conditions"] == ["https://spdx.org/licenses/etalab-2.0"]
    assert TOLD["contact"] == ["sig@good.example"]
    assert set(TOLD) == {
        "title",
        "abstract",
        "identifier",
        "links",
        "conditions",
        "contact",
        "keywords",
        "extent",
        "dates",
    }


def test_a_brief_record_has_lost_what_it_does_not_hold() -> None:
    brief = words_of(etree.fromstring(record(7, CSW, "brief")))
    assert set(lost(TOLD, ("title", "abstract", "links", "keywords"), brief)) == {
        "abstract",
        "links",
        "keywords",
    }


def test_an_extent_is_kept_whatever_its_form() -> None:
    """A polygon in WKT, rounded to two decimals, says the same extent; a shifted one does not."""
    assert lost(TOLD, ["extent"], "POLYGON((2.79 50.5,3.27 50.5,3.27 50.79,2.79 50.79,2.79 50.5))") == {}
    assert "extent" in lost(
        TOLD, ["extent"], "POLYGON((2.79 50.5,3.37 50.5,3.37 50.79,2.79 50.79,2.79 50.5))"
    )


def test_values_are_compared_without_accents_case_or_escapes() -> None:
    assert lost({"keywords": ["Réseaux de transport"]}, ["keywords"], "RESEAUX DE TRANSPORT") == {}


def test_what_is_lost_is_said_in_both_languages() -> None:
    text = said({"links": ["https://a.example/x", "https://a.example/y"]})
    assert text.fr == "liens (2) « https://a.example/x »"
    assert text.en == "links (2) “https://a.example/x”"
