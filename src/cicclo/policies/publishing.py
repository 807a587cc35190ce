"""A decision as a compliance report: JSON for machines of ours, Turtle in the words of the ODRL community's model."""

from collections.abc import Iterable
from typing import Any

from rdflib import RDF, XSD, BNode, Graph, Namespace, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.term import Node

from cicclo.ogc.cql2 import json as cql2_json
from cicclo.policies.explaining import explain
from cicclo.policies.model import ODRL, Constraint, Kind, Logical
from cicclo.policies.report import Decision, DutyReport, Place, PolicyReport, Premise, RuleReport
from cicclo.policies.requests import REPORT
from cicclo.policies.situation import Deontic

_KIND = {Kind.PERMISSION: "PermissionReport", Kind.PROHIBITION: "ProhibitionReport", Kind.DUTY: "DutyReport"}
_PLACE = {
    Place.TARGET: "TargetReport",
    Place.PARTY: "PartyReport",
    Place.ACTION: "ActionReport",
    Place.CONSTRAINT: "ConstraintReport",
    Place.REFINEMENT: "ConstraintReport",
}
_STATE = {True: "Satisfied", False: "Unsatisfied", None: "Undetermined"}
_DEONTIC = {Deontic.NOT_SET: "NonSet", Deontic.FULFILLED: "Fulfilled", Deontic.VIOLATED: "Violated"}
_PERFORMED = {Deontic.NOT_SET: "Unknown", Deontic.FULFILLED: "Performed", Deontic.VIOLATED: "Unperformed"}


def as_json(decision: Decision) -> dict[str, Any]:
    """Return the whole report; `explanation` is in both languages."""
    said = explain(decision)
    return {
        "type": "EvaluationReport",
        "decision": "permit" if decision.permitted else "deny",
        "created": decision.state.now.isoformat(),
        "request": decision.request.uid,
        "state": decision.state.uid,
        "explanation": {
            lang: {
                "answer": said.answer.get(lang),
                "reasons": [reason.get(lang) for reason in said.reasons],
                "remedies": [remedy.get(lang) for remedy in said.remedies],
            }
            for lang in ("fr", "en")
        },
        "policyReports": [_policy(report, decision) for report in decision.policies],
    }


def _policy(report: PolicyReport, decision: Decision) -> dict[str, Any]:
    return {
        "type": "PolicyReport",
        "policy": report.policy.uid,
        "policyRequest": decision.request.uid,
        "conflict": report.strategy.value,
        "void": report.void.value if report.void else None,
        "ruleReports": [_rule(rule, decision) for rule in report.rules],
    }


def _rule(report: RuleReport, decision: Decision) -> dict[str, Any]:
    found: dict[str, Any] = {
        "type": _KIND[report.rule.kind],
        "rule": report.rule.uid,
        "ruleRequest": decision.request.rule,
        "attemptState": "Attempted",
        "activationState": _active(report.active),
        "premiseReports": [_premise(premise) for premise in report.premises],
        "conditionReports": [_duty(duty) for duty in report.duties],
    }
    if report.rule.kind is Kind.PERMISSION:
        found["controlState"] = "Permit" if report.holds else "Deny"
    else:
        found["deonticState"] = _DEONTIC[report.deontic]
    if report.rows is not None:
        found["rows"] = cql2_json.write(report.rows)
    return found


def _duty(report: DutyReport) -> dict[str, Any]:
    return {
        "type": "DutyReport",
        "rule": report.rule.uid,
        "activationState": _active(report.active),
        "deonticState": _DEONTIC[report.deontic],
        "performanceState": _PERFORMED[report.deontic],
        "premiseReports": [_premise(premise) for premise in report.premises],
    }


