"""Decisions whose answer is derived on paper from the Information Model: hierarchy, refinement, duty, conflict, space."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cicclo.kernel.errors import BadInput
from cicclo.ogc.cql2 import text as cql2
from cicclo.policies.deciding import decide
from cicclo.policies.explaining import explain
from cicclo.policies.model import GEO, ODRL, Literal
from cicclo.policies.publishing import as_json, as_turtle
from cicclo.policies.reading import read
from cicclo.policies.report import Decision
from cicclo.policies.situation import Deontic, Event, Request, State

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
PREFIXES = f"""@prefix odrl: <{ODRL}> . @prefix cicclo: <{GEO}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dct: <http://purl.org/dc/terms/> . """
GIRONDE, BORDEAUX, NANTES = "departement/33", "commune/33063", "commune/44109"
INSEE = "http://id.insee.fr/geo/"
AGENT, LAYER = "urn:agent", "urn:layer"


def ask(
    rules: str,
    action: str = "read",
    *,
    claims: dict[str, str] | None = None,
    known: dict[str, str] | None = None,
    **state: Any,
) -> Decision:
    """One request of the agent on the layer, under a policy written in Turtle."""
    policies = read(f"{PREFIXES} <urn:p> a odrl:Set ; {rules} .".encode())
    facts = {name: (Literal(value),) for name, value in (claims or {}).items()}
    of_agent = {name: (Literal(value),) for name, value in (known or {}).items()}
    request = Request(ODRL + action, LAYER, AGENT, facts)
    return decide(policies, request, State(**{"now": NOON, "facts": {AGENT: of_agent}} | state))


def permit(extra: str = "", action: str = "odrl:read") -> str:
    return f"odrl:permission [ odrl:target <urn:layer> ; odrl:action {action} {extra} ]"


def when(left: str, operator: str, right: str) -> str:
    return f"; odrl:constraint [ odrl:leftOperand {left} ; odrl:operator odrl:{operator} ; odrl:rightOperand {right} ]"


@pytest.mark.parametrize(
    ("allowed", "asked", "permitted"),
    [
        ("use", "read", True),
        ("use", "display", True),  # display → play → use
        ("play", "display", True),
        ("display", "play", False),
        ("use", "sell", False),  # sell → transfer, which is no use
        ("transfer", "sell", True),
        ("reproduce", "extract", True),
        ("write", "modify", True),  # deprecated, exactly modify
        ("read", "use", False),
    ],
)
def test_actions_include_each_other(allowed: str, asked: str, *, permitted: bool) -> None:
    """As the vocabulary says with includedIn."""
    assert ask(permit(action=f"odrl:{allowed}"), asked).permitted is permitted


@pytest.mark.parametrize(
    ("strategy", "permitted"),
    [("perm", True), ("prohibit", False), ("invalid", False), ("", False)],
)
def test_conflict_strategies(strategy: str, *, permitted: bool) -> None:
    """Read is permitted by `use` and prohibited by name; no strategy is `invalid`."""
    said = f"; odrl:conflict odrl:{strategy}" if strategy else ""
    rules = (
        permit(action="odrl:use")
        + said
        + "; odrl:prohibition [ odrl:target <urn:layer> ; odrl:action odrl:read ]"
    )
    assert ask(rules).permitted is permitted
    assert ask(rules, "display").permitted  # no conflict there


def test_a_prohibition_wins_over_another_policy() -> None:
    """Our rule between policies, which the standard leaves open."""
    policies = read(
        f"""{PREFIXES} <urn:p> a odrl:Set ; odrl:conflict odrl:perm ; {permit()} .
        <urn:q> a odrl:Set ; odrl:prohibition [ odrl:target <urn:layer> ; odrl:action odrl:read ] .""".encode()
    )
    assert not decide(policies, Request(f"{ODRL}read", LAYER), State(NOON)).permitted
    assert decide(policies[:1], Request(f"{ODRL}read", LAYER), State(NOON)).permitted


@pytest.mark.parametrize(
    ("operator", "right", "permitted"),
    [
        ("lteq", '"2026-11-28"^^xsd:date', True),  # the whole day
        ("lt", '"2026-11-28"^^xsd:date', False),
        ("gteq", '"2026-11-28"^^xsd:date', True),
        ("eq", '"2026-11-28"^^xsd:date', True),
        ("lt", '"2026-11-28T13:00:01+01:00"^^xsd:dateTime', True),  # noon UTC is 13:00 there
        ("lt", '"2026-11-28T13:00:00+01:00"^^xsd:dateTime', False),
        ("lteq", '"2026-11-28T13:00:00"^^xsd:dateTime', True),  # of Paris
        ("lteq", '"soon"', False),
    ],
)
def test_dates(operator: str, right: str, *, permitted: bool) -> None:
    assert ask(permit(when("odrl:dateTime", operator, right))).permitted is permitted


