"""The terms of ODRL in `terms` are those of the W3C's vocabulary."""

from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Graph, URIRef

from cicclo.policies import terms
from cicclo.policies.model import ODRL

VOCABULARY = Path(__file__).resolve().parents[3] / "shared/data/standards/odrl/poe/vocab/ODRL22.ttl"


@pytest.mark.skipif(not VOCABULARY.is_file(), reason="../shared/data/standards/odrl is absent")
def test_the_vocabulary_has_the_same() -> None:
    """Actions with what includes them, left operands, operators."""
    graph = Graph().parse(VOCABULARY)

    def named(kind: str) -> set[str]:
        return {str(found) for found in graph.subjects(RDF.type, URIRef(ODRL + kind))}

    assert named("LeftOperand") == {ODRL + name for name in terms.LEFT_OPERANDS}
    assert named("Operator") == {ODRL + name for name in terms.OPERATORS}
    for action in named("Action"):
        assert terms.known_action(action), action
        straight = {str(found) for found in graph.objects(URIRef(action), URIRef(f"{ODRL}includedIn"))}
        same = {str(found) for found in graph.objects(URIRef(action), SKOS.exactMatch)}
        above = set(terms.wider(action)[1:2])
        assert above <= straight | same | {f"{ODRL}use"}, action
        assert straight <= above, action
