"""A correct policy has no problem, and each requirement is found unmet in a policy that is wrong in one way."""

import json
from typing import Any

import pytest

from cicclo.kernel.errors import BadInput
from cicclo.policies.loading import load
from cicclo.policies.model import GEO, PROFILE
from cicclo.policies.shapes import REQUIREMENTS, problems, refuse
from cicclo.requirements import find, library


def policy(**changes: Any) -> dict[str, Any]:
    """A correct agreement, changed."""
    rule = {
        "uid": "https://ex.org/r",
        "target": "https://ex.org/parcels",
        "action": "read",
        "constraint": [constraint()],
    }
    document: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/odrl.jsonld", {"cicclo": GEO}],
        "@type": "Agreement",
        "uid": "https://ex.org/p",
        "profile": PROFILE,
        "assigner": "https://ex.org/ign",
        "assignee": "https://ex.org/ddt",
        "permission": [rule | changes.pop("rule", {})],
    }
    return {key: value for key, value in (document | changes).items() if value is not None}


def constraint(**changes: Any) -> dict[str, Any]:
    whole = {
        "leftOperand": "dateTime",
        "operator": "lteq",
        "rightOperand": {"@value": "2026-12-31T23:59:59Z", "@type": "xsd:dateTime"},
    }
    return {key: value for key, value in (whole | changes).items() if value is not None}


def found(document: Any) -> set[str]:
    return {problem.requirement for problem in problems(json.dumps(document).encode())}


WRONG: dict[str, Any] = {
    "odrl/policy/uid": policy(uid="p"),
    "odrl/policy/rule": policy(permission=None),
    "odrl/policy/conflict": policy(conflict=["perm", "prohibit"]),
    "odrl/policy/inheritance": policy(inheritFrom="https://ex.org/p"),
    "odrl/policy/profile-known": policy(profile=[PROFILE, "https://ex.org/profile"]),
    "odrl/policy/profile-declared": policy(rule={"action": "https://ex.org/fly"}),
    "odrl/policy/parties": policy(assignee=None),
    "odrl/rule/target": policy(rule={"target": None}),
    "odrl/rule/action": policy(rule={"action": None}),
    "odrl/rule/one-kind": policy(prohibition=[{"uid": "https://ex.org/r"}]),
    "odrl/constraint/complete": policy(rule={"constraint": [constraint(operator=None)]}),
    "odrl/constraint/operator": policy(rule={"constraint": [constraint(operator="https://ex.org/near")]}),
    "odrl/constraint/one-kind": policy(rule={"constraint": [constraint(**{"or": [constraint()]})]}),
    "odrl/constraint/one-right": policy(
        rule={"constraint": [constraint(leftOperand="purpose", operator="eq", rightOperand=["a", "b"])]}
    ),
    "odrl/constraint/timezone": policy(
        rule={
            "constraint": [
                constraint(rightOperand={"@value": "2026-12-31T23:59:59", "@type": "xsd:dateTime"})
            ]
        }
    ),
    "odrl/duty/remedy-alone": policy(
        prohibition=[
            {
                "target": "https://ex.org/x",
                "action": "sell",
                "remedy": [{"action": "delete", "consequence": [{"action": "compensate"}]}],
            }
        ]
    ),
    "odrl/collection/source": policy(
        rule={"target": {"@type": "AssetCollection", "refinement": [constraint(leftOperand="spatial")]}}
    ),
}


def test_a_correct_policy_has_no_problem() -> None:
    assert found(policy()) == set()


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_each_requirement_is_found_unmet(requirement: str) -> None:
    """In a policy that is wrong in this way only."""
    assert requirement in found(WRONG[requirement])
    assert requirement in library()


