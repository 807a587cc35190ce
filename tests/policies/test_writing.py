"""What was read can be written, and read back the same."""

from pathlib import Path

import pytest

from cicclo.policies.model import Policy
from cicclo.policies.reading import read
from cicclo.policies.writing import json_text, turtle

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = sorted(
    [
        *(SHARED / "odrl" / "policies").glob("*.ttl"),
        *(SHARED / "standards/odrl/w3c-odrl/formal-semantics/examples").rglob("policy*.json"),
        *(  # the fourth is a request
            path
            for path in (SHARED / "standards/odrl/poe/vocab/examples").glob("*.ttl")
            if path.name != "example4.ttl"
        ),
    ]
)


@pytest.mark.skipif(not FILES, reason="../shared/data/odrl is absent")
@pytest.mark.parametrize("write", [json_text, turtle])
def test_every_policy_comes_back_the_same(write) -> None:
    """Those of the W3C and of the test suite, through JSON-LD and through Turtle."""
    read_once = [(path, policy) for path in FILES for policy in read(path.read_bytes(), path.name)]
    assert len(read_once) >= 25
    for path, policy in read_once:
        assert read(write([policy]).encode()) == [policy], path


def test_a_compact_policy_is_expanded() -> None:
    """Terms of the policy go to its rules, and a rule with two targets and two actions becomes four."""
    (policy,) = read(b"""{"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Agreement",
        "uid": "https://ex.org/p", "assigner": "https://ex.org/ign", "assignee": "https://ex.org/ddt",
        "permission": [{"uid": "https://ex.org/r", "target": ["https://ex.org/a", "https://ex.org/b"],
                        "action": ["read", "display"]}]}""")
    atoms = [(rule.action.iri[28:], rule.target.iri, rule.assignee.iri) for rule in policy.rules]
    assert sorted(atoms) == [
        (action, target, "https://ex.org/ddt")
        for action in ("display", "read")
        for target in ("https://ex.org/a", "https://ex.org/b")
    ]
    assert [rule.uid for rule in policy.rules] == [f"https://ex.org/r#{number}" for number in (1, 2, 3, 4)]


def test_neq_of_the_context_of_the_w3c_is_understood() -> None:
    """ODRL22.jsonld maps neq to odrl:neg; what we write is odrl:neq whatever the context."""
    (policy,) = (
        read(b"""{"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "https://ex.org/p",
        "permission": [{"target": "https://ex.org/a", "action": "read", "constraint": [{"leftOperand": "industry",
        "operator": "neq", "rightOperand": "x"}]}]}""")
    )
    (constraint,) = policy.rules[0].constraints
    assert (constraint.left, constraint.operator) == ("http://www.w3.org/ns/odrl/2/industry", "neq")
    assert "odrl/2/neq" in json_text([policy])


def test_reading_is_the_same_each_time() -> None:
    """Nameless rules and constraints keep their places, whatever RDF does with them."""
    text = b"""@prefix odrl: <http://www.w3.org/ns/odrl/2/> . <https://ex.org/p> a odrl:Set ; odrl:permission
        [ odrl:target <https://ex.org/b> ; odrl:action odrl:read ], [ odrl:target <https://ex.org/a> ; odrl:action
        odrl:read ; odrl:constraint [ odrl:leftOperand odrl:count ; odrl:operator odrl:lteq ; odrl:rightOperand 3 ] ] ."""
    seen: set[Policy] = {read(text)[0] for _ in range(5)}
    assert len(seen) == 1
