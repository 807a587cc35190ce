"""A policy that inherits has its parents' rules too; two strategies that differ leave the standard's default."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.policies.model import Policy, Strategy

DEEPEST = 50
"""Generations."""


def inherited(policies: Iterable[Policy]) -> list[Policy]:
    """Return the policies, each with the rules that it inherits; parents must be among them."""
    found = list(policies)
    family = _Family({policy.uid: policy for policy in found})
    return [family.whole(policy, ()) if policy.inherits else policy for policy in found]


class _Family:
    """Each policy is made whole once, however many inherit from it."""

    def __init__(self, names: Mapping[str, Policy]) -> None:
        self.names = names
        self._done: dict[str, Policy] = {}

    def whole(self, policy: Policy, below: tuple[str, ...]) -> Policy:
        if policy.uid in below or len(below) > DEEPEST:
            raise _wrong(
                policy.uid,
                Text(
                    "la politique hérite d'elle-même, ou de trop loin",
                    "the policy inherits from itself, or from too far",
                ),
                Text("retirer l'un des « inheritFrom »", "remove one “inheritFrom”"),
            )
        if policy.uid not in self._done:
            parents = [self.whole(self._parent(uid, policy), (*below, policy.uid)) for uid in policy.inherits]
            self._done[policy.uid] = _joined(policy, parents)
        return self._done[policy.uid]

    def _parent(self, uid: str, policy: Policy) -> Policy:
        if uid not in self.names:
            raise _wrong(
                policy.uid,
                Text(f"politique mère absente : {uid}", f"parent policy not given: {uid}"),
                Text(
                    "donner aussi son fichier ; rien n'est cherché sur le réseau",
                    "give its file too; nothing is fetched",
                ),
            )
        return self.names[uid]


def _joined(policy: Policy, parents: Sequence[Policy]) -> Policy:
    """All the rules: one of the same name does not replace a parent's, which would lift its prohibition."""
    rules = dict.fromkeys(rule for each in (policy, *parents) for rule in each.rules)
    strategies = {each.conflict for each in (*parents, policy)} - {None}
    conflict = next(iter(strategies)) if len(strategies) == 1 else (Strategy.INVALID if strategies else None)
    return replace(policy, rules=tuple(rules), conflict=conflict)


def _wrong(at: str, message: Text, remedy: Text) -> BadInput:
    return BadInput(message, at=at, remedy=remedy)
