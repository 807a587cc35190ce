"""`22 kW`, `12 €` in a column of numbers."""

import re

from cicclo.kernel.text import Text
from cicclo.validation.causes import DETECTORS, Detector
from cicclo.validation.model import Fault, Field

_WITH_UNIT = re.compile(r"\s*([+-]?\d+(?:[.,]\d+)?)\s*(?:[a-zA-Z°²³µ]{1,5}(?:/[a-zA-Z]{1,3})?|€|\$|%)\s*")


def explain(fault: Fault, field: Field | None) -> str | None:
    if field is None or field.type not in ("number", "integer") or not isinstance(fault.cell, str):
        return None
    found = _WITH_UNIT.fullmatch(fault.cell)
    return found[1].replace(",", ".") if found else None


DETECTORS.add(
    Detector(
        "unit-in-value",
        50,
        Text("porte son unité", "carries its unit"),
        Text("portent leur unité", "carry their unit"),
        Text(
            "n'écrire que le nombre, dans l'unité que le schéma demande",
            "write the number alone, in the unit that the schema asks for",
        ),
        explain,
    )
)
