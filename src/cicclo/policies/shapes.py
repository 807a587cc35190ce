"""What is wrong with a policy when it comes in: the W3C's shapes, what its text adds, and what would make us decide amiss.

The shapes of w3c/poe are written here as rules of ours rather than run as SHACL: each has its requirement, its place
and its remedy in both languages, and importing a policy needs no SHACL engine.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from rdflib import RDF, BNode, Graph, URIRef
from rdflib.term import Node

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.policies import terms
from cicclo.policies.loading import NOWHERE, load
from cicclo.policies.model import ODRL, PROFILE, Constraint, Kind, Literal, Logical, Policy, Rule
from cicclo.policies.reading import RULES, policies, policy_nodes
from cicclo.policies.walking import conditions, everything
from cicclo.requirements import find

PROFILES = frozenset({PROFILE, f"{ODRL}core", "http://www.w3.org/ns/odrl/2/"})
"""The profiles whose terms we know."""
_BAD_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`]")
_SETS = frozenset({"isAllOf", "isAnyOf", "isNoneOf", "isA"})


@dataclass(frozen=True, slots=True)
class Problem:
    """`at` names the policy, rule or constraint; a `fatal` one keeps the policy from being used at all."""

    requirement: str
    at: str
    message: Text
    fatal: bool = False


Check = Callable[[Policy], Iterator[Problem]]
_CHECKS: list[Check] = []


def problems(content: bytes, at: str = "") -> list[Problem]:
    """Return what is wrong with a text that can be read; raise BadInput for one that cannot."""
    graph = load(content, at)
    found = policies(graph)
    said = [*_of_the_graph(graph), *(problem for policy in found for problem in judge(policy))]
    said += list(_inheritance(found))
    return said or ([] if found else [_none(at)])


def judge(policy: Policy) -> list[Problem]:
    """Return what is wrong with one policy, whatever it came from."""
    return [problem for check in _CHECKS for problem in check(policy)]


def refuse(found: Sequence[Problem]) -> None:
    """Raise BadInput for the first problem that keeps a policy from being used."""
    for problem in found:
        if problem.fatal:
            raise BadInput(problem.message, at=problem.at, remedy=find(problem.requirement).remedy)


def _none(at: str) -> Problem:
    return Problem(
        "odrl/policy/rule", at, Text("aucune politique dans ce texte", "no policy in this text"), fatal=True
    )


def _of_the_graph(graph: Graph) -> Iterator[Problem]:
    """What the expansion to atomic rules no longer shows."""
    for node in policy_nodes(graph):
        values = [value for name in ("conflict",) for value in graph.objects(node, URIRef(ODRL + name))]
        known = {ODRL + name for name in ("perm", "prohibit", "invalid")}
        if len(values) > 1 or any(str(value) not in known for value in values):
            said = ", ".join(sorted(terms.short(str(value)) for value in values))
            yield Problem(
                "odrl/policy/conflict",
                str(node),
                Text(f"stratégie de conflit « {said} »", f"conflict strategy “{said}”"),
                fatal=True,
            )
    yield from _typed(graph)
    for logical in {node for name in ("and", "or", "xone", "andSequence") for node in _having(graph, name)}:
        if (logical, URIRef(f"{ODRL}leftOperand"), None) in graph:
            yield Problem(
                "odrl/constraint/one-kind",
                _at(logical),
                Text("contrainte simple et logique à la fois", "a constraint and a logical one at once"),
            )


def _typed(graph: Graph) -> Iterator[Problem]:
    """A rule is of one class, the one that its place says."""
    classes = {"permission": "Permission", "prohibition": "Prohibition", "obligation": "Duty"}
    for name in RULES:
        for rule in graph.objects(None, URIRef(ODRL + name)):
            types = {terms.short(str(found)) for found in graph.objects(rule, RDF.type)}
            if wrong := (types & set(classes.values())) - {classes[name]}:
                said = ", ".join(sorted(wrong))
                yield Problem(
                    "odrl/rule/one-kind",
                    _at(rule),
                    Text(f"dite « {name} » et de classe {said}", f"said “{name}” and of class {said}"),
                )


def _having(graph: Graph, name: str) -> Iterator[Node]:
    return graph.subjects(URIRef(ODRL + name))


def _at(node: Node) -> str:
    return "" if isinstance(node, BNode) else str(node)


def _inheritance(found: Collection[Policy]) -> Iterator[Problem]:
    parents = {policy.uid: policy.inherits for policy in found}
    for policy in found:
        if policy.uid in _ancestors(policy.uid, parents):
            yield Problem(
                "odrl/policy/inheritance",
                policy.uid,
                Text("la politique hérite d'elle-même", "the policy inherits from itself"),
                fatal=True,
            )


def _ancestors(uid: str, parents: dict[str, tuple[str, ...]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(parents.get(uid, ()))
    while waiting:
        if (name := waiting.pop()) not in seen:
            seen.add(name)
            waiting += parents.get(name, ())
    return seen


@_CHECKS.append
def _named(policy: Policy) -> Iterator[Problem]:
    if policy.uid.startswith(("_:", NOWHERE)) or ":" not in policy.uid:
        yield Problem(
            "odrl/policy/uid",
            policy.uid.removeprefix(NOWHERE),
            Text("la politique n'a pas d'IRI absolu", "the policy has no absolute IRI"),
        )


@_CHECKS.append
def _ruling(policy: Policy) -> Iterator[Problem]:
    if not policy.rules and not policy.inherits:
        yield Problem(
            "odrl/policy/rule", policy.uid, Text("la politique n'a aucune règle", "the policy has no rule")
        )


@_CHECKS.append
def _profiled(policy: Policy) -> Iterator[Problem]:
    for profile in policy.profiles:
        if profile not in PROFILES:
            yield Problem(
                "odrl/policy/profile-known",
                policy.uid,
                Text(
                    f"profil inconnu : {profile} ; le traitement s'arrête, comme le veut ODRL",
                    f"unknown profile: {profile}; processing stops, as ODRL wants",
                ),
                fatal=True,
            )
    for kind, name in dict.fromkeys(_foreign(policy)):
        yield Problem(
            "odrl/policy/profile-declared",
            policy.uid,
            Text(
                f"{kind.fr} « {name} » n'est ni d'ODRL ni d'un profil déclaré",
                f"{kind.en} “{name}” is neither ODRL's nor of a declared profile",
            ),
        )


def _foreign(policy: Policy) -> Iterator[tuple[Text, str]]:
    """Terms that neither ODRL nor a profile that the policy declares, and we know, holds."""
    profiled = PROFILE in policy.profiles
    for rule in everything(policy):
        action = rule.action
        if action and not (terms.known_action(action.iri) or (profiled and terms.ours(action.iri))):
            yield Text("l'action", "the action"), action.iri
    for _, constraint in _constraints(policy):
        left = constraint.left
        if left and not (terms.known_left(left) or (profiled and terms.ours(left))):
            yield Text("l'opérande", "the operand"), left


def _constraints(policy: Policy) -> Iterator[tuple[Rule, Constraint]]:
    for rule in everything(policy):
        for condition in conditions(rule):
            if isinstance(condition, Constraint):
                yield rule, condition


@_CHECKS.append
def _targeted(policy: Policy) -> Iterator[Problem]:
    for rule in policy.rules:
        if rule.kind is not Kind.DUTY and rule.target is None:
            yield Problem(
                "odrl/rule/target", rule.uid, Text("la règle n'a pas de cible", "the rule has no target")
            )


@_CHECKS.append
def _acting(policy: Policy) -> Iterator[Problem]:
    for rule in everything(policy):
        if rule.action is None:
            yield Problem(
                "odrl/rule/action", rule.uid, Text("la règle n'a pas d'action", "the rule has no action")
            )


@_CHECKS.append
def _agreed(policy: Policy) -> Iterator[Problem]:
    wanted = {"Agreement": ("assigner", "assignee"), "Offer": ("assigner",)}.get(policy.kind, ())
    for rule in policy.rules:
        for role in wanted:
            if getattr(rule, role) is None:
                yield Problem(
                    "odrl/policy/parties",
                    rule.uid,
                    Text(f"{policy.kind} sans « {role} »", f"{policy.kind} without “{role}”"),
                )


@_CHECKS.append
def _complete(policy: Policy) -> Iterator[Problem]:
    for rule, constraint in _constraints(policy):
        missing = [
            name
            for name, value in (
                ("leftOperand", constraint.left),
                ("operator", constraint.operator),
                ("rightOperand", constraint.right or constraint.reference),
            )
            if not value
        ]
        for name in missing:
            yield Problem(
                "odrl/constraint/complete",
                constraint.uid or rule.uid,
                Text(f"la contrainte n'a pas de « {name} »", f"the constraint has no “{name}”"),
            )


@_CHECKS.append
def _operated(policy: Policy) -> Iterator[Problem]:
    for rule, constraint in _constraints(policy):
        operator = constraint.operator
        if operator and operator not in terms.OPERATORS:
            yield Problem(
                "odrl/constraint/operator",
                constraint.uid or rule.uid,
                Text(f"opérateur inconnu : {operator}", f"unknown operator: {operator}"),
                fatal=True,
            )
        elif len(constraint.right) > 1 and operator not in _SETS:
            yield Problem(
                "odrl/constraint/one-right",
                constraint.uid or rule.uid,
                Text(f"plusieurs valeurs avec « {operator} »", f"several values with “{operator}”"),
            )


@_CHECKS.append
def _dated(policy: Policy) -> Iterator[Problem]:
    for rule, constraint in _constraints(policy):
        if constraint.left != f"{ODRL}dateTime":
            continue
        for value in constraint.right:
            if isinstance(value, Literal) and value.datatype.endswith("dateTime") and not _zoned(value.text):
                yield Problem(
                    "odrl/constraint/timezone",
                    constraint.uid or rule.uid,
                    Text(f"« {value.text} » sans fuseau horaire", f"“{value.text}” without a time zone"),
                )


def _zoned(text: str) -> bool:
    return re.search(r"(Z|[+-]\d\d:?\d\d)$", text) is not None


@_CHECKS.append
def _named_once(policy: Policy) -> Iterator[Problem]:
    for uid, times in Counter(rule.uid for rule in policy.rules).items():
        if times > 1:
            yield Problem(
                "odrl/rule/one-kind",
                uid,
                Text("la même règle permet et interdit", "the same rule permits and prohibits"),
                fatal=True,
            )


@_CHECKS.append
def _remedied(policy: Policy) -> Iterator[Problem]:
    for rule in policy.of(Kind.PROHIBITION):
        for remedy in rule.duties:
            if remedy.duties:
                yield Problem(
                    "odrl/duty/remedy-alone",
                    remedy.uid,
                    Text("un remède ne peut avoir de conséquence", "a remedy cannot have a consequence"),
                )


@_CHECKS.append
def _collected(policy: Policy) -> Iterator[Problem]:
    for rule in everything(policy):
        for entity in (rule.target, rule.assignee):
            if entity and entity.refinements and not (entity.source or entity.iri):
                yield Problem(
                    "odrl/collection/source",
                    rule.uid,
                    Text("collection restreinte sans « source »", "a refined collection without “source”"),
                )


@_CHECKS.append
def _spelled(policy: Policy) -> Iterator[Problem]:
    for name in dict.fromkeys(_names(policy)):
        if _BAD_IRI.search(name) or (name.startswith(NOWHERE) and name != policy.uid):
            said = name.removeprefix(NOWHERE)
            yield Problem(
                "odrl/policy/uid",
                policy.uid,
                Text(f"IRI relatif ou mal formé : « {said} »", f"relative or malformed IRI: “{said}”"),
                fatal=True,
            )


def _names(policy: Policy) -> Iterator[str]:
    yield from (policy.uid, *policy.profiles, *policy.inherits)
    for rule in everything(policy):
        yield rule.uid
        yield from (thing.iri for thing in (rule.action, rule.target, rule.assigner, rule.assignee) if thing)
        for condition in conditions(rule):
            yield condition.uid
            if not isinstance(condition, Logical):
                yield from (condition.left, condition.unit)


REQUIREMENTS = (
    "odrl/policy/uid",
    "odrl/policy/rule",
    "odrl/policy/conflict",
    "odrl/policy/inheritance",
    "odrl/policy/profile-known",
    "odrl/policy/profile-declared",
    "odrl/policy/parties",
    "odrl/rule/target",
    "odrl/rule/action",
    "odrl/rule/one-kind",
    "odrl/constraint/complete",
    "odrl/constraint/operator",
    "odrl/constraint/one-kind",
    "odrl/constraint/one-right",
    "odrl/constraint/timezone",
    "odrl/duty/remedy-alone",
    "odrl/collection/source",
)
"""What the checks of this page serve; a test raises each of them."""
