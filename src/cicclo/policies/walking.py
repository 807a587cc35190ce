"""Every rule and every condition of a policy, nested ones included."""

from collections.abc import Iterable, Iterator

from cicclo.policies.model import Condition, Logical, Policy, Rule


def everything(policy: Policy) -> Iterator[Rule]:
    """Rules, and the duties, remedies and consequences in them."""
    waiting = list(policy.rules)
    while waiting:
        rule = waiting.pop(0)
        yield rule
        waiting += rule.duties


def conditions(rule: Rule) -> Iterator[Condition]:
    """Constraints of the rule, refinements of its action, target and parties; the parts of logical ones too."""
    yield from _opened(rule.constraints)
    for narrowed in (rule.action, rule.target, rule.assigner, rule.assignee):
        if narrowed:
            yield from _opened(narrowed.refinements)


def _opened(found: Iterable[Condition]) -> Iterator[Condition]:
    for condition in found:
        yield condition
        if isinstance(condition, Logical):
            yield from _opened(condition.parts)
