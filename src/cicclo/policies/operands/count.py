"""odrl:count: the number of times that the rule was exercised by this party, the present one included.

Asking is free; `counting` takes one of the count, durably and atomically, when the access is really given.
"""

from decimal import Decimal

from cicclo.kernel.text import Text
from cicclo.policies.model import ODRL, Constraint, Literal, Term
from cicclo.policies.operands import OPERANDS, Operand, Source, Values, plain
from cicclo.policies.operands._numbers import number
from cicclo.policies.situation import Situation


def find(_: Operand, situation: Situation, __: str) -> tuple[Term, ...]:
    used = situation.state.counts.get((situation.rule, situation.request.party), 0)
    return (Literal(str(used + 1)),)


def refused(constraint: Constraint, left: Values) -> Text:
    asked = ", ".join(plain(term) for term in constraint.right)
    used = ", ".join(str(value - Decimal(1)) for value in left)
    return Text(
        f"le quota de {asked} est atteint ({used} utilisés)", f"the quota of {asked} is reached ({used} used)"
    )


OPERANDS.add(
    Operand(
        f"{ODRL}count",
        Text("quota", "quota"),
        source=Source.STATE,
        read=number,
        find=find,
        refused=refused,
        remedy=Text("demander un quota plus grand", "ask for a larger quota"),
    )
)
