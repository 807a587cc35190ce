"""cicclo:legalBasis: the text of law that the habilitation rests on."""

from cicclo.kernel.text import Text
from cicclo.policies.model import GEO
from cicclo.policies.operands import OPERANDS, Operand, Source, alike

OPERANDS.add(
    Operand(
        f"{GEO}legalBasis", Text("fondement juridique", "legal basis"), source=Source.STATE, compare=alike
    )
)
