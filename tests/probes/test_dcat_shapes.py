"""DCAT-AP's own shapes: the same results as pyshacl alone, less what a page cannot know; bounded, optional."""

import sys
from pathlib import Path

import pytest
from rdflib import RDF, Graph
from rdflib.namespace import DCAT, SH
from tests.probes.test_dcat_captures import RDF as RDF_XML
from tests.probes.test_dcat_captures import audit, capture

from cicclo.probes.checks.dcat._shapes import (
    MISSING,
    MOST_TRIPLES,
    TOO_MANY,
    VALUES,
    breaks,
    portion,
    require_engine,
)
from cicclo.probes.examples import dcat as example
from cicclo.probes.model import Outcome

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "standards" / "dcat-ap"
ALL = (*MISSING, *TOO_MANY, *VALUES)


def page(*, old: str = "", new: str = "") -> Graph:
    return Graph().parse(data=example.page("1").replace(old, new), format="turtle")


def anchors(graph: Graph, kinds: tuple = ALL, name: str = "dcat-ap.ttl") -> set[str]:
    return {item.anchor for item in breaks(graph, name, kinds)}


def test_a_class_that_the_page_does_not_describe_is_not_judged() -> None:
    """The European tables are elsewhere: an IRI of theirs has no type in a catalogue."""
    assert anchors(page()) == set()


def test_a_contact_that_is_an_organisation_is_a_contact() -> None:
    assert anchors(page(old="a vcard:Organization", new="a foaf:Document")) == {"Dataset.contactpoint"}


@pytest.mark.parametrize(
    ("old", "new", "anchor"),
    [
        ('dct:title "Pistes cyclables velo-1"@fr', "", "Dataset.title"),
        ("dcat:accessURL <https://good.example/files/velo-1.csv> ;", "", "Distribution.accessURL"),
        ('foaf:name "Région d\'exemple"', "", "Agent.name"),
        ('dct:description "Un catalogue correct"@fr', "", "Catalogue.description"),
    ],
)
def test_a_missing_property_is_named_by_the_anchor_of_the_standard(old: str, new: str, anchor: str) -> None:
    text = (
        example.page("1")
        .replace(old, new)
        .replace("; ;", ";")
        .replace(";  ;", ";")
        .replace("a foaf:Agent ;  .", "a foaf:Agent .")
    )
    assert anchors(Graph().parse(data=text.replace(";\n  ;", ";"), format="turtle"), MISSING) == {anchor}


def test_a_text_of_the_wrong_kind_is_said_once() -> None:
    found = breaks(page(old="<https://good.example/page/velo-1>", new='"page"'), "dcat-ap.ttl", VALUES)
    assert [(item.anchor, item.constraint) for item in found] == [("Dataset.landingpage", SH.nodeKind)]
    assert found[0].subjects == {"https://good.example/dataset/velo-1": "page"}


def test_addresses_as_text_are_found_in_a_captured_catalogue() -> None:
    """The captured page of a real harvest writes every accessURL as text."""
    found = [
        f for f in audit(capture("udata/dcat/catalog.xml"), RDF_XML) if f.requirement == "dcat/shapes/values"
    ]
    access = next(f for f in found if f.facet == "Distribution.accessURL")
    assert (access.outcome, access.code) == (Outcome.FAILED, "wrong-kind")
    assert "dcat:accessURL doit être une ressource, pas un texte" in access.message.fr


@pytest.mark.parametrize(
    "path",
    ["3.0.1/html/examples/example-bee-population.ttl", "3.0.0-hvd/html/examples/example-ms_dataset.ttl"],
)
def test_counts_are_those_of_pyshacl(path: str) -> None:
    """Missing and repeated properties: the same (resource, property) pairs as the library's own report."""
    if not (SHARED / path).exists():
        pytest.skip("the standards' own files are not on this machine")
    graph = Graph().parse(SHARED / path)
    shapes = Graph().parse(SHARED / "3.0.1/shacl/dcat-ap-SHACL.ttl")
    for shape, part in list(shapes.subject_objects(SH.property)):
        if (part, SH.path, None) not in shapes:
            shapes.remove((shape, SH.property, part))
    _, report, _ = require_engine().validate(graph, shacl_graph=shapes, inference="none")
    kinds = {SH.MinCountConstraintComponent, SH.MaxCountConstraintComponent}
    expected = {
        (
            str(report.value(r, SH.focusNode)),
            str(report.value(r, SH.resultPath)).rpartition("/")[2].rpartition("#")[2],
        )
        for r in report.subjects(RDF.type, SH.ValidationResult)
        if report.value(r, SH.sourceConstraintComponent) in kinds
    }
    found = breaks(graph, "dcat-ap.ttl", (*MISSING, *TOO_MANY))
    assert {(s, b.path.rpartition(":")[2]) for b in found for s in b.subjects} == expected


def test_a_huge_page_is_judged_in_part_and_says_so() -> None:
    template = example.PREFIXES + "".join(example.DATASET.replace("NAME", f"velo-{n}") for n in range(600))
    graph = Graph().parse(data=template, format="turtle")
    roots = sorted(graph.subjects(RDF.type, DCAT.Dataset), key=str)
    taken, count = portion(graph, roots)
    assert count < len(roots) == 600
    assert MOST_TRIPLES <= len(taken) < MOST_TRIPLES + 100


def test_without_the_library_the_requirement_is_untested_and_names_the_extra(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    found = audit(example.page("1").encode(), "text/turtle")
    said = [f for f in found if f.requirement.startswith(("dcat/shapes/", "dcat/hvd/shapes"))]
    assert {(f.outcome, f.code) for f in said} == {(Outcome.UNTESTED, "no-shacl-engine")}
    assert "cicclo[shacl]" in said[0].message.fr
