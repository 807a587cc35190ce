"""Right operands that are numbers."""

from decimal import Decimal, InvalidOperation

from cicclo.policies.model import Term
from cicclo.policies.operands import Unfit, plain


def number(term: Term) -> Decimal:
    """Read a number that is one: NaN has no order, and no place in a rule."""
    try:
        found = Decimal(plain(term).strip())
    except InvalidOperation as error:
        raise Unfit(plain(term)) from error
    if not found.is_finite():
        raise Unfit(plain(term))
    return found
