"""`Acces reserve` → `Accès réservé`: the value of a list, without its accents or with another apostrophe."""

from cicclo.kernel.text import Text
from cicclo.validation.model import Field
from cicclo.validation.repairs import REPAIRS, Repair
from cicclo.validation.repairs._spelling import fold, listed


def mend(field: Field, text: str) -> str | None:
    return listed(field, text, fold)


REPAIRS.add(
    Repair(
        "enum-accents",
        80,
        Text("Accents d'une valeur de liste", "Accents of a listed value"),
        Text("est dans la liste aux accents près", "is in the list but for its accents"),
        Text("sont dans la liste aux accents près", "are in the list but for their accents"),
        Text("écrire la valeur comme dans la liste", "write the value as it is in the list"),
        mend,
    )
)
