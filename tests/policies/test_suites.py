"""The ODRL test suite (premise by premise) and the examples of the formal semantics' draft give the reports expected.

The data stay where they are (MIT, W3C): one test a case, skipped by name where ../shared is absent.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import RDF

from cicclo.kernel.text import Text
from cicclo.policies.deciding import Duties, decide
from cicclo.policies.loading import load_file
from cicclo.policies.model import Kind, Literal
from cicclo.policies.operands import OPERANDS, Operand, alike
from cicclo.policies.publishing import as_turtle
from cicclo.policies.reading import policies
from cicclo.policies.report import Decision, Place, Premise
from cicclo.policies.requests import at_the_time_of, request, state
from cicclo.policies.situation import Deontic, State

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
SUITE = SHARED / "odrl"
DRAFT = SHARED / "standards/odrl/w3c-odrl/formal-semantics/examples"
EX, REPORT = Namespace("http://example.org/"), Namespace("https://w3id.org/force/compliance-report#")
CASES = sorted((SUITE / "test_cases").glob("*.ttl"))
PLACES = {
    "TargetReport": "target",
    "PartyReport": "party",
    "ActionReport": "action",
    "ConstraintReport": "constraint",
}
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def by_name(folder: str) -> dict[str, Graph]:
    """Graphs by what they declare, since cases refer by IRI, not by file."""
    graphs = [Graph().parse(path) for path in sorted((SUITE / folder).glob("*.ttl"))]
    return {str(subject): graph for graph in graphs for subject in graph.subjects(RDF.type)}


@pytest.mark.skipif(not CASES, reason="../shared/data/odrl is absent")
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_of_the_suite(path: Path) -> None:
    """Kind, attempt, activation, then each premise's satisfaction."""
    case = Graph().parse(path)
    (node,) = case.subjects(RDF.type, EX.TestCase)
    refer = {name: str(case.value(node, EX[name])) for name in ("policy", "request", "sotw")}
    decision = decide(
        policies(by_name("policies")[refer["policy"]]),
        request(by_name("requests")[refer["request"]]),
        state(by_name("sotw")[refer["sotw"]], LATER),
        duties=Duties.REPORTED,
    )
    (expected,) = case.objects(None, REPORT.ruleReport)
    (rule,) = decision.policies[0].rules
    kind = {"PermissionReport": Kind.PERMISSION, "ProhibitionReport": Kind.PROHIBITION}
    assert rule.rule.kind is kind[local(case.value(expected, RDF.type))]
    assert rule.rule.uid == str(case.value(expected, REPORT.rule))
    assert rule.active is (local(case.value(expected, REPORT.activationState)) == "Active")
    wanted = sorted(premises_of(case, expected))
    assert sorted((p.place.value, said(p)) for p in opened(rule.premises)) == wanted
    written = Graph().parse(data=as_turtle(decision), format="turtle")
    (ours,) = written.objects(None, REPORT.ruleReport)
    assert sorted(premises_of(written, ours)) == wanted
    for word in (RDF.type, REPORT.rule, REPORT.ruleRequest, REPORT.attemptState, REPORT.activationState):
        assert written.value(ours, word) == case.value(expected, word)
    permitted = rule.active and rule.rule.kind is Kind.PERMISSION
    assert decision.permitted is permitted


def premises_of(case: Graph, report: Any) -> list[tuple[str, str]]:
    """Premises, and those of logical constraints."""
    found = []
    for premise in case.objects(report, REPORT.premiseReport):
        satisfied = local(case.value(premise, REPORT.satisfactionState))
        found += [(PLACES[local(case.value(premise, RDF.type))], satisfied), *premises_of(case, premise)]
    return found


def opened(premises: tuple[Premise, ...]) -> list[Premise]:
    return [each for premise in premises for each in (premise, *opened(premise.parts))]


def said(premise: Premise) -> str:
    return {True: "Satisfied", False: "Unsatisfied", None: "Undetermined"}[premise.satisfied]


def local(node: Any) -> str:
    return str(node).removeprefix(str(REPORT))


def week_day(_: Any, situation: Any, __: str) -> tuple[Literal, ...]:
    """`ex:dayOfWeek` of example C2, which declares no profile for it."""
    return (Literal(situation.state.now.strftime("%A")),)


