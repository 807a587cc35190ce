"""odrl:deliveryChannel, compared by name."""

from cicclo.kernel.text import Text
from cicclo.policies.model import ODRL
from cicclo.policies.operands import OPERANDS, Operand, alike

OPERANDS.add(Operand(f"{ODRL}deliveryChannel", Text("canal de diffusion", "delivery channel"), compare=alike))
