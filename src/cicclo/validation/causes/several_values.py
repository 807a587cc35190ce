"""`a@x.fr ; b@x.fr` where one value is wanted."""

import re

from cicclo.kernel.text import Text
from cicclo.validation.causes import DETECTORS, Detector
from cicclo.validation.model import Fault, Field

_BETWEEN = re.compile(r"\s*[;,/|]\s*|\s+ou\s+|\s+et\s+")


def explain(fault: Fault, field: Field | None) -> str | None:
    if field is None or not isinstance(fault.cell, str) or field.type != "string":
        return None
    if field.format not in ("email", "uri"):
        return None
    parts = [part for part in _BETWEEN.split(fault.cell) if part]
    mark = "@" if field.format == "email" else "://"
    return parts[0] if len(parts) > 1 and all(mark in part for part in parts) else None


DETECTORS.add(
    Detector(
        "several-values",
        70,
        Text("contient plusieurs valeurs", "holds several values"),
        Text("contiennent plusieurs valeurs", "hold several values"),
        Text("n'en garder qu'une par cellule", "keep one per cell"),
        explain,
    )
)
