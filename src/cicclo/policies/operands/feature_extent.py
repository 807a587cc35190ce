"""cicclo:featureExtent: the territory of the features themselves, by the INSEE code of their commune.

On a request for a whole collection it is a condition on rows; the name `insee` stands for the column of that code.
"""

from cicclo.kernel.text import Text
from cicclo.ogc.cql2.model import Array, Call, Expression, Name
from cicclo.policies.model import GEO, Constraint
from cicclo.policies.operands import OPERANDS, Operand, Source, Unfit, Values
from cicclo.policies.operands._areas import Area, area, parts, within
from cicclo.policies.situation import Situation

COLUMN = "insee"


def compare(name: str, left: Values, right: Values, situation: Situation) -> bool | None:
    """One feature: the same answers as `rows`, so that a feature by its id and in a list is the same."""
    match name:
        case "eq" | "isPartOf" | "isAnyOf":
            return any(within(mine, asked) for mine in left for asked in right)
        case "neq" | "isNoneOf":
            return not any(within(mine, asked) for mine in left for asked in right)
    return None


def rows(constraint: Constraint) -> Expression:
    """Communes by their codes, larger areas by how codes begin."""
    inside = _any(tuple(_row(area(term)) for term in constraint.right))
    match constraint.operator:
        case "eq" | "isPartOf" | "isAnyOf":
            return inside
        case "neq" | "isNoneOf":
            return Call("not", (inside,))
    raise Unfit(constraint.operator)


def _row(found: Area) -> Expression:
    begins = parts(found)
    if begins is None:
        return Call("not", (Call("isNull", (Name(COLUMN),)),))
    if not begins:
        raise Unfit(found[1])
    if found[0] == "commune":
        return Call("in", (Name(COLUMN), Array(begins)))
    return _any(tuple(Call("like", (Name(COLUMN), f"{begin}%")) for begin in begins))


def _any(found: tuple[Expression, ...]) -> Expression:
    return found[0] if len(found) == 1 else Call("or", found)


OPERANDS.add(
    Operand(
        f"{GEO}featureExtent",
        Text("territoire des objets", "territory of the features"),
        source=Source.EITHER,
        read=area,
        compare=compare,
        rows=rows,
        remedy=Text(
            "demander que la politique s'étende à ce territoire", "ask for the policy to cover this territory"
        ),
    )
)
