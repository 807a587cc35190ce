"""A policy that inherits has its parents' rules too; two strategies that differ leave the standard's default."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.policies.model import Policy, Strategy


def inherited(policies: Iterable[Policy]) -> list[Policy]:
    """Return the policies, each with the rules that it inherits; parents must be among them."""
    found = list(policies)
    names = {policy.uid: policy for policy in found}
    return [_whole(policy, names, ()) if policy.inherits else policy for policy in found]


def _whole(policy: Policy, names: Mapping[str, Policy], below: tuple[str, ...]) -> Policy:
    if policy.uid in below:
        raise _wrong(
            policy.uid,
            Text("la politique hérite d'elle-même", "the policy inherits from itself"),
            Text("retirer l'un des « inheritFrom » du cycle", "remove one “inheritFrom” of the cycle"),
        )
    rules = {rule.uid: rule for rule in policy.rules}
    strategies = {policy.conflict} - {None}
    for uid in policy.inherits:
        if uid not in names:
            raise _wrong(
                policy.uid,
                Text(f"politique mère absente : {uid}", f"parent policy not given: {uid}"),
                Text(
                    "donner aussi son fichier ; rien n'est cherché sur le réseau",
                    "give its file too; nothing is fetched",
                ),
            )
        parent = _whole(names[uid], names, (*below, policy.uid))
        rules = {rule.uid: rule for rule in parent.rules} | rules
        strategies |= {parent.conflict} - {None}
    conflict = next(iter(strategies)) if len(strategies) == 1 else (Strategy.INVALID if strategies else None)
    return replace(policy, rules=tuple(rules.values()), conflict=conflict)


def _wrong(at: str, message: Text, remedy: Text) -> BadInput:
    return BadInput(message, at=at, remedy=remedy)
