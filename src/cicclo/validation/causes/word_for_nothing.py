"""`NC`, `null`, `-` where nothing is known: a cell left empty says it."""

from cicclo.kernel.text import Text
from cicclo.validation.causes import DETECTORS, Detector
from cicclo.validation.model import Fault, Field

_WORDS = frozenset(
    {"na", "n/a", "#n/a", "<na>", "nan", "nc", "n.c.", "nr", "null", "none", "nul", "-", "--", "?", "."}
    | {
        "néant",
        "vide",
        "inconnu",
        "inconnue",
        "non renseigné",
        "non communiqué",
        "sans objet",
        "aucun",
        "aucune",
    }
)


def explain(fault: Fault, field: Field | None) -> str | None:
    if field is None or not isinstance(fault.cell, str) or fault.facts.get("constraint") == "required":
        return None  # an absent cell is told as “None”, and a required one that is empty holds no word
    return "" if fault.cell.strip().casefold() in _WORDS else None


DETECTORS.add(
    Detector(
        "word-for-nothing",
        60,
        Text("est un mot qui veut dire « vide »", "is a word that means “nothing”"),
        Text("sont des mots qui veulent dire « vide »", "are words that mean “nothing”"),
        Text(
            "laisser la cellule vide, ou la remplir si elle est obligatoire",
            "leave the cell empty, or fill it when it is mandatory",
        ),
        explain,
    )
)
