"""The report of a decision, after the model of the ODRL formal semantics: policy, rule, premise and duty reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cicclo.ogc.cql2.model import Expression
from cicclo.policies.model import Condition, Logical, Policy, Rule, Strategy
from cicclo.policies.situation import Deontic, Request, State


class Place(StrEnum):
    """Which part of a rule a premise is about."""

    TARGET = "target"
    PARTY = "party"
    ACTION = "action"
    CONSTRAINT = "constraint"
    REFINEMENT = "refinement"


@dataclass(frozen=True, slots=True)
class Premise:
    """`satisfied` is None when it could not be determined; `rows` is what is left to test on each feature.

    `left` holds the values that the left operand had.
    """

    place: Place
    satisfied: bool | None
    condition: Condition | None = None
    left: tuple[Any, ...] = ()
    parts: tuple["Premise", ...] = ()
    rows: Expression | None = None
    masks: bool = False
    """A condition on attributes: which are seen, not whether the rule holds."""


@dataclass(frozen=True, slots=True)
class DutyReport:
    rule: Rule
    active: bool
    deontic: Deontic
    premises: tuple[Premise, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleReport:
    """`active`: the rule is about this request, its constraints hold, and its duties do not stop it.

    `holds`: besides, the request is as narrow as the refinements want; the control state Permit of a permission.
    `rows` narrows what the rule covers; None is everything.
    """

    rule: Rule
    active: bool
    holds: bool
    premises: tuple[Premise, ...] = ()
    duties: tuple[DutyReport, ...] = ()
    deontic: Deontic = Deontic.NOT_SET
    rows: Expression | None = None

    @property
    def masks(self) -> bool:
        """Whether it is about some attributes only."""
        return any(premise.masks for premise in self.conditions())

    def conditions(self) -> Iterator[Premise]:
        """Constraints and refinements, those joined with `and` opened."""
        waiting = list(self.premises)
        while waiting:
            premise = waiting.pop(0)
            yield premise
            if not isinstance(premise.condition, Logical) or premise.condition.operator.startswith("and"):
                waiting += premise.parts


class Void(StrEnum):
    """Why a policy gives nothing at all."""

    NOT_EVALUATED = "not-evaluated"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """`strategy` is the one that was used, whether the policy says it or not."""

    policy: Policy
    strategy: Strategy
    rules: tuple[RuleReport, ...] = ()
    void: Void | None = None
    permissions: tuple[RuleReport, ...] = ()
    prohibitions: tuple[RuleReport, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """`permissions` are those that the answer rests on, `prohibitions` those that stop or narrow it."""

    permitted: bool
    request: Request
    state: State
    policies: tuple[PolicyReport, ...]
    permissions: tuple[RuleReport, ...] = ()
    prohibitions: tuple[RuleReport, ...] = ()
