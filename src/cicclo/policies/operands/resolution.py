"""odrl:resolution: how fine what is asked for is; the number is in the constraint's unit."""

from cicclo.kernel.text import Text
from cicclo.policies.model import ODRL
from cicclo.policies.operands import OPERANDS, Operand
from cicclo.policies.operands._numbers import number

OPERANDS.add(
    Operand(
        f"{ODRL}resolution",
        Text("résolution", "resolution"),
        read=number,
        remedy=Text("demander une résolution plus grossière", "ask for a coarser resolution"),
    )
)
