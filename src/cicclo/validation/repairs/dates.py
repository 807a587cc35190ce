"""`31/12/2021` → `2021-12-31`, as the field's format wants it; `2021-12-31 00:00:00` → `2021-12-31`."""

import re
from datetime import date

from cicclo.kernel.text import Text
from cicclo.validation.model import Field
from cicclo.validation.repairs import REPAIRS, Repair

_DAY_FIRST = re.compile(r"\s*(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:[T ]00:00(?::00(?:\.0+)?)?)?\s*")
_YEAR_FIRST = re.compile(r"\s*(\d{4})([/.-])(\d{1,2})\2(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?\s*")


def mend(field: Field, text: str) -> str | None:
    if field.type != "date":
        return None
    day = _day(text)
    if day is None:
        return None
    wanted = field.format if "%" in field.format else "%Y-%m-%d"
    return day.strftime(wanted)


def _day(text: str) -> date | None:
    try:
        if found := _DAY_FIRST.fullmatch(text):
            return date(int(found[4]), int(found[3]), int(found[1]))
        if found := _YEAR_FIRST.fullmatch(text):
            return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None
    return None


def doubt(field: Field, text: str) -> bool:
    """Tell a date whose middle number is no month: the column may be written month first."""
    if field.type != "date":
        return False
    found = _DAY_FIRST.fullmatch(text)
    return bool(found) and int(found[3]) > 12 >= int(found[1]) if found else False


REPAIRS.add(
    Repair(
        "dates",
        40,
        Text("Date écrite autrement", "Date written in another way"),
        Text(
            "est une date écrite autrement (jour/mois/année)",
            "is a date written in another way (day/month/year)",
        ),
        Text(
            "sont des dates écrites autrement (jour/mois/année)",
            "are dates written in another way (day/month/year)",
        ),
        Text("écrire année-mois-jour : 2021-12-31", "write year-month-day: 2021-12-31"),
        mend,
        doubt,
    )
)
