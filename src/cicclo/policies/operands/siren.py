"""cicclo:siren: the organisation, whatever the establishment; known from the SIRET when the state has no SIREN."""

from cicclo.kernel.text import Text
from cicclo.policies.model import GEO, Literal, Term
from cicclo.policies.operands import OPERANDS, Operand, Source, Unfit, alike, looked_up
from cicclo.policies.operands.siret import REMEDY, digits, refused, siret
from cicclo.policies.situation import Situation


def siren(term: Term) -> str:
    return digits(term, 9)


def find(operand: Operand, situation: Situation, unit: str) -> tuple[Term, ...]:
    """The SIREN is the first nine digits of a SIRET."""
    if found := looked_up(operand, situation, unit):
        return found
    try:
        return tuple(Literal(siret(term)[:9]) for term in situation.known(f"{GEO}siret"))
    except Unfit:
        return ()


OPERANDS.add(
    Operand(
        f"{GEO}siren",
        Text("organisation (SIREN)", "organisation (SIREN)"),
        source=Source.STATE,
        read=siren,
        compare=alike,
        find=find,
        refused=refused,
        remedy=REMEDY,
    )
)
