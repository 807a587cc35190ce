"""cicclo:role: a role that the platform gave the agent."""

from cicclo.kernel.text import Text
from cicclo.policies.model import GEO, Constraint
from cicclo.policies.operands import OPERANDS, Operand, Source, Values, alike, plain


def refused(constraint: Constraint, left: Values) -> Text:
    asked = ", ".join(plain(term) for term in constraint.right)
    return Text(
        f"aucun des rôles voulus n'est le vôtre ({asked})", f"you have none of the roles wanted ({asked})"
    )


OPERANDS.add(
    Operand(
        f"{GEO}role",
        Text("rôle", "role"),
        source=Source.STATE,
        compare=alike,
        refused=refused,
        remedy=Text(
            "demander ce rôle à l'administrateur de la plateforme", "ask the platform's administrator"
        ),
    )
)
