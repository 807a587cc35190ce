"""Any encoding → UTF-8 without a byte order mark."""

from cicclo.kernel.text import Text
from cicclo.validation.model import Dialect
from cicclo.validation.repairs import REPAIRS, FileRepair

_UTF8 = frozenset({"utf-8", "utf8", "utf-8-sig", "utf_8", "utf_8_sig", "ascii"})


def seen(dialect: Dialect) -> tuple[str, str] | None:
    name = dialect.encoding.lower()
    if name in _UTF8:
        return ("utf-8, BOM", "utf-8") if dialect.bom else None
    return dialect.encoding, "utf-8"


REPAIRS.add(FileRepair("encoding", Text("Encodage", "Encoding"), seen))
