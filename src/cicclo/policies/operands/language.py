"""odrl:language, compared by name."""

from cicclo.kernel.text import Text
from cicclo.policies.model import ODRL
from cicclo.policies.operands import OPERANDS, Operand, alike

OPERANDS.add(Operand(f"{ODRL}language", Text("langue", "language"), compare=alike))
