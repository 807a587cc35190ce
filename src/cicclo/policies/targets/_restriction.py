"""What a decision leaves of a collection: rows, attributes, operations. Every target is written from it.

When several permissions hold, rows are joined and attributes are met: an attribute is shown when each of them shows
it. A row is never seen with an attribute that no single permission gives for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from cicclo.ogc.cql2.model import Array, Call, Expression, Name, Span
from cicclo.policies.deciding import decide
from cicclo.policies.judging import both, either
from cicclo.policies.model import GEO, ODRL, Constraint, Literal, Policy
from cicclo.policies.operands import plain
from cicclo.policies.report import Decision, RuleReport
from cicclo.policies.situation import Request, State

OPERATIONS = ("GetMap", "GetFeatureInfo", "GetFeature", "Transaction", "items", "tiles", "map", "styles")
"""Operations of WMS, WFS and OGC API that a rule may tell apart."""
WRITING = frozenset({"Transaction"})
"""Operations that change data: whoever may read may not use them for that."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compiled: policies, for one party and one collection, now; `columns` says which is the `insee` one."""

    policies: tuple[Policy, ...]
    request: Request
    state: State
    columns: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    """What only one target needs: `workspace`, `layer`, `role`."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """`rows` None is every row, `seen` None is every attribute but those `hidden`."""

    permitted: bool
    rows: Expression | None = None
    seen: frozenset[str] | None = None
    hidden: frozenset[str] = frozenset()

    def shows(self, attribute: str) -> bool:
        return (
            self.permitted and attribute not in self.hidden and (self.seen is None or attribute in self.seen)
        )


REFUSED = Restriction(permitted=False)


def by_operation(asked: Asked, operations: Iterable[str] = OPERATIONS) -> dict[str, Restriction]:
    """Return what each operation gives; those refused are left out."""
    found = {}
    for operation in operations:
        facts = {**asked.request.facts, f"{GEO}operation": (Literal(operation),)}
        action = f"{ODRL}modify" if operation in WRITING else asked.request.action
        request = replace(asked.request, facts=facts, action=action)
        decision = decide(asked.policies, request, asked.state)
        left = restriction(decision, asked.columns)
        if left.permitted:
            found[operation] = left
    return found


def restriction(decision: Decision, columns: Mapping[str, str] | None = None) -> Restriction:
    """Return what one decision leaves."""
    if not decision.permitted:
        return REFUSED
    shown = [_shown(rule) for rule in decision.permissions] + [
        _left_by(rule) for rule in decision.prohibitions
    ]
    seen = _met([each for each, _ in shown])
    hidden = frozenset().union(*(each for _, each in shown))
    rows = _rows(decision)
    return Restriction(
        permitted=True,
        rows=named(rows, columns or {}) if rows is not None else None,
        seen=seen,
        hidden=hidden,
    )


def _rows(decision: Decision) -> Expression | None:
    given = [rule.rows for rule in decision.permissions if rule.rows is not None]
    kept = either(given) if len(given) == len(decision.permissions) else None
    taken = [rule.rows for rule in decision.prohibitions if rule.rows is not None and not rule.masks]
    out = Call("not", (either(taken),)) if taken else None
    return both([part for part in (kept, out) if part is not None])


def _met(shown: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    sets = [each for each in shown if each is not None]
    return frozenset.intersection(*sets) if sets else None


def _masks(rule: RuleReport) -> Iterable[Constraint]:
    for premise in rule.conditions():
        if premise.masks and isinstance(premise.condition, Constraint):
            yield premise.condition


def _shown(rule: RuleReport) -> tuple[frozenset[str] | None, frozenset[str]]:
    """Attributes that a permission shows, and those that it masks; an operator of no such sense shows nothing."""
    seen: frozenset[str] | None = None
    hidden: frozenset[str] = frozenset()
    for mask in _masks(rule):
        names = frozenset(map(plain, mask.right))
        if mask.operator in {"isNoneOf", "neq"}:
            hidden |= names
        else:
            only = names if mask.operator in {"isAnyOf", "eq"} else frozenset()
            seen = only if seen is None else seen & only
    return seen, hidden


def _left_by(rule: RuleReport) -> tuple[frozenset[str] | None, frozenset[str]]:
    """What a prohibition leaves to see, and what it masks: `isNoneOf` prohibits all the others."""
    seen: frozenset[str] | None = None
    hidden: frozenset[str] = frozenset()
    for mask in _masks(rule):
        names = frozenset(map(plain, mask.right))
        if mask.operator in {"isAnyOf", "eq"}:
            hidden |= names
        else:
            only = names if mask.operator in {"isNoneOf", "neq"} else frozenset()
            seen = only if seen is None else seen & only
    return seen, hidden


def named(node: Expression, columns: Mapping[str, str]) -> Expression:
    """Return the expression with the data set's own column names."""
    match node:
        case Name(name):
            return Name(columns.get(name, name))
        case Call(op, args):
            return Call(op, tuple(named(arg, columns) for arg in args))
        case Array(items):
            return Array(tuple(named(item, columns) for item in items))
        case Span(start, end):
            return Span(_end(start, columns), _end(end, columns))
    return node


def _end(end: object, columns: Mapping[str, str]) -> Name | None:
    return named(end, columns) if end is not None else None  # type: ignore[arg-type, return-value]
