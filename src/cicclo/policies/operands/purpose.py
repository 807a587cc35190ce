"""odrl:purpose: what the requester commits to use the data for, from the provider's list; broader ones hold through `isA`."""

from cicclo.kernel.text import Text
from cicclo.policies.model import ODRL, Constraint
from cicclo.policies.operands import OPERANDS, Operand, Values, alike, plain


def refused(constraint: Constraint, left: Values) -> Text:
    asked = ", ".join(plain(term) for term in constraint.right)
    if not left:
        return Text(
            f"aucun usage n'est déclaré (attendu : {asked})", f"no purpose is declared (expected: {asked})"
        )
    said = ", ".join(str(value) for value in left)
    return Text(
        f"l'usage déclaré, {said}, n'est pas permis", f"the purpose declared, {said}, is not permitted"
    )


OPERANDS.add(
    Operand(
        f"{ODRL}purpose",
        Text("usage", "purpose"),
        compare=alike,
        refused=refused,
        remedy=Text(
            "déclarer l'un des usages de la politique, si c'est bien le vôtre",
            "declare one of the purposes of the policy, if it is yours",
        ),
    )
)