def test_what_is_not_known_is_closed_both_ways() -> None:
    """No permission comes of an operand that we do not know, and no prohibition falls for it."""
    strange = when("<urn:strange>", "eq", '"x"')
    assert not ask(permit(strange)).permitted
    prohibited = f"odrl:prohibition [ odrl:target <urn:layer> ; odrl:action odrl:read {strange} ]"
    assert not ask(f"odrl:conflict odrl:prohibit ; {permit()} ; {prohibited}").permitted


@pytest.mark.parametrize(
    ("parts", "operator", "permitted"),
    [
        ("TF", "or", True),
        ("FF", "or", False),
        ("TT", "and", True),
        ("TF", "and", False),
        ("TF", "xone", True),
        ("TT", "xone", False),
        ("T?", "or", True),
        ("F?", "or", False),
        ("T?", "and", False),
        ("T?", "xone", False),
    ],
)
def test_logical_constraints(parts: str, operator: str, *, permitted: bool) -> None:
    """True, false and unknown, as Kleene has them."""
    words = {
        "T": "odrl:leftOperand odrl:dateTime ; odrl:operator odrl:gt ; odrl:rightOperand '2026-01-01'^^xsd:date",
        "F": "odrl:leftOperand odrl:dateTime ; odrl:operator odrl:lt ; odrl:rightOperand '2026-01-01'^^xsd:date",
        "?": "odrl:leftOperand <urn:strange> ; odrl:operator odrl:eq ; odrl:rightOperand 'x'",
    }
    joined = ", ".join(f"[ {words[part]} ]" for part in parts)
    assert ask(permit(f"; odrl:constraint [ odrl:{operator} {joined} ]")).permitted is permitted


@pytest.mark.parametrize(
    ("asked", "place", "permitted"),
    [
        (GIRONDE, BORDEAUX, True),
        (GIRONDE, NANTES, False),
        ("region/75", BORDEAUX, True),  # Nouvelle-Aquitaine
        ("region/75", GIRONDE, True),
        ("region/75", NANTES, False),
        (BORDEAUX, GIRONDE, False),
        ("departement/2A", "commune/2A004", True),
        ("departement/974", "commune/97411", True),
        ("pays/france", NANTES, True),
    ],
)
def test_territories_are_parts_of_each_other(asked: str, place: str, *, permitted: bool) -> None:
    """Commune, département, région: INSEE's code officiel géographique."""
    rule = permit(when("odrl:spatial", "isPartOf", f"<{INSEE}{asked}>"))
    assert ask(rule, claims={f"{ODRL}spatial": INSEE + place}).permitted is permitted


SQUARE = "POLYGON ((0 44, 2 44, 2 46, 0 46, 0 44))"


@pytest.mark.parametrize(
    ("operator", "place", "permitted"),
    [
        ("isPartOf", "POINT (1 45)", True),
        ("isPartOf", "POINT (2 46)", True),  # the border is inside
        ("isPartOf", "POINT (2.0001 46)", False),
        ("isPartOf", "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT (1 45)", True),
        ("isPartOf", "POLYGON ((1 45, 3 45, 3 45.5, 1 45))", False),
        ("hasPart", "POLYGON ((-1 43, 3 43, 3 47, -1 47, -1 43))", True),
        ("isNoneOf", "POINT (3 45)", True),
        ("isNoneOf", "POINT (1 45)", False),
        ("isPartOf", "POINT (450000 6400000)", False),  # no degrees: not known
        ("isPartOf", "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (45 1)", False),
        ("isPartOf", "here", False),
        ("isPartOf", "POINT EMPTY", False),
    ],
)
def test_a_place_in_an_area(operator: str, place: str, *, permitted: bool) -> None:
    rule = permit(when("odrl:spatialCoordinates", operator, f'"{SQUARE}"'))
    assert ask(rule, claims={f"{ODRL}spatialCoordinates": place}).permitted is permitted


