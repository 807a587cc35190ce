"""Nouns of ODRL 2.2: policy, rule, action, asset, party, constraint; terms as RDF has them, without RDF.

A policy here is *atomic*: compact writings (terms on the policy, several targets or actions in one rule) are expanded
by `reading`, so that a rule has at most one target, one action, one assigner and one assignee.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

ODRL = "http://www.w3.org/ns/odrl/2/"
XSD = "http://www.w3.org/2001/XMLSchema#"
DCT = "http://purl.org/dc/terms/"
GEO = "https://w3id.org/cicclo/odrl#"
"""Our profile of geodata: operands and actions that ODRL has not."""
PROFILE = "https://w3id.org/cicclo/odrl"
"""What a policy declares as `profile` to use the terms of GEO."""


class Iri(str):
    """The name of a thing, as against the text of a literal."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Literal:
    text: str
    datatype: str = f"{XSD}string"
    language: str = ""


Term = Iri | Literal


class Kind(StrEnum):
    PERMISSION = "permission"
    PROHIBITION = "prohibition"
    DUTY = "duty"


class Strategy(StrEnum):
    """What to do when a permission and a prohibition of one policy are both active."""

    PERM = "perm"
    PROHIBIT = "prohibit"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Constraint:
    """`left` and `unit` are IRIs, `operator` the last part of an ODRL operator's IRI; several `right` terms are a set."""

    left: str
    operator: str
    right: tuple[Term, ...] = ()
    uid: str = ""
    reference: tuple[str, ...] = ()
    """Where the right operand stands; never fetched."""
    unit: str = ""
    datatype: str = ""
    status: Term | None = None


@dataclass(frozen=True, slots=True)
class Logical:
    """`operator` is and, or, xone or andSequence."""

    operator: str
    parts: tuple["Condition", ...]
    uid: str = ""


Condition = Constraint | Logical


@dataclass(frozen=True, slots=True)
class Action:
    iri: str
    refinements: tuple[Condition, ...] = ()
    uid: str = ""
    """Set when the node that carries the refinements has a name of its own."""


@dataclass(frozen=True, slots=True)
class Asset:
    """`source` is the collection that `refinements` narrow; `collection` says that members are meant."""

    iri: str = ""
    collection: bool = False
    source: str = ""
    refinements: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    iri: str = ""
    collection: bool = False
    source: str = ""
    refinements: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """`duties` are the duty of a permission, the remedy of a prohibition, or the consequence of a duty."""

    kind: Kind
    uid: str
    action: Action | None = None
    target: Asset | None = None
    assigner: Party | None = None
    assignee: Party | None = None
    constraints: tuple[Condition, ...] = ()
    duties: tuple["Rule", ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """`kind` is the last part of the ODRL class; `conflict` is None where the policy does not say; `about` is Dublin Core."""

    uid: str
    kind: str = "Set"
    rules: tuple[Rule, ...] = ()
    profiles: tuple[str, ...] = ()
    conflict: Strategy | None = None
    inherits: tuple[str, ...] = ()
    about: tuple[tuple[str, Term], ...] = ()

    def of(self, kind: Kind) -> Iterator[Rule]:
        return (rule for rule in self.rules if rule.kind is kind)

    def said(self, term: str) -> tuple[Term, ...]:
        """What the policy says of itself with a Dublin Core term, as `source`."""
        return tuple(value for name, value in self.about if name == DCT + term)
