"""Graph → policies: compact writings are expanded to atomic rules; what is wrong with the graph is `shapes`' business."""

import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import TypeVar

from rdflib import RDF, BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.term import Node

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.policies import terms
from cicclo.policies.loading import load
from cicclo.policies.model import (
    DCT,
    ODRL,
    Action,
    Asset,
    Condition,
    Constraint,
    Iri,
    Kind,
    Literal,
    Logical,
    Party,
    Policy,
    Rule,
    Strategy,
    Term,
)

DEEPEST = 24
"""Duties of duties, constraints of constraints."""
_NUMBER = re.compile(r"\d{1,9}")
MOST = 50_000
"""Rules and conditions of one text, written out."""
LOGICAL = ("and", "or", "xone", "andSequence")
RULES = {"permission": Kind.PERMISSION, "prohibition": Kind.PROHIBITION, "obligation": Kind.DUTY}
_DUTIES = {Kind.PERMISSION: "duty", Kind.PROHIBITION: "remedy", Kind.DUTY: "consequence"}
Entity = TypeVar("Entity", Asset, Party)


def read(content: bytes, at: str = "") -> list[Policy]:
    """Read every policy of a JSON-LD or Turtle text; raise BadInput when there is none."""
    found = policies(load(content, at))
    if not found:
        raise BadInput(
            Text("aucune politique ODRL dans ce texte", "no ODRL policy in this text"),
            at=at,
            remedy=Text(
                "donner à la politique son type (Set, Offer, Agreement) et ses règles",
                "give the policy its type (Set, Offer, Agreement) and its rules",
            ),
        )
    return found


def policies(graph: Graph) -> list[Policy]:
    """Read the policies of a graph, in the order of their names."""
    reader = Reader(graph)
    return [reader.policy(node) for node in policy_nodes(graph)]


def policy_nodes(graph: Graph) -> list[Node]:
    """What has a policy's type, or rules of its own; a request has them too, and is none."""
    typed = {node for name in terms.POLICIES for node in graph.subjects(RDF.type, URIRef(ODRL + name))}
    ruling = {node for name in RULES for node in graph.subjects(URIRef(ODRL + name))}
    requests = set(graph.subjects(RDF.type, URIRef(f"{ODRL}Request")))
    return sorted((typed | ruling) - requests, key=str)


