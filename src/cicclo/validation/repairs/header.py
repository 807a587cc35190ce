"""`Nom_Station `, `nom station` → `nom_station`: only when a single absent field has that name, spelling aside."""

from cicclo.kernel.text import Text
from cicclo.validation.repairs import REPAIRS, HeaderRepair
from cicclo.validation.repairs._spelling import fold


def plain(name: str) -> str:
    return fold(name).replace(" ", "_").replace("-", "_")


def mend(name: str, absent: list[str]) -> str | None:
    alike = [field for field in absent if plain(field) == plain(name)]
    return alike[0] if len(alike) == 1 and name else None


REPAIRS.add(HeaderRepair("header", Text("Nom de colonne", "Column name"), mend))
