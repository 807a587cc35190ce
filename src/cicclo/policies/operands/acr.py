"""cicclo:acr: how surely the agent was identified, as ProConnect's `acr` says; levels are in an order."""

from cicclo.kernel.text import Text
from cicclo.policies.model import GEO, Constraint, Term
from cicclo.policies.operands import OPERANDS, Operand, Source, Unfit, Values, ordered, plain

LEVELS = ("eidas1", "eidas2", "eidas3")


def level(term: Term) -> int:
    """`eidas2`, alone or at the end of an IRI."""
    text = plain(term).rpartition("/")[2].rpartition("#")[2]
    if text not in LEVELS:
        raise Unfit(text)
    return LEVELS.index(text)


def refused(constraint: Constraint, left: Values) -> Text:
    asked = ", ".join(plain(term) for term in constraint.right)
    had = ", ".join(LEVELS[value] for value in left)
    return Text(
        f"le niveau d'identification est {had or 'inconnu'}, il faut {asked}",
        f"the assurance level is {had or 'not known'}, {asked} is needed",
    )


OPERANDS.add(
    Operand(
        f"{GEO}acr",
        Text("niveau d'identification", "assurance level"),
        source=Source.STATE,
        read=level,
        compare=ordered,
        refused=refused,
        remedy=Text(
            "se reconnecter avec un second facteur ou une identité plus sûre",
            "sign in again with a second factor or a surer identity",
        ),
    )
)