class Reader:
    """Reads nodes of one graph; `order` makes the order of nameless nodes the same each time."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._keys: dict[Node, str] = {}
        self._left = MOST

    def _spend(self, count: int = 1) -> None:
        """A node that is named many times is written out each time: a few lines can say a billion rules."""
        self._left -= count
        if self._left < 0:
            raise BadInput(
                Text(
                    f"plus de {MOST} règles et contraintes, une fois écrites en entier",
                    f"more than {MOST} rules and constraints, once written out",
                ),
                remedy=Text("diviser la politique", "split the policy"),
            )

    def objects(self, node: Node, name: str) -> list[Node]:
        """Values of an ODRL property, lists opened, in a stable order."""
        found: list[Node] = []
        for value in sorted(self.graph.objects(node, URIRef(ODRL + name)), key=self.order):
            found += list(self.graph.items(value)) if self._is_list(value) else [value]
        return found

    def one(self, node: Node, name: str) -> Node | None:
        return next(iter(self.objects(node, name)), None)

    def _is_list(self, node: Node) -> bool:
        return isinstance(node, BNode) and (node, RDF.first, None) in self.graph

    def order(self, node: Node, depth: int = 0) -> str:
        """Names first, 2 before 10; a nameless node is placed by what it says, its class aside."""
        if not isinstance(node, BNode):
            name = node.n3() if isinstance(node, RdfLiteral) else str(node)
            return "0" + _NUMBER.sub(lambda digits: digits[0].zfill(9), name)
        if node not in self._keys and depth < DEEPEST:
            self._keys[node] = "1"  # a cycle ends here
            pairs = ((p, o) for p, o in self.graph.predicate_objects(node) if p != RDF.type)
            said = (f"{p} {self.order(o, depth + 1)}" for p, o in pairs)
            self._keys[node] = "1" + sha256(" ".join(sorted(said)).encode()).hexdigest()
        return self._keys.get(node, "1")

    def policy(self, node: Node) -> Policy:
        uid = _name(node)
        rules: list[Rule] = []
        for name, kind in RULES.items():
            for number, rule in enumerate(self.objects(node, name), 1):
                rules += self._rules(rule, kind, f"{uid}#{name}-{number}", node, 0)
        conflict = self.one(node, "conflict")
        return Policy(
            uid=uid,
            kind=self._kind(node),
            rules=tuple(rules),
            profiles=tuple(str(profile) for profile in self.objects(node, "profile")),
            conflict=_strategy(str(conflict)) if conflict is not None else None,
            inherits=tuple(str(parent) for parent in self.objects(node, "inheritFrom")),
            about=tuple(self._about(node)),
        )

    def _kind(self, node: Node) -> str:
        types = {terms.short(str(found)) for found in self.graph.objects(node, RDF.type)}
        return next(iter(sorted((types & terms.POLICIES) - {"Policy"})), "Set")

    def _about(self, node: Node) -> Iterator[tuple[str, Term]]:
        for predicate, value in sorted(self.graph.predicate_objects(node), key=str):
            if str(predicate).startswith(DCT) and (said := term(value)) is not None:
                yield str(predicate), said

    def _rules(
        self, node: Node, kind: Kind, nameless: str, policy: Node | None, depth: int
    ) -> Iterator[Rule]:
        """The atomic rules of one rule: one for each action, target and assignee."""
        if depth > DEEPEST:
            raise _cycle(node)
        uid = nameless if isinstance(node, BNode) else str(node)
        constraints = tuple(self.condition(part) for part in self.objects(node, "constraint"))
        duties = tuple(
            duty
            for number, part in enumerate(self.objects(node, _DUTIES[kind]), 1)
            for duty in self._rules(part, Kind.DUTY, f"{uid}/duty-{number}", None, depth + 1)
        )
        actions: Sequence[Action | None] = [
            self.action(part) for part in self._said(node, "action", policy)
        ] or [None]
        targets: Sequence[Asset | None] = [
            self._entity(part, Asset, "AssetCollection") for part in self._said(node, "target", policy)
        ] or [None]
        assigners, assignees = (self._parties(node, role, policy) for role in ("assigner", "assignee"))
        self._spend(len(actions) * len(targets) * len(assignees))
        atoms = [(a, t, p) for a in actions for t in targets for p in assignees]
        for number, (action, target, assignee) in enumerate(atoms, 1):
            name = uid if len(atoms) == 1 else f"{uid}#{number}"
            yield Rule(kind, name, action, target, assigners[0], assignee, constraints, duties)

    def _parties(self, node: Node, role: str, policy: Node | None) -> Sequence[Party | None]:
        return [self._entity(part, Party, "PartyCollection") for part in self._said(node, role, policy)] or [
            None
        ]

    def _said(self, node: Node, name: str, policy: Node | None) -> Sequence[Node]:
        """What the rule says, else what its policy says for all its rules."""
        own = self.objects(node, name)
        return own if own or policy is None else self.objects(policy, name)

    def action(self, node: Node) -> Action:
        """An action is a name, or a node whose rdf:value is the name and whose refinements narrow it."""
        value = self.graph.value(node, RDF.value)
        if value is None:
            return Action(str(node))
        return Action(str(value), self._refinements(node), "" if isinstance(node, BNode) else str(node))

    def _entity(self, node: Node, make: Callable[..., Entity], collection: str) -> Entity:
        source = self.one(node, "source")
        return make(
            "" if isinstance(node, BNode) else str(node),
            (node, RDF.type, URIRef(ODRL + collection)) in self.graph,
            str(source) if source is not None else "",
            self._refinements(node),
        )

    def _refinements(self, node: Node) -> tuple[Condition, ...]:
        return tuple(self.condition(part) for part in self.objects(node, "refinement"))

    def condition(self, node: Node, depth: int = 0) -> Condition:
        if depth > DEEPEST:
            raise _cycle(node)
        self._spend()
        uid = "" if isinstance(node, BNode) else str(node)
        for operator in LOGICAL:
            if parts := self.objects(node, operator):
                return Logical(operator, tuple(self.condition(part, depth + 1) for part in parts), uid)
        return self._constraint(node, uid)

    def _constraint(self, node: Node, uid: str) -> Constraint:
        left, operator, unit = (self.one(node, name) for name in ("leftOperand", "operator", "unit"))
        datatype, status = self.one(node, "datatype"), self.one(node, "status")
        return Constraint(
            left=left_operand(str(left)) if left is not None else "",
            operator=terms.short(str(operator)) if operator is not None else "",
            right=tuple(
                value for part in self.objects(node, "rightOperand") if (value := term(part)) is not None
            ),
            uid=uid,
            reference=tuple(str(part) for part in self.objects(node, "rightOperandReference")),
            unit=str(unit) if unit is not None else "",
            datatype=str(datatype) if datatype is not None else "",
            status=term(status) if status is not None else None,
        )


def left_operand(iri: str) -> str:
    name = terms.short(iri)
    return ODRL + name if iri.startswith(ODRL) else name


def term(node: Node) -> Term | None:
    """A node's value; None for a nameless node, which no constraint can compare."""
    if isinstance(node, RdfLiteral):
        datatype = str(node.datatype) if node.datatype else Literal("").datatype
        return Literal(str(node), datatype, node.language or "")
    return None if isinstance(node, BNode) else Iri(node)


def _name(node: Node) -> str:
    return f"_:{node}" if isinstance(node, BNode) else str(node)


def _strategy(iri: str) -> Strategy | None:
    name = terms.short(iri)
    return Strategy(name) if name in set(Strategy) else None


def _cycle(node: Node) -> BadInput:
    return BadInput(
        Text(
            f"une règle ou une contrainte se contient elle-même, ou compte plus de {DEEPEST} niveaux",
            f"a rule or a constraint contains itself, or has more than {DEEPEST} levels",
        ),
        at=_name(node),
        remedy=Text("rompre le cycle", "break the cycle"),
    )
