"""odrl:spatial: where the action is exercised (not the extent of the data: that is `feature_extent`)."""

from cicclo.kernel.text import Text
from cicclo.policies.model import ODRL
from cicclo.policies.operands import OPERANDS, Operand, Values, alike
from cicclo.policies.operands._areas import area, within
from cicclo.policies.situation import Situation


def compare(operator: str, left: Values, right: Values, situation: Situation) -> bool | None:
    """An action inside the area, or one that takes it in whole."""
    match operator:
        case "isPartOf" | "isA":
            return any(within(mine, asked) for mine in left for asked in right)
        case "hasPart":
            return all(any(within(asked, mine) for mine in left) for asked in right)
    return alike(operator, left, right, situation)


OPERANDS.add(
    Operand(
        f"{ODRL}spatial",
        Text("territoire", "territory"),
        read=area,
        compare=compare,
        remedy=Text(
            "demander que la politique s'étende à votre territoire",
            "ask for the policy to cover your territory",
        ),
    )
)
