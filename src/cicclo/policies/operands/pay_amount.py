"""odrl:payAmount: what was paid for a duty."""

from cicclo.kernel.text import Text
from cicclo.policies.model import ODRL
from cicclo.policies.operands import OPERANDS, Operand
from cicclo.policies.operands._numbers import number

OPERANDS.add(
    Operand(
        f"{ODRL}payAmount",
        Text("montant payé", "amount paid"),
        read=number,
        remedy=Text("payer le montant que dit la politique", "pay the amount that the policy says"),
    )
)
