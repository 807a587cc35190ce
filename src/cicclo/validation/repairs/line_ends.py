"""A lone CR (old Macintosh) → LF: few programs read it as the end of a line."""

from cicclo.kernel.text import Text
from cicclo.validation.model import Dialect
from cicclo.validation.repairs import REPAIRS, FileRepair


def seen(dialect: Dialect) -> tuple[str, str] | None:
    return ("CR", "LF") if dialect.line_end == "\r" else None


REPAIRS.add(FileRepair("line-ends", Text("Fins de ligne", "Line ends"), seen))
