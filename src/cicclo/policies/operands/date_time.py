"""odrl:dateTime: the moment of the request.

A xsd:date means its whole day, so `lteq 2026-12-31` lasts until midnight; a moment without a time zone is of Paris.
"""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from cicclo.kernel.text import Text
from cicclo.policies.model import ODRL, Constraint, Iri, Term
from cicclo.policies.operands import OPERANDS, Operand, Source, Unfit, Values, ordered, plain
from cicclo.policies.situation import Situation

PARIS = ZoneInfo("Europe/Paris")


@lru_cache(maxsize=4096)
def moment(term: Term) -> date | datetime:
    """Read a xsd:date or a xsd:dateTime, with a space for a T too."""
    if isinstance(term, Iri):
        raise Unfit(term)
    text = term.text.strip()
    try:
        if len(text) <= len("2026-12-31"):
            return date.fromisoformat(text)
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unfit(text) from error
    return found if found.tzinfo else found.replace(tzinfo=PARIS)


def compare(operator: str, left: Values, right: Values, situation: Situation) -> bool | None:
    if len(right) == 1 and not isinstance(right[0], datetime):
        left = tuple(value.astimezone(PARIS).date() for value in left)
    return ordered(operator, left, right, situation)


def _now(situation: Situation) -> Values:
    return (situation.state.now,)


def refused(constraint: Constraint, left: Values) -> Text:
    asked = ", ".join(_day(term) for term in constraint.right)
    fr, en = {
        "lt": ("ce droit a pris fin le", "this right ended on"),
        "lteq": ("ce droit a pris fin le", "this right ended on"),
        "gt": ("ce droit ne commence qu'après le", "this right begins only after"),
        "gteq": ("ce droit ne commence que le", "this right begins only on"),
    }.get(constraint.operator, ("ce droit ne vaut que pour la date", "this right holds only for the date"))
    return Text(f"{fr} {asked}", f"{en} {asked}")


def _day(term: Term) -> str:
    try:
        value = moment(term)
    except Unfit:
        return plain(term)
    return value.strftime("%Y-%m-%d %H:%M %Z") if isinstance(value, datetime) else value.isoformat()


OPERANDS.add(
    Operand(
        f"{ODRL}dateTime",
        Text("date et heure", "date and time"),
        source=Source.STATE,
        read=moment,
        compare=compare,
        ready=_now,
        refused=refused,
        remedy=Text(
            "demander le renouvellement du droit (ou attendre qu'il commence)",
            "ask for the right to be renewed (or wait until it begins)",
        ),
    )
)
