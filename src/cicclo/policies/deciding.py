"""Policies + request + state of the world → decision, with a report rule by rule.

Closed: what no permission gives is refused. The rule of conflicts, which the formal semantics leaves open, is ours:
within a policy, its own strategy (by default `invalid`: the policy gives nothing); between policies, a prohibition
wins over any permission. A void policy gives no permission, and its prohibitions stand: the closed side again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum

from cicclo.ogc.cql2.model import Call
from cicclo.policies import terms
from cicclo.policies.inheriting import inherited
from cicclo.policies.judging import Judge, Operands, both, conjunction, either
from cicclo.policies.model import Asset, Kind, Party, Policy, Rule, Strategy
from cicclo.policies.operands import OPERANDS
from cicclo.policies.report import Decision, DutyReport, Place, PolicyReport, Premise, RuleReport, Void
from cicclo.policies.situation import Deontic, Event, Request, Situation, State


class Duties(StrEnum):
    """When a duty lets the permission hold. A violated one never does."""

    FULFILLED = "fulfilled"
    """The draft's way, and ours when access is really given: fulfilled, or not active."""
    REPORTED = "reported"
    """A report that says `not set` is no obstacle: the way of the ODRL test suite's reports."""


def decide(
    policies: Iterable[Policy],
    request: Request,
    state: State,
    *,
    duties: Duties = Duties.FULFILLED,
    operands: Operands = OPERANDS,
) -> Decision:
    """Decide one request; raise BadInput when a policy inherits from one that is not there, or from itself."""
    decider = _Decider(request, state, duties, operands)
    reports = tuple(decider.policy(policy) for policy in inherited(policies))
    permissions = tuple(rule for report in reports for rule in report.permissions)
    prohibitions = tuple(rule for report in reports for rule in report.prohibitions)
    stopped = any(rule.rows is None and not rule.masks for rule in prohibitions)
    return Decision(bool(permissions) and not stopped, request, state, reports, permissions, prohibitions)


