"""Spaces around a value, no-break ones included."""

from cicclo.kernel.text import Text
from cicclo.validation.model import Field
from cicclo.validation.repairs import REPAIRS, Repair

_AROUND = " \t\r\n\u00a0\u202f\u2007\u200b\ufeff"


def mend(_field: Field, text: str) -> str | None:
    trimmed = text.strip(_AROUND)
    return trimmed if trimmed != text else None


REPAIRS.add(
    Repair(
        "trimmed-spaces",
        10,
        Text("Espaces autour de la valeur", "Spaces around the value"),
        Text("a des espaces autour", "has spaces around it"),
        Text("ont des espaces autour", "have spaces around them"),
        Text("retirer les espaces du début et de la fin", "remove the spaces at the start and at the end"),
        mend,
    )
)
