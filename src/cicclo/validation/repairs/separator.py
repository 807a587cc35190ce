"""Any separator → comma (RFC 4180)."""

from cicclo.kernel.text import Text
from cicclo.validation.model import Dialect
from cicclo.validation.repairs import REPAIRS, FileRepair


def seen(dialect: Dialect) -> tuple[str, str] | None:
    return (dialect.delimiter, ",") if dialect.delimiter != "," or dialect.skip_space else None


REPAIRS.add(FileRepair("separator", Text("Séparateur", "Separator"), seen))
