"""`1 234,5` → `1234.5`: spaces (and the no-break ones spreadsheets write) between groups of three digits."""

import re

from cicclo.kernel.text import Text
from cicclo.validation.model import Field
from cicclo.validation.repairs import REPAIRS, Repair

_SPACES = " \u00a0\u202f\u2009"
_GROUPED = re.compile(rf"\s*[+-]?\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d+)?\s*")


def mend(field: Field, text: str) -> str | None:
    if field.type not in ("number", "integer") or not _GROUPED.fullmatch(text):
        return None
    bare = "".join(text.split()).replace("\u00a0", "").replace("\u202f", "")
    return bare.replace(",", ".") if field.options.get("decimalChar", ".") == "." else bare


REPAIRS.add(
    Repair(
        "thousands",
        20,
        Text("Séparateur de milliers", "Thousands separator"),
        Text("sépare les milliers par une espace", "separates thousands by a space"),
        Text("séparent les milliers par une espace", "separate thousands by a space"),
        Text("écrire le nombre sans espace", "write the number without spaces"),
        mend,
    )
)
