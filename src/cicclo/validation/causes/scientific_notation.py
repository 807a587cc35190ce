"""`1.23457E+13` in a column of codes: a spreadsheet has rounded it, the digits are lost."""

import re

from cicclo.kernel.text import Text
from cicclo.validation.causes import DETECTORS, Detector
from cicclo.validation.model import Fault, Field

_ROUNDED = re.compile(r"\s*\d(?:[.,]\d+)?[eE]\+\d{1,2}\s*")


def explain(fault: Fault, field: Field | None) -> str | None:
    of_codes = field is not None and field.type in ("string", "integer")
    return "" if of_codes and isinstance(fault.cell, str) and _ROUNDED.fullmatch(fault.cell) else None


DETECTORS.add(
    Detector(
        "scientific-notation",
        20,
        Text("a été arrondie par un tableur (1,2E+13)", "was rounded by a spreadsheet (1.2E+13)"),
        Text("ont été arrondies par un tableur (1,2E+13)", "were rounded by a spreadsheet (1.2E+13)"),
        Text(
            "reprendre les codes à la source, et importer la colonne en format « Texte »",
            "take the codes again from their source, and import the column as “Text”",
        ),
        explain,
    )
)
