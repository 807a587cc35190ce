"""One file a left operand: where its value comes from, how it compares, and how a person is told of it.

An operand is never evaluated by guess: a value that is not known, or a right operand that cannot be read, leaves the
constraint undetermined (None), and `deciding` takes the closed side: no permission comes of it, no prohibition falls.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cicclo.kernel.registry import Registry
from cicclo.kernel.text import Text
from cicclo.ogc.cql2.model import Expression
from cicclo.policies.model import Constraint, Literal, Term
from cicclo.policies.situation import Situation

Values = tuple[Any, ...]


class Unfit(ValueError):
    """A term that this operand cannot compare."""


class Source(StrEnum):
    STATE = "state"
    """Only what the platform knows is believed."""
    EITHER = "either"
    """What the platform knows, else what the requester claims (a purpose is a commitment, not a proof)."""


def plain(term: Term) -> str:
    """The text of an IRI or a literal."""
    return term.text if isinstance(term, Literal) else str(term)


def alike(name: str, left: Values, right: Values, situation: Situation) -> bool | None:
    """Sets, names and their hierarchy; `left` may have several values (roles), any of them counts."""
    ours, asked = set(left), set(right)
    match name:
        case "eq" | "isAnyOf":
            return bool(ours & asked)
        case "neq" | "isNoneOf":
            return not ours & asked
        case "isAllOf":
            return asked <= ours
        case "isA" | "isPartOf":
            return any(situation.state.collections(value) & asked for value in ours)
        case "hasPart":
            return all(any(value in situation.state.collections(part) for value in ours) for part in asked)
    return None


_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
}


def ordered(name: str, left: Values, right: Values, situation: Situation) -> bool | None:
    """One value against one, for what has an order; sets as `alike`."""
    test = _ORDER.get(name)
    if test is None or len(left) != 1 or len(right) != 1:
        return alike(name, left, right, situation)
    return bool(test(left[0], right[0]))


def looked_up(operand: "Operand", situation: Situation, unit: str) -> tuple[Term, ...]:
    known = situation.done.get(operand.iri) or situation.known(operand.iri)
    return known or (situation.claimed(operand.iri, unit) if operand.source is Source.EITHER else ())


def told(constraint: Constraint, left: Values) -> Text:
    """What an operand says when it has no words of its own."""
    asked = ", ".join(plain(term) for term in constraint.right)
    had = ", ".join(str(value) for value in left)
    name = constraint.left.rpartition("/")[2].rpartition("#")[2]
    return Text(
        f"« {name} » vaut {had or 'une valeur inconnue'}, alors qu'il faut {constraint.operator} {asked}",
        f"“{name}” is {had or 'not known'}, where {constraint.operator} {asked} is wanted",
    )


ASK = Text(
    "s'adresser au fournisseur de la donnée, qui peut changer la politique",
    "ask the provider of the data, who can change the policy",
)


@dataclass(frozen=True, slots=True)
class Operand:
    """`rows` makes the operand a filter: when a request is for a whole collection, the constraint becomes a condition on rows."""

    iri: str
    label: Text
    source: Source = Source.EITHER
    read: Callable[[Term], Any] = plain
    compare: Callable[[str, Values, Values, Situation], bool | None] = ordered
    find: Callable[["Operand", Situation, str], tuple[Term, ...]] = looked_up
    ready: Callable[[Situation], Values] | None = None
    """Gives values that need no reading, where the state has them already."""
    refused: Callable[[Constraint, Values], Text] = told
    remedy: Text = ASK
    rows: Callable[[Constraint], Expression] | None = None
    mask: bool = False
    """The operand names attributes: at the top of a rule it says which are seen."""


OPERANDS: Registry[Operand] = Registry("cicclo.policies.operands", name=lambda operand: operand.iri)


def left_of(operand: Operand, situation: Situation, unit: str) -> Values:
    """Return the values of the left operand; raise Unfit for one that is not of its kind."""
    if operand.ready is not None:
        return operand.ready(situation)
    return tuple(map(operand.read, operand.find(operand, situation, unit)))
