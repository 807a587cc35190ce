"""cicclo:operation: the operation of an OGC service, as its standard names it (GetMap, GetFeature, items, tiles)."""

from cicclo.kernel.text import Text
from cicclo.policies.model import GEO, Constraint, Term
from cicclo.policies.operands import OPERANDS, Operand, Values, alike, plain


def name(term: Term) -> str:
    """Standards write GetMap, people getMap."""
    return plain(term).rpartition("#")[2].lower()


def refused(constraint: Constraint, left: Values) -> Text:
    said = ", ".join(str(value) for value in left) or "?"
    return Text(f"l'opération {said} n'est pas permise", f"the operation {said} is not permitted")


OPERANDS.add(
    Operand(
        f"{GEO}operation",
        Text("opération", "operation"),
        read=name,
        compare=alike,
        refused=refused,
        remedy=Text("utiliser une opération permise", "use a permitted operation"),
    )
)
