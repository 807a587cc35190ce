"""`Acces reserve` → `Accès réservé`: the value of a list, without its accents or with another apostrophe."""

from cicclo.kernel.text import Text
from cicclo.validation.model import Field
from cicclo.validation.repairs import REPAIRS, Repair
from cicclo.validation.repairs._spelling import fold


def mend(field: Field, text: str) -> str | None:
    listed = field.constraints.get("enum")
    if not isinstance(listed, list | tuple):
        return None
    wanted = fold(text)
    alike = [value for value in listed if isinstance(value, str) and fold(value) == wanted]
    return alike[0] if len(alike) == 1 else None


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
