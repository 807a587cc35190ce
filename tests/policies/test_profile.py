"""Our profile is published whole: each operand of ours has its definition in both languages, and its word in the context."""

from importlib.resources import files

from rdflib import RDF, SKOS, Graph, URIRef

from cicclo.policies.loading import CONTEXTS, shipped
from cicclo.policies.model import GEO, ODRL, PROFILE
from cicclo.policies.operands import OPERANDS
from cicclo.policies.terms import known_left


def test_every_operand_of_ours_is_defined() -> None:
    text = files("cicclo.policies").joinpath("published", "profile.ttl").read_text("utf-8")
    graph = Graph().parse(data=text, format="turtle")
    defined = {str(term) for term in graph.subjects(RDF.type, URIRef(f"{ODRL}LeftOperand"))}
    assert defined == {iri for iri in OPERANDS if iri.startswith(GEO)}
    for term in defined:
        for word in (SKOS.definition, URIRef("http://www.w3.org/2000/01/rdf-schema#label")):
            assert {said.language for said in graph.objects(URIRef(term), word)} == {"fr", "en"}
    labels = {
        (term, said.language): str(said)
        for term in defined
        for said in graph.objects(URIRef(term), URIRef("http://www.w3.org/2000/01/rdf-schema#label"))
    }
    assert labels == {(iri, lang): OPERANDS[iri].label.get(lang) for iri in defined for lang in ("fr", "en")}


def test_the_context_has_their_words() -> None:
    context = shipped(CONTEXTS[f"{PROFILE}.jsonld"])
    assert {value for key, value in context.items() if key != "cicclo"} == {
        iri.replace(GEO, "cicclo:") for iri in OPERANDS if iri.startswith(GEO)
    }


def test_every_other_operand_is_of_odrl() -> None:
    assert all(known_left(iri) for iri in OPERANDS if not iri.startswith(GEO))
