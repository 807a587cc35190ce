"""`3,5` → `3.5` in a column of numbers whose decimal mark is the point."""

import re

from cicclo.kernel.text import Text
from cicclo.validation.model import Field
from cicclo.validation.repairs import REPAIRS, Repair

_COMMA = re.compile(r"\s*[+-]?\d*,\d+\s*")


def mend(field: Field, text: str) -> str | None:
    if field.type != "number" or field.options.get("decimalChar", ".") != "." or not _COMMA.fullmatch(text):
        return None
    return text.replace(",", ".").strip()


REPAIRS.add(
    Repair(
        "decimal-comma",
        30,
        Text("Virgule décimale", "Decimal comma"),
        Text("utilise une virgule décimale", "uses a decimal comma"),
        Text("utilisent une virgule décimale", "use a decimal comma"),
        Text("remplacer « , » par « . »", "replace “,” by “.”"),
        mend,
    )
)
