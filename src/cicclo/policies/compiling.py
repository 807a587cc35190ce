"""Policies made ready once, asked many times: found by target, tested without building a report.

A `Book` answers yes or no by itself when every rule that matters is plainly true or false; a duty, a filter of rows
or a mask sends the question to `deciding`, with the few policies that matter. The answer is the same either way.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cicclo.policies import terms
from cicclo.policies.deciding import decide
from cicclo.policies.inheriting import inherited
from cicclo.policies.judging import Operands
from cicclo.policies.model import Asset, Condition, Constraint, Kind, Logical, Party, Policy, Rule, Strategy
from cicclo.policies.operands import OPERANDS, Operand, Unfit, Values, left_of
from cicclo.policies.report import Decision
from cicclo.policies.situation import Request, Situation, State


class _Whole(Exception):
    """This rule cannot be answered by yes or no."""


class _Look:
    """One rule in one situation, with the left operands that were already looked up."""

    __slots__ = ("situation", "values")

    def __init__(self, situation: Situation) -> None:
        self.situation = situation
        self.values: dict[tuple[str, str], Values | None] = {}

    def left(self, operand: Operand, key: tuple[str, str]) -> Values | None:
        if key not in self.values:
            try:
                self.values[key] = left_of(operand, self.situation, key[1])
            except Unfit:
                self.values[key] = None
        return self.values[key]


Test = Callable[[_Look], bool | None]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A rule that can be tested; empty `parties` is anyone, empty `actions` is anything."""

    uid: str
    policy: int
    permission: bool
    parties: frozenset[str]
    actions: frozenset[str]
    tests: tuple[Test, ...]
    whole: bool
    """It has duties: `deciding` looks at them."""


class Book:
    """Policies in force; make a new one when they change."""

    def __init__(self, policies: Iterable[Policy], operands: Operands = OPERANDS) -> None:
        self._operands = dict(operands)
        self._policies = [replace(policy, inherits=()) for policy in inherited(policies)]
        self._by_target: dict[str, list[_Ready]] = {}
        for place, policy in enumerate(self._policies):
            for rule in policy.rules if policy.kind in terms.EVALUATED else ():
                if rule.kind is not Kind.DUTY:
                    ready = self._ready(rule, place)
                    for target in _names(rule.target) or {""}:
                        self._by_target.setdefault(target, []).append(ready)

    def __len__(self) -> int:
        return len(self._policies)

    def permits(self, request: Request, state: State) -> bool:
        """Return whether the request is permitted, in whole or in part."""
        try:
            return self._plain(request, state)
        except _Whole:
            return self.decide(request, state).permitted

    def decide(self, request: Request, state: State) -> Decision:
        """Decide with the policies about this target only: the report leaves out those that are not."""
        places = sorted({rule.policy for rule in self._about(request, state)})
        return decide([self._policies[place] for place in places], request, state, operands=self._operands)

    def _about(self, request: Request, state: State) -> Iterator[_Ready]:
        yield from self._by_target.get("", ())
        for name in state.collections(request.target) if request.target else ():
            yield from self._by_target.get(name, ())

    def _plain(self, request: Request, state: State) -> bool:
        actions = frozenset(terms.wider(request.action))
        parties = state.collections(request.party) if request.party else frozenset()
        permitting: set[int] = set()
        prohibiting: set[int] = set()
        for rule in self._about(request, state):
            if (rule.actions and rule.actions.isdisjoint(actions)) or (
                rule.parties and rule.parties.isdisjoint(parties)
            ):
                continue
            if _holds(rule, Situation(request, state, rule.uid)):
                (permitting if rule.permission else prohibiting).add(rule.policy)
        return self._resolved(permitting, prohibiting)

    def _resolved(self, permitting: set[int], prohibiting: set[int]) -> bool:
        """The conflict rule of `deciding`, on policies by their places."""
        for place in permitting & prohibiting:
            match self._policies[place].conflict or Strategy.INVALID:
                case Strategy.PERM:
                    prohibiting.discard(place)
        return bool(permitting) and not prohibiting

    def _ready(self, rule: Rule, place: int) -> _Ready:
        conditions: list[Condition] = [*rule.constraints]
        for narrowed in (rule.action, rule.target, rule.assignee):
            conditions += narrowed.refinements if narrowed else ()
        return _Ready(
            uid=rule.uid,
            policy=place,
            permission=rule.kind is Kind.PERMISSION,
            parties=frozenset(_names(rule.assignee)),
            actions=frozenset(_actions(rule)),
            tests=tuple(_test(condition, self._operands) for condition in conditions),
            whole=rule.kind is Kind.PERMISSION and bool(rule.duties),
        )


def _names(entity: Asset | Party | None) -> set[str]:
    """What the rule names; a nameless one matches nothing, as in `deciding`."""
    return ({entity.iri, entity.source} - {""}) or {"_:nothing"} if entity else set()


def _actions(rule: Rule) -> set[str]:
    if rule.action is None:
        return set()
    name = terms.short(rule.action.iri)
    same = {rule.action.iri.removesuffix(name) + terms.SAME[name]} if name in terms.SAME else set()
    return {rule.action.iri} | same


def _holds(rule: _Ready, situation: Situation) -> bool:
    """False wins, then what is not known: closed for a permission, and for a prohibition."""
    look = _Look(situation)
    unknown = False
    for test in rule.tests:
        found = test(look)
        if found is False:
            return False
        unknown = unknown or found is None
    if unknown:
        return not rule.permission
    if rule.whole:
        raise _Whole
    return True


def _test(condition: Condition, operands: Operands) -> Test:
    if isinstance(condition, Logical):
        return _logical(condition, operands)
    operand = operands.get(condition.left)
    if operand is None or condition.reference:
        return _unknown
    if operand.rows is not None or operand.mask:
        return _on_rows
    return _constraint(condition, operand)


def _constraint(constraint: Constraint, operand: Operand) -> Test:
    try:
        right = tuple(map(operand.read, constraint.right))
    except Unfit:
        return _unknown
    if not right:
        return _unknown
    key, name, compare = (operand.iri, constraint.unit), constraint.operator, operand.compare

    def test(look: _Look) -> bool | None:
        left = look.left(operand, key)
        if not left:
            return None
        try:
            return compare(name, left, right, look.situation)
        except (Unfit, TypeError):
            return None

    return test


def _unknown(_: _Look) -> bool | None:
    return None


def _on_rows(_: _Look) -> bool | None:
    raise _Whole


def _logical(logical: Logical, operands: Operands) -> Test:
    tests: Sequence[Test] = [_test(part, operands) for part in logical.parts]
    return {"or": _either, "xone": _one}.get(logical.operator, _all)(tests)


def _all(tests: Sequence[Test]) -> Test:
    def test(look: _Look) -> bool | None:
        unknown = False
        for each in tests:
            found = each(look)
            if found is False:
                return False
            unknown = unknown or found is None
        return None if unknown else True

    return test


def _either(tests: Sequence[Test]) -> Test:
    def test(look: _Look) -> bool | None:
        unknown = False
        for each in tests:
            found = each(look)
            if found:
                return True
            unknown = unknown or found is None
        return None if unknown else False

    return test


def _one(tests: Sequence[Test]) -> Test:
    def test(look: _Look) -> bool | None:
        found = [each(look) for each in tests]
        return None if None in found else found.count(True) == 1

    return test