@pytest.mark.parametrize(
    ("operand", "operator", "right", "known", "permitted"),
    [
        ("acr", "gteq", '"eidas2"', {"acr": "eidas3"}, True),
        ("acr", "gteq", '"eidas2"', {"acr": "eidas1"}, False),
        ("acr", "gteq", '"eidas2"', {"acr": "strange"}, False),
        ("acr", "gteq", '"eidas2"', {}, False),
        ("siret", "eq", '"21330063500017"', {"siret": "213 300 635 00017"}, True),
        ("siren", "eq", '"213300635"', {"siret": "21330063500017"}, True),
        ("siren", "eq", '"213300635"', {"siret": "21440109300015"}, False),
        ("role", "isAnyOf", '"editor", "admin"', {"role": "admin"}, True),
        ("role", "isNoneOf", '"guest"', {"role": "guest"}, False),
        ("habilitation", "eq", '"H911"', {"habilitation": "H911"}, True),
        ("legalBasis", "eq", '"CRPA L114-8"', {"legalBasis": "CRPA L114-8"}, True),
    ],
)
def test_what_the_platform_knows_of_an_agent(
    operand: str, operator: str, right: str, known: dict[str, str], *, permitted: bool
) -> None:
    rule = permit(when(f"cicclo:{operand}", operator, right))
    facts = {GEO + name: value for name, value in known.items()}
    assert ask(rule, known=facts).permitted is permitted
    assert not ask(rule, claims=facts).permitted, "what a requester says of itself is no proof"


def test_a_quota_counts_the_exercise_that_is_asked_for() -> None:
    """`count lteq 2` allows two: the third is refused."""
    rule = permit(when("odrl:count", "lteq", "2"))
    uid = "urn:p#permission-1"
    assert [ask(rule, counts={(uid, AGENT): used}).permitted for used in (0, 1, 2)] == [True, True, False]


@pytest.mark.parametrize(
    ("event", "permitted"),
    [
        (None, False),
        (Event(f"{ODRL}attribute", party=AGENT, when=datetime(2026, 11, 27, tzinfo=UTC)), True),
        (Event(f"{ODRL}attribute", party=AGENT, when=datetime(2026, 11, 29, tzinfo=UTC)), False),  # after
        (Event(f"{ODRL}attribute", party="urn:other", when=datetime(2026, 11, 27, tzinfo=UTC)), False),
        (Event(f"{ODRL}inform", party=AGENT, when=datetime(2026, 11, 27, tzinfo=UTC)), False),
        (Event(f"{ODRL}attribute", party=AGENT), False),  # no one knows when
    ],
)
def test_a_duty_is_fulfilled_by_what_was_done_before(event: Event | None, *, permitted: bool) -> None:
    rule = permit("; odrl:duty [ odrl:action odrl:attribute ]")
    assert ask(rule, events=(event,) if event else ()).permitted is permitted


def test_a_violated_duty_stops_the_permission() -> None:
    rule = permit("; odrl:duty <urn:duty>") + ". <urn:duty> odrl:action odrl:attribute"
    assert not ask(rule, reports={"urn:duty": Deontic.VIOLATED}).permitted
    assert ask(rule, reports={"urn:duty": Deontic.FULFILLED}).permitted


def test_a_policy_has_its_parents_rules() -> None:
    text = f"{PREFIXES} <urn:p> a odrl:Set ; odrl:inheritFrom <urn:q> . <urn:q> a odrl:Offer ; {permit()} ."
    child, parent = read(text.encode())
    assert decide([child, parent], Request(f"{ODRL}read", LAYER), State(NOON)).permitted
    with pytest.raises(BadInput, match="parent policy not given"):
        decide([child], Request(f"{ODRL}read", LAYER), State(NOON))


def test_inheritance_without_end_is_told() -> None:
    text = f"{PREFIXES} <urn:p> a odrl:Set ; odrl:inheritFrom <urn:q> . <urn:q> a odrl:Set ; odrl:inheritFrom <urn:p> ."
    with pytest.raises(BadInput, match="inherits from itself"):
        decide(read(text.encode()), Request(f"{ODRL}read", LAYER), State(NOON))


def test_a_child_does_not_lift_its_parents_prohibition() -> None:
    """By a rule of the same name."""
    asked = "odrl:target <urn:layer> ; odrl:action odrl:read"
    parent = read(f"{PREFIXES} <urn:q> a odrl:Set ; odrl:prohibition <urn:r> . <urn:r> {asked} .".encode())
    child = read(
        f"{PREFIXES} <urn:p> a odrl:Set ; odrl:inheritFrom <urn:q> ; odrl:permission <urn:r> . <urn:r> {asked} .".encode()
    )
    assert not decide([*child, *parent], Request(f"{ODRL}read", LAYER), State(NOON)).permitted


