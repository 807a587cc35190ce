"""`Oui`, `FAUX`, `Yes` → the words that the field takes."""

from cicclo.kernel.text import Text
from cicclo.validation.model import Field
from cicclo.validation.repairs import REPAIRS, Repair
from cicclo.validation.repairs._spelling import fold
from cicclo.validation.types.boolean import words

_TRUE = frozenset({"oui", "o", "vrai", "true", "yes", "y", "1", "1.0"})
_FALSE = frozenset({"non", "n", "faux", "false", "no", "0", "0.0"})


def mend(field: Field, text: str) -> str | None:
    if field.type != "boolean":
        return None
    word = fold(text)
    if word not in _TRUE | _FALSE:
        return None
    true, false = words(field)
    taken, plain = (true, "true") if word in _TRUE else (false, "false")
    return plain if plain in taken else next(iter(taken), None)


REPAIRS.add(
    Repair(
        "boolean-words",
        50,
        Text("Oui et non en toutes lettres", "Yes and no as words"),
        Text("est un mot (oui, non, vrai, faux)", "is a word (oui, non, yes, no)"),
        Text("sont des mots (oui, non, vrai, faux)", "are words (oui, non, yes, no)"),
        Text("écrire true ou false", "write true or false"),
        mend,
    )
)