def test_an_unknown_profile_stops_everything() -> None:
    """With the place, the rule and the remedy, in both languages."""
    said = problems(json.dumps(WRONG["odrl/policy/profile-known"]).encode())
    with pytest.raises(BadInput) as caught:
        refuse(said)
    assert caught.value.say("fr").startswith("https://ex.org/p — profil inconnu : https://ex.org/profile")
    assert caught.value.say("en").endswith(find("odrl/policy/profile-known").remedy.en)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"@context": "https://ex.org/mine.jsonld", "uid": "https://ex.org/p"}', "nothing is fetched"),
        ('{"@context": {"@import": "https://ex.org/mine.jsonld"}}', "nothing is fetched"),
        ('{"@context": ', "malformed JSON"),
        ('{"a":' * 80 + "1" + "}" * 80, "nested levels"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested levels"),
        ("<urn:a> <urn:b> " + "[ <urn:c> " * 20_000 + " .", "nested levels"),
        ("<urn:a> <urn:b> .", "unreadable Turtle"),
        ("\u00e9" * 1_100_000, "more than 2000000 bytes"),
    ],
)
def test_hostile_text_ends_in_a_clear_word(text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        load(text.encode(), "p.jsonld")
    assert said in caught.value.say("en")
    assert caught.value.say("fr").startswith("p.jsonld")


def test_nesting_without_end_is_told() -> None:
    """A duty that is its own consequence."""
    text = b"""@prefix odrl: <http://www.w3.org/ns/odrl/2/> . <urn:p> a odrl:Set ; odrl:permission <urn:r> .
        <urn:r> odrl:target <urn:t> ; odrl:action odrl:read ; odrl:duty <urn:d> .
        <urn:d> odrl:action odrl:inform ; odrl:consequence <urn:d> ."""
    with pytest.raises(BadInput, match="contains itself"):
        problems(text)


@pytest.mark.parametrize(
    "name", ["https://ex.org/a> a <http://www.w3.org/ns/odrl/2/Set", "parcels", "two words"]
)
def test_a_name_that_is_no_absolute_iri_stops_everything(name: str) -> None:
    """Injection through an IRI, or a target that would mean another thing elsewhere."""
    said = problems(json.dumps(policy(rule={"target": name})).encode())
    assert [(problem.requirement, problem.fatal) for problem in said] == [("odrl/policy/uid", True)]


HEAD = "@prefix odrl: <http://www.w3.org/ns/odrl/2/> . <urn:p> a odrl:Set ; odrl:permission <urn:r> . "


def names(kind: str, count: int = 1000) -> str:
    return ", ".join(f"<urn:{kind}{number}>" for number in range(count))


def doubling(start: str, inner: str) -> str:
    """Eleven levels, each naming the next one four times: 4^11 paths in a few lines."""
    levels = [
        f"<urn:{start}{level}> odrl:{inner} "
        + ", ".join(f"<urn:{each}{level}>" for each in "wxyz")
        + " . "
        + " ".join(f"<urn:{each}{level}> odrl:{inner} <urn:{start}{level + 1}> ." for each in "wxyz")
        for level in range(11)
    ]
    return " ".join(levels)


RULE = "<urn:r> odrl:target <urn:t> ; odrl:action odrl:read ; "
BOMBS = {
    "conditions": f"{HEAD} {RULE} odrl:constraint <urn:c0> . {doubling('c', 'and')}",
    "duties": f"{HEAD} {RULE} odrl:duty <urn:d0> . {doubling('d', 'consequence')}",
    "atoms": HEAD
    + f"<urn:r> odrl:target {names('t')} ; odrl:action {names('a')} ; odrl:assignee {names('p')} .",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_few_lines_that_say_millions_of_rules_are_refused(name: str) -> None:
    with pytest.raises(BadInput, match="once written out"):
        problems(BOMBS[name].encode())


def test_nameless_nodes_that_share_are_ordered_without_growing() -> None:
    """Two properties to each next level would double the text of a key twenty times."""
    deep = " ".join(f"_:n{level} odrl:and _:n{level + 1} ; odrl:unit _:n{level + 1} ." for level in range(20))
    text = f"{HEAD} {RULE} odrl:constraint _:n0 . {deep}"
    assert problems(text.encode())