def test_many_ways_to_one_ancestor_are_walked_once() -> None:
    """Thirty generations of two parents each: 2^30 ways."""
    lines = " ".join(
        f"<urn:{side}{age}> a odrl:Set ; odrl:inheritFrom <urn:a{age + 1}>, <urn:b{age + 1}> ."
        for age in range(30)
        for side in "ab"
    )
    last = f"<urn:a30> a odrl:Set ; {permit()} . <urn:b30> a odrl:Set ; odrl:conflict odrl:perm ; {permit(action='odrl:sell')} ."
    policies = read(f"{PREFIXES} {lines} {last}".encode())
    assert decide(policies, Request(f"{ODRL}read", LAYER), State(NOON)).permitted


@pytest.mark.parametrize(
    ("mine", "theirs", "strategy"),
    [("perm", "perm", "perm"), ("", "perm", "perm"), ("prohibit", "perm", "invalid"), ("", "", "invalid")],
)
def test_two_strategies_that_differ_leave_the_default(mine: str, theirs: str, strategy: str) -> None:
    said = {name: f"; odrl:conflict odrl:{name}" if name else "" for name in (mine, theirs)}
    text = f"{PREFIXES} <urn:p> a odrl:Set ; odrl:inheritFrom <urn:q> {said[mine]} . <urn:q> a odrl:Set ; {permit()} {said[theirs]} ."
    decision = decide(read(text.encode()), Request(f"{ODRL}read", LAYER), State(NOON))
    assert decision.policies[0].strategy == strategy


def test_a_territory_of_the_data_becomes_a_filter_of_rows() -> None:
    """Gironde for a whole collection; a prohibition of Bordeaux is taken out of it."""
    extent = when("cicclo:featureExtent", "isPartOf", f"<{INSEE}{GIRONDE}>")
    decision = ask(permit(extent))
    (rule,) = decision.permissions
    assert rule.rows == cql2.parse("insee LIKE '33%'")
    assert not ask(permit(extent), claims={f"{GEO}featureExtent": INSEE + NANTES}).permitted
    assert ask(permit(extent), claims={f"{GEO}featureExtent": INSEE + BORDEAUX}).permitted


def test_a_refusal_says_why_and_what_to_do() -> None:
    """The habilitation that the policy was made from is the subject of the sentence."""
    rule = "dct:source <https://datapass.api.gouv.fr/api/v1/habilitations/H911> ; " + permit(
        when("odrl:dateTime", "lteq", '"2026-10-31"^^xsd:date') + when("cicclo:acr", "gteq", '"eidas2"')
    )
    said = explain(ask(rule, known={f"{GEO}acr": "eidas2"}))
    assert [reason.fr for reason in said.reasons] == [
        "Refusé car l'habilitation H911 a pris fin le 2026-10-31."
    ]
    assert [reason.en for reason in said.reasons] == [
        "Refused because the habilitation H911 ended on 2026-10-31."
    ]
    assert said.remedies[0].en.startswith("ask for the right to be renewed")
    weak = explain(ask(rule, known={f"{GEO}acr": "eidas1"}))
    assert "Refusé car le niveau d'identification est eidas1, il faut eidas2." in [r.fr for r in weak.reasons]


def test_a_refusal_does_not_tell_of_other_peoples_rights() -> None:
    """What another party may do, and under which conditions, is not for this one to know."""
    secret = when("odrl:purpose", "eq", "<urn:secret>")
    decision = ask(permit(f"; odrl:assignee <urn:other> {secret}"))
    said = explain(decision)
    assert [reason.en for reason in said.reasons] == [
        "Refused because no policy permits you this on urn:layer; what is not permitted is refused."
    ]
    assert "secret" not in str(said)


def test_a_report_is_json_and_rdf() -> None:
    decision = ask(permit(when("odrl:dateTime", "lteq", '"2026-12-31"^^xsd:date')))
    (rule,) = as_json(decision)["policyReports"][0]["ruleReports"]
    assert (rule["type"], rule["attemptState"], rule["activationState"], rule["controlState"]) == (
        "PermissionReport",
        "Attempted",
        "Active",
        "Permit",
    )
    assert {(p["type"], p["satisfactionState"]) for p in rule["premiseReports"]} == {
        ("TargetReport", "Satisfied"),
        ("ActionReport", "Satisfied"),
        ("ConstraintReport", "Satisfied"),
    }
    written = as_turtle(decision)
    assert "report:PermissionReport" in written
    assert "report:activationState report:Active" in written
