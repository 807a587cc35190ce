"""odrl:fileFormat, compared by name."""

from cicclo.kernel.text import Text
from cicclo.policies.model import ODRL
from cicclo.policies.operands import OPERANDS, Operand, alike

OPERANDS.add(Operand(f"{ODRL}fileFormat", Text("format de fichier", "file format"), compare=alike))
