"""cicclo:attribute: which attributes are seen (`isAnyOf`) or masked (`isNoneOf`).

It never decides whether a rule holds: it says what is shown when it does, so that no question about a masked
attribute has an answer of its own.
"""

from cicclo.kernel.text import Text
from cicclo.policies.model import GEO, Term
from cicclo.policies.operands import OPERANDS, Operand, Source
from cicclo.policies.situation import Situation


def nothing(_: Operand, __: Situation, ___: str) -> tuple[Term, ...]:
    """No value: it is a mask wherever the request comes from."""
    return ()


OPERANDS.add(
    Operand(f"{GEO}attribute", Text("attributs", "attributes"), source=Source.STATE, find=nothing, mask=True)
)
