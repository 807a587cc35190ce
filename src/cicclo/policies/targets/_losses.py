"""Constraints that a platform's rules have no word for: they are judged when the rules are compiled, and not after."""

from collections.abc import Collection, Iterator

from cicclo.kernel.text import Text
from cicclo.policies.model import ODRL, Constraint
from cicclo.policies.targets import Loss
from cicclo.policies.targets._restriction import Asked
from cicclo.policies.walking import conditions, everything

_MOMENT = frozenset({f"{ODRL}dateTime", f"{ODRL}count"})


def lost(asked: Asked, platform: str, kept: Collection[str]) -> Iterator[Loss]:
    """One loss a rule and operand, but for the operands `kept`."""
    seen = set()
    for policy in asked.policies:
        for rule in everything(policy):
            for constraint in conditions(rule):
                if isinstance(constraint, Constraint) and constraint.left not in kept:
                    seen.add((rule.uid, constraint.left))
    for uid, left in sorted(seen):
        yield Loss(uid, _words(left, platform))


def _words(left: str, platform: str) -> Text:
    name = left.rpartition("/")[2].rpartition("#")[2]
    fr, en = (
        (" ; compiler de nouveau à l'échéance", "; compile again when it ends")
        if left in _MOMENT
        else ("", "")
    )
    return Text(
        f"« {name} » n'existe pas dans {platform} : jugé au moment de compiler{fr}",
        f"“{name}” does not exist in {platform}: judged when compiled{en}",
    )