class _Decider:
    def __init__(self, request: Request, state: State, duties: Duties, operands: Operands) -> None:
        self.request = request
        self.state = state
        self.duties = duties
        self.operands = operands
        self._wider = set(terms.wider(request.action))
        self._places = state.collections(request.target) if request.target else frozenset()
        self._parties = state.collections(request.party) if request.party else frozenset()

    def policy(self, policy: Policy) -> PolicyReport:
        strategy = policy.conflict or Strategy.INVALID
        if policy.kind not in terms.EVALUATED:
            return PolicyReport(policy, strategy, void=Void.NOT_EVALUATED)
        rules = tuple(self.rule(rule) for rule in policy.rules)
        permissions = tuple(each for each in rules if each.holds and each.rule.kind is Kind.PERMISSION)
        prohibitions = tuple(each for each in rules if each.holds and each.rule.kind is Kind.PROHIBITION)
        void = None
        if permissions and prohibitions:
            match strategy:
                case Strategy.PERM:
                    prohibitions = _permission_wins(permissions, prohibitions)
                case Strategy.INVALID:
                    permissions, void = (), Void.CONFLICT
        return PolicyReport(policy, strategy, rules, void, permissions, prohibitions)

    def rule(self, rule: Rule) -> RuleReport:
        if rule.kind is Kind.DUTY:
            return self._obligation(rule)
        lenient = rule.kind is Kind.PROHIBITION
        judge = Judge(self.operands, Situation(self.request, self.state, rule.uid), lenient=lenient)
        about = tuple(self._about(rule))
        constraints = judge.all(rule.constraints, Place.CONSTRAINT)
        refinements = tuple(self._refinements(rule, judge))
        duties = tuple(self.duty(duty, rule) for duty in rule.duties) if not lenient else ()
        truth, _ = conjunction((*about, *constraints))
        narrow, _ = conjunction(refinements)
        active = _closed(truth, lenient=lenient) and all(map(self._lets, duties))
        holds = active and _closed(narrow, lenient=lenient)
        rows = conjunction((*constraints, *refinements))[1]
        report = RuleReport(rule, active, holds, (*about, *constraints, *refinements), duties, rows=rows)
        total = lenient and holds and rows is None and not report.masks
        return replace(report, deontic=Deontic.VIOLATED) if total else report

    def _obligation(self, rule: Rule) -> RuleReport:
        report = self.duty(rule, rule)
        return RuleReport(rule, report.active, report.active, report.premises, deontic=report.deontic)

    def _about(self, rule: Rule) -> Iterator[Premise]:
        """Whether it is about what is asked, by whom, and to do what: only what the rule names is looked at."""
        if rule.target is not None:
            yield Premise(Place.TARGET, _among(rule.target, self._places))
        if rule.assignee is not None:
            yield Premise(Place.PARTY, _among(rule.assignee, self._parties))
        if rule.action is not None:
            yield Premise(Place.ACTION, bool({rule.action.iri, *_same(rule.action.iri)} & self._wider))

    def _refinements(self, rule: Rule, judge: Judge) -> Iterator[Premise]:
        for narrowed in (rule.action, rule.target, rule.assignee):
            if narrowed is not None:
                yield from judge.all(narrowed.refinements, Place.REFINEMENT)

    def duty(self, duty: Rule, rule: Rule) -> DutyReport:
        """Active unless its constraints do not hold; fulfilled by an event, or as a report in the state says."""
        judge = Judge(self.operands, Situation(self.request, self.state, duty.uid), lenient=True)
        premises = judge.all(duty.constraints, Place.CONSTRAINT)
        active = _closed(conjunction(premises)[0], lenient=True)
        if not active:
            return DutyReport(duty, active=False, deontic=Deontic.NOT_SET, premises=premises)
        if duty.uid in self.state.reports:
            return DutyReport(duty, active=True, deontic=self.state.reports[duty.uid], premises=premises)
        done = any(self._fulfils(event, duty, rule) for event in self.state.events)
        return DutyReport(duty, True, Deontic.FULFILLED if done else Deontic.NOT_SET, premises)  # noqa: FBT003

    def _fulfils(self, event: Event, duty: Rule, rule: Rule) -> bool:
        """Done before the request, for this duty, by one who owes it, as the refinements want."""
        if event.when is None or event.when > self.state.now or event.duty not in {"", duty.uid}:
            return False
        if not event.duty and (duty.action is None or duty.action.iri not in terms.wider(event.action)):
            return False
        if duty.target is not None and event.target and event.target != duty.target.iri:
            return False
        debtors = {self.request.party, *(party.iri for party in (duty.assignee, rule.assignee) if party)}
        if event.party and not debtors & self.state.collections(event.party):
            return False
        judge = Judge(self.operands, Situation(self.request, self.state, duty.uid, event.facts))
        refinements = duty.action.refinements if duty.action else ()
        return conjunction(judge.all(refinements, Place.REFINEMENT))[0] is True

    def _lets(self, duty: DutyReport) -> bool:
        if not duty.active or duty.deontic is Deontic.FULFILLED:
            return True
        reported = duty.rule.uid in self.state.reports
        return self.duties is Duties.REPORTED and reported and duty.deontic is Deontic.NOT_SET


def _closed(truth: bool | None, *, lenient: bool) -> bool:  # noqa: FBT001 - a truth value of three
    return lenient if truth is None else truth


def _among(named: Asset | Party, places: frozenset[str]) -> bool:
    return bool({named.iri, named.source} - {""} & places)


def _same(action: str) -> Sequence[str]:
    """A deprecated action in a policy means the one that replaced it."""
    name = terms.short(action)
    return (action.removesuffix(name) + terms.SAME[name],) if name in terms.SAME else ()


def _permission_wins(
    permissions: tuple[RuleReport, ...], prohibitions: tuple[RuleReport, ...]
) -> tuple[RuleReport, ...]:
    """Strategy `perm`: what is left of the prohibitions, on the rows that the policy does not itself permit."""
    rows = [each.rows for each in permissions if each.rows is not None]
    if len(rows) < len(permissions):
        return ()
    others = Call("not", (either(rows),))
    return tuple(
        replace(each, rows=both([row for row in (each.rows, others) if row is not None]))
        for each in prohibitions
    )
