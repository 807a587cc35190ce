"""cicclo:habilitation: a DataPass habilitation that is in force for the agent's organisation.

The state holds only those that are active and not revoked, so one that ended is simply not there.
"""

from cicclo.kernel.text import Text
from cicclo.policies.model import GEO, Constraint
from cicclo.policies.operands import OPERANDS, Operand, Source, Values, alike, plain


def refused(constraint: Constraint, left: Values) -> Text:
    asked = ", ".join(plain(term) for term in constraint.right)
    return Text(
        f"l'habilitation {asked} n'est pas, ou n'est plus, en vigueur pour votre organisation",
        f"the habilitation {asked} is not, or no longer, in force for your organisation",
    )


OPERANDS.add(
    Operand(
        f"{GEO}habilitation",
        Text("habilitation", "habilitation"),
        source=Source.STATE,
        compare=alike,
        refused=refused,
        remedy=Text(
            "demander une habilitation, ou son renouvellement, sur DataPass",
            "ask for an habilitation, or its renewal, on DataPass",
        ),
    )
)