DAY = Operand("ex:dayOfWeek", Text("jour", "day"), compare=alike, find=week_day)
EXAMPLES = {
    # name: (active, permitted, constraint or refinement satisfied, duty active, duty's state)
    "A11": (True, True, True, None, None),
    "A12": (False, False, False, None, None),
    "B11": (True, True, True, None, None),
    "B12": (True, False, False, None, None),
    "C11": (False, False, None, True, Deontic.NOT_SET),
    "C12": (True, True, None, True, Deontic.FULFILLED),
    "C21": (True, True, False, False, Deontic.NOT_SET),
    "C22": (False, False, True, True, Deontic.NOT_SET),
    "C23": (True, True, True, True, Deontic.FULFILLED),
}
"""What the reports of the draft say (C11 writes its condition's activation `Satisfied`: the same fact as C22's Active)."""


def example(name: str) -> Decision:
    (folder,) = DRAFT.rglob(name)
    policy = policies(load_file(next(folder.parent.glob("policy*.json"))))
    asked = request(load_file(next(folder.glob("evaluationrequest*.json"))))
    states = sorted(folder.glob("state*.json"))
    world = state(load_file(states[0]), LATER) if states else State(LATER)
    # requests of C are by billie1, policies and payments by billie: a slip of the draft, taken as one person
    billie = "http://example.com/party/billie"
    world = State(world.now, {f"{billie}1": (billie,), billie: (f"{billie}1",)}, world.facts, world.events)
    return decide(policy, asked, at_the_time_of(asked, world), operands={**OPERANDS, DAY.iri: DAY})


@pytest.mark.skipif(not DRAFT.is_dir(), reason="../shared/data/standards/odrl is absent")
@pytest.mark.parametrize("name", EXAMPLES)
def test_example_of_the_draft(name: str) -> None:
    """Activation and control of the rule, satisfaction of its condition, state of its duty."""
    decision = example(name)
    (rule,) = decision.policies[0].rules
    conditions = [p.satisfied for p in rule.premises if p.place in {Place.CONSTRAINT, Place.REFINEMENT}]
    duties = [(duty.active, duty.deontic) for duty in rule.duties]
    conditions += [premise.satisfied for duty in rule.duties for premise in duty.premises]
    active, permitted, satisfied, owed, deontic = EXAMPLES[name]
    assert (rule.active, decision.permitted) == (active, permitted)
    assert conditions == ([] if satisfied is None else [satisfied])
    assert duties == ([] if owed is None else [(owed, deontic)])


@pytest.mark.skipif(not DRAFT.is_dir(), reason="../shared/data/standards/odrl is absent")
@pytest.mark.parametrize("name", EXAMPLES)
def test_what_is_expected_is_what_the_draft_writes(name: str) -> None:
    """Our table is read from the draft's own report, so that a new edition of it is seen."""
    (folder,) = DRAFT.rglob(name)
    text = next(folder.glob("compliancereport*.json")).read_text("utf-8")
    active, permitted, satisfied, owed, deontic = EXAMPLES[name]
    assert (f'"report:controlState": "report:{"Permit" if permitted else "Deny"}"') in text
    first = text.index('"report:activationState"')
    assert text[first:].startswith(f'"report:activationState": "report:{"Active" if active else "Inactive"}"')
    if satisfied is not None:
        assert f'"report:satisfactionState": "report:{"Satisfied" if satisfied else "Not-Satisfied"}"' in text
    if owed is not None:
        word = "Fulfilled" if deontic is Deontic.FULFILLED else "Not-set"
        assert f'"report:deonticState": "report:{word}"' in text


def test_an_offer_is_never_evaluated() -> None:
    """It binds nobody yet."""
    text = """@prefix odrl: <http://www.w3.org/ns/odrl/2/> . <urn:p> a odrl:Offer ; odrl:permission <urn:r> .
        <urn:r> odrl:target <urn:t> ; odrl:action odrl:use . <urn:q> a odrl:Request ; odrl:permission
        [ odrl:action odrl:read ; odrl:target <urn:t> ; odrl:assignee <urn:a> ] ."""
    graph = Graph().parse(data=text, format="turtle")
    assert (URIRef("urn:p"), None, None) in graph
    assert not decide(policies(graph), request(graph), State(LATER)).permitted
