"""The anomalies of `coherence/`, counted in words."""

from cicclo.kernel.text import Text
from cicclo.requirements import find
from cicclo.validation.causes import DETECTORS, Detector
from cicclo.validation.model import Fault, Field


def explain(_fault: Fault, _field: Field | None) -> str:
    return ""


WORDS = {
    "coherence/key/constant-columns": (
        Text("diffère d'une ligne à l'autre du même objet", "differs between rows of the same thing"),
        Text("diffèrent d'une ligne à l'autre du même objet", "differ between rows of the same thing"),
    ),
    "coherence/key/count": (
        Text("n'est pas le nombre de lignes du fichier", "is not the number of rows in the file"),
        Text("ne sont pas le nombre de lignes du fichier", "are not the number of rows in the file"),
    ),
    "coherence/key/duplicate": (
        Text("est déjà déclarée plus haut", "is declared above already"),
        Text("sont déjà déclarées plus haut", "are declared above already"),
    ),
    "coherence/place/same-place": (
        Text("est déjà le lieu d'un autre objet", "is another thing's place already"),
        Text("sont déjà le lieu d'un autre objet", "are another thing's place already"),
    ),
    "coherence/row/duplicate": (
        Text("répète une autre ligne", "repeats another row"),
        Text("répètent une autre ligne", "repeat another row"),
    ),
}
for _requirement, (_one, _many) in WORDS.items():
    _remedy = find(_requirement).remedy
    DETECTORS.add(Detector(_requirement, 90, _one, _many, _remedy, explain, (_requirement,)))
