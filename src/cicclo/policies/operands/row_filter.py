"""cicclo:rowFilter: rows by a CQL2 expression, written as text in the right operand with `eq`."""

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.ogc.cql2 import text
from cicclo.ogc.cql2.model import Expression
from cicclo.policies.model import GEO, Constraint
from cicclo.policies.operands import OPERANDS, Operand, Source, Unfit, plain


def rows(constraint: Constraint) -> Expression:
    if constraint.operator != "eq" or len(constraint.right) != 1:
        raise Unfit(constraint.operator)
    try:
        return text.parse(plain(constraint.right[0]))
    except BadInput as error:
        raise Unfit(str(error)) from error


OPERANDS.add(
    Operand(f"{GEO}rowFilter", Text("filtre des lignes", "row filter"), source=Source.STATE, rows=rows)
)
