"""`accès LIBRE` → `Accès libre`: the value of a list, in another case or with other spaces."""

from cicclo.kernel.text import Text
from cicclo.validation.model import Field
from cicclo.validation.repairs import REPAIRS, Repair
from cicclo.validation.repairs._spelling import listed, squeeze


def mend(field: Field, text: str) -> str | None:
    return listed(field, text, squeeze)


REPAIRS.add(
    Repair(
        "enum-case",
        70,
        Text("Majuscules d'une valeur de liste", "Case of a listed value"),
        Text(
            "est dans la liste à la casse ou aux espaces près",
            "is in the list but for its case or its spaces",
        ),
        Text(
            "sont dans la liste à la casse ou aux espaces près",
            "are in the list but for their case or their spaces",
        ),
        Text("écrire la valeur comme dans la liste", "write the value as it is in the list"),
        mend,
    )
)
