"""`www.exemple.fr` where an address with its scheme is wanted; which scheme is for the producer to say."""

import re

from cicclo.kernel.text import Text
from cicclo.validation.causes import DETECTORS, Detector
from cicclo.validation.model import Fault, Field

_BARE = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)


def explain(fault: Fault, field: Field | None) -> str | None:
    wanted = (
        field is not None and field.type == "string" and (field.format == "uri" or "http" in _pattern(field))
    )
    if not wanted or not isinstance(fault.cell, str) or not _BARE.fullmatch(fault.cell):
        return None
    return f"https://{fault.cell}"


def _pattern(field: Field) -> str:
    return str(field.constraints.get("pattern", ""))


DETECTORS.add(
    Detector(
        "missing-scheme",
        30,
        Text("n'a pas de « https:// »", "has no “https://”"),
        Text("n'ont pas de « https:// »", "have no “https://”"),
        Text(
            "écrire l'adresse entière, avec https:// ou http://",
            "write the whole address, with https:// or http://",
        ),
        explain,
    )
)
