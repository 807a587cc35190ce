"""Policies → JSON-LD with ODRL's own context, and Turtle."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cicclo.policies.loading import load, shipped
from cicclo.policies.model import (
    DCT,
    GEO,
    ODRL,
    PROFILE,
    XSD,
    Action,
    Asset,
    Condition,
    Kind,
    Logical,
    Party,
    Policy,
    Rule,
    Term,
)
from cicclo.policies.model import Literal as Value

CONTEXT = "http://www.w3.org/ns/odrl.jsonld"
_PROPERTY = {Kind.PERMISSION: "permission", Kind.PROHIBITION: "prohibition", Kind.DUTY: "obligation"}
_DUTIES = {Kind.PERMISSION: "duty", Kind.PROHIBITION: "remedy", Kind.DUTY: "consequence"}


def json_ld(policy: Policy) -> dict[str, Any]:
    """Write one policy, atomic rule by atomic rule."""
    document: dict[str, Any] = {"@context": _context(policy), "@type": policy.kind, "uid": policy.uid}
    for term, value in policy.about:
        document.setdefault(f"dct:{term.removeprefix(DCT)}", []).append(_term(value))
    _set(document, "profile", list(policy.profiles))
    _set(document, "conflict", policy.conflict and policy.conflict.value)
    _set(document, "inheritFrom", list(policy.inherits))
    for kind, name in _PROPERTY.items():
        _set(document, name, [_rule(rule) for rule in policy.of(kind)])
    return document


def json_text(policies: Iterable[Policy]) -> str:
    """Write policies as one JSON-LD document: an object for one, an array for several."""
    written = [json_ld(policy) for policy in policies]
    return json.dumps(written[0] if len(written) == 1 else written, ensure_ascii=False, indent=2)


def turtle(policies: Iterable[Policy]) -> str:
    graph = load(json_text(policies).encode())
    for prefix, address in (("odrl", ODRL), ("cicclo", GEO), ("dct", DCT), ("xsd", XSD)):
        graph.bind(prefix, address)
    return graph.serialize(format="turtle")


def _context(policy: Policy) -> Any:
    return [CONTEXT, {"cicclo": GEO}] if PROFILE in policy.profiles else CONTEXT


def _set(document: dict[str, Any], name: str, value: Any) -> None:
    if value:
        document[name] = value


def _rule(rule: Rule) -> dict[str, Any]:
    document: dict[str, Any] = {"uid": rule.uid}
    if rule.action:
        document["action"] = _action(rule.action)
    for name in ("target", "assigner", "assignee"):
        if entity := getattr(rule, name):
            document[name] = _entity(entity)
    _set(document, "constraint", [_condition(part) for part in rule.constraints])
    _set(document, _DUTIES[rule.kind], [_rule(duty) for duty in rule.duties])
    return document


def _action(action: Action) -> Any:
    if not action.refinements and not action.uid:
        return {"@id": action.iri}
    document: dict[str, Any] = {"@id": action.uid} if action.uid else {}
    document["rdf:value"] = {"@id": action.iri}
    _set(document, "refinement", [_condition(part) for part in action.refinements])
    return document


def _entity(entity: Asset | Party) -> Any:
    if not (entity.collection or entity.source or entity.refinements):
        return entity.iri
    document: dict[str, Any] = {}
    _set(document, "uid", entity.iri)
    if entity.collection:
        document["@type"] = "AssetCollection" if isinstance(entity, Asset) else "PartyCollection"
    _set(document, "source", entity.source)
    _set(document, "refinement", [_condition(part) for part in entity.refinements])
    return document


def _condition(condition: Condition) -> dict[str, Any]:
    document: dict[str, Any] = {"uid": condition.uid} if condition.uid else {}
    if isinstance(condition, Logical):
        parts = [_condition(part) for part in condition.parts]
        document[condition.operator] = {"@list": parts} if condition.operator == "andSequence" else parts
        return document
    _set(document, "leftOperand", condition.left and {"@id": condition.left})
    _set(document, "operator", condition.operator and {"@id": _operator(condition.operator)})
    right = [_term(value) for value in condition.right]
    _set(document, "rightOperand", right[0] if len(right) == 1 else right)
    _set(document, "rightOperandReference", list(condition.reference))
    _set(document, "unit", condition.unit and {"@id": condition.unit})
    _set(document, "dataType", condition.datatype)
    _set(document, "status", condition.status and _term(condition.status))
    return document


def _operator(name: str) -> str:
    """An operator that ODRL has not was kept with its whole IRI."""
    return name if ":" in name else ODRL + name


def _term(value: Term) -> Any:
    if not isinstance(value, Value):
        return {"@id": str(value)}
    if value.language:
        return {"@value": value.text, "@language": value.language}
    return {"@value": value.text, "@type": value.datatype.replace(XSD, "xsd:")}


def context() -> Mapping[str, Any]:
    """The context of our profile, as it is published."""
    return {"@context": shipped("profile.jsonld")}