def _premise(premise: Premise) -> dict[str, Any]:
    found: dict[str, Any] = {"type": _PLACE[premise.place], "satisfactionState": _STATE[premise.satisfied]}
    condition = premise.condition
    if condition is None:
        return found
    found["constraint"] = condition.uid
    if isinstance(condition, Logical):
        found["constraintLogicalOperand"] = condition.operator
        found["premiseReports"] = [_premise(part) for part in premise.parts]
        return found
    found["leftOperand"] = condition.left
    found["constraintLeftOperand"] = [str(value) for value in premise.left]
    found["constraintOperator"] = condition.operator
    found["constraintRightOperand"] = [_text(term) for term in condition.right]
    return found


def _text(term: Any) -> str:
    return str(getattr(term, "text", term))


def _active(active: bool) -> str:  # noqa: FBT001 - a state has two values
    return "Active" if active else "Inactive"


def as_turtle(decision: Decision) -> str:
    """Return the policy reports in RDF, as the ODRL test suite writes those it expects."""
    return _Written(decision).graph.serialize(format="turtle")


class _Written:
    def __init__(self, decision: Decision) -> None:
        self.graph = Graph()
        self.words = Namespace(REPORT)
        self.decision = decision
        self.graph.bind("report", REPORT)
        self.graph.bind("odrl", ODRL)
        for report in decision.policies:
            self._policy(report)

    def _say(self, node: Node, word: str, state: str) -> None:
        """A state is a word of the report's vocabulary."""
        self.graph.add((node, self.words[word], self.words[state]))

    def _link(self, node: Node, word: str, other: Node) -> None:
        self.graph.add((node, self.words[word], other))

    def _new(self, kind: str) -> BNode:
        node = BNode()
        self.graph.add((node, RDF.type, self.words[kind]))
        return node

    def _policy(self, report: PolicyReport) -> None:
        node = self._new("PolicyReport")
        now = RdfLiteral(self.decision.state.now.isoformat(), datatype=XSD.dateTime)
        self.graph.add((node, URIRef("http://purl.org/dc/terms/created"), now))
        self._named(node, "policy", report.policy.uid)
        self._named(node, "policyRequest", self.decision.request.uid)
        for rule in report.rules:
            self._link(node, "ruleReport", self._rule(rule))

    def _named(self, node: Node, word: str, iri: str) -> None:
        if ":" in iri and not iri.startswith("_:"):
            self._link(node, word, URIRef(iri))

    def _rule(self, report: RuleReport) -> Node:
        node = self._new(_KIND[report.rule.kind])
        self._named(node, "rule", report.rule.uid)
        self._named(node, "ruleRequest", self.decision.request.rule)
        self._say(node, "attemptState", "Attempted")
        self._say(node, "activationState", _active(report.active))
        if report.rule.kind is not Kind.PERMISSION:
            self._say(node, "deonticState", _DEONTIC[report.deontic])
        self._premises(node, report.premises)
        for duty in report.duties:
            self._link(node, "conditionReport", self._duty(duty))
        return node

    def _duty(self, report: DutyReport) -> Node:
        node = self._new("DutyReport")
        self._named(node, "rule", report.rule.uid)
        self._say(node, "activationState", _active(report.active))
        self._say(node, "deonticState", _DEONTIC[report.deontic])
        self._say(node, "performanceState", _PERFORMED[report.deontic])
        self._premises(node, report.premises)
        return node

    def _premises(self, node: Node, premises: Iterable[Premise]) -> None:
        for premise in premises:
            found = self._new(_PLACE[premise.place])
            self._link(node, "premiseReport", found)
            self._say(found, "satisfactionState", _STATE[premise.satisfied])
            if premise.condition is not None:
                self._named(found, "constraint", premise.condition.uid)
            if isinstance(premise.condition, Logical):
                self._link(found, "constraintLogicalOperand", URIRef(ODRL + premise.condition.operator))
                self._premises(found, premise.parts)
            elif isinstance(premise.condition, Constraint):
                self._link(found, "constraintOperator", URIRef(ODRL + premise.condition.operator))
