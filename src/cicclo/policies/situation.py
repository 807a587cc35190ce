"""What a decision is about: the request, and the state of the world that it is held against.

What a requester says of itself is in the request; what the platform knows of a party (its assurance level, its
organisation, its habilitations) is in the state. An operand says which of the two it believes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cicclo.policies.model import Term

Facts = Mapping[str, tuple[Term, ...]]
"""Values by left operand (or by the unit that they are counted in)."""
NO_FACTS: Facts = {}


class Deontic(StrEnum):
    NOT_SET = "not-set"
    FULFILLED = "fulfilled"
    VIOLATED = "violated"


@dataclass(frozen=True, slots=True)
class Request:
    """`rule` is the IRI of the request's own rule, when it was written as ODRL."""

    action: str
    target: str = ""
    party: str = ""
    facts: Facts = field(default_factory=dict)
    uid: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something done: `duty` is what it was done for, when the state says so; empty members match anything."""

    action: str = ""
    duty: str = ""
    party: str = ""
    target: str = ""
    when: datetime | None = None
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """`members` says which collections a thing is straight in; `facts` are by subject, "" for the world itself.

    `reports` are what is already known of duties; `counts` how often a rule was exercised, by rule and party.
    """

    now: datetime
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, Facts] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    reports: Mapping[str, Deontic] = field(default_factory=dict)
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    uid: str = ""

    def collections(self, thing: str) -> frozenset[str]:
        """The thing and every collection that it is in, through others too; a cycle does no harm."""
        seen = {thing}
        waiting = list(self.members.get(thing, ()))
        while waiting:
            if (name := waiting.pop()) not in seen:
                seen.add(name)
                waiting += self.members.get(name, ())
        return frozenset(seen)


@dataclass(frozen=True, slots=True)
class Situation:
    """A request in a state, looked at from one rule; `facts` come first when they describe what was done for a duty."""

    request: Request
    state: State
    rule: str = ""
    done: Facts = field(default_factory=dict)

    def claimed(self, operand: str, unit: str = "") -> tuple[Term, ...]:
        """What the request says."""
        facts = self.request.facts
        return facts.get(operand) or (facts.get(unit, ()) if unit else ())

    def known(self, operand: str) -> tuple[Term, ...]:
        """What the state knows of the party, else of the world."""
        facts = self.state.facts
        return facts.get(self.request.party, NO_FACTS).get(operand) or facts.get("", NO_FACTS).get(
            operand, ()
        )
