"""cicclo:siret: the establishment that the agent works for, its 14 digits."""

from cicclo.kernel.text import Text
from cicclo.policies.model import GEO, Constraint, Term
from cicclo.policies.operands import OPERANDS, Operand, Source, Unfit, Values, alike, plain


def digits(term: Term, length: int) -> str:
    """The number at the end of a text or an IRI, spaces aside."""
    found = plain(term).replace(" ", "").rpartition(":")[2].rpartition("/")[2]
    if len(found) != length or not (found.isascii() and found.isdigit()):
        raise Unfit(found)
    return found


def siret(term: Term) -> str:
    return digits(term, 14)


def refused(constraint: Constraint, left: Values) -> Text:
    asked = ", ".join(plain(term) for term in constraint.right)
    had = ", ".join(left)
    return Text(
        f"votre organisation ({had or 'inconnue'}) n'est pas celle de ce droit ({asked})",
        f"your organisation ({had or 'not known'}) is not the one of this right ({asked})",
    )


REMEDY = Text(
    "se connecter avec l'organisation qui a le droit, ou demander une habilitation pour la vôtre",
    "sign in with the organisation that has the right, or ask for an habilitation for yours",
)
OPERANDS.add(
    Operand(
        f"{GEO}siret",
        Text("établissement (SIRET)", "establishment (SIRET)"),
        source=Source.STATE,
        read=siret,
        compare=alike,
        refused=refused,
        remedy=REMEDY,
    )
)
