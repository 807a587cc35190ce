"""`1053` → `01053`, `59508.0` → `59508`: codes that a spreadsheet or a program took for numbers."""

import re

from cicclo.kernel.text import Text
from cicclo.validation.model import Field
from cicclo.validation.repairs import REPAIRS, Repair

_NUMBER = re.compile(r"(\d+)(?:[.,]0+)?")
# the number of digits by what the field's name or pattern says it holds; a spreadsheet loses one zero of a commune
# or postal code, and up to two of an establishment's
_KINDS = (
    (re.compile(r"siret|\\d\{14\}|\[0-9\]\{14\}", re.IGNORECASE), 14, 2),
    (re.compile(r"siren|\\d\{9\}|\[0-9\]\{9\}", re.IGNORECASE), 9, 2),
    (re.compile(r"insee|commune|postal|(?<!\w)cog(?!\w)|\\d\{5\}|\[0-9\]\{5\}|2\[AB", re.IGNORECASE), 5, 1),
    (re.compile(r"d[eé]partement|(?<![a-z])dep(?![a-z])", re.IGNORECASE), 2, 1),
)


def mend(field: Field, text: str) -> str | None:
    found = _NUMBER.fullmatch(text.strip())
    if field.type != "string" or found is None:
        return None
    digits = found[1]
    width, most = _width(field)
    if not width or not width - most <= len(digits) <= width:
        return None
    code = digits.zfill(width)
    if width in (9, 14) and not _luhn(code):
        return None
    return code if code != text else None


def _width(field: Field) -> tuple[int, int]:
    said = f"{field.name} {field.constraints.get('pattern', '')}"
    return next(((width, most) for kind, width, most in _KINDS if kind.search(said)), (0, 0))


def _luhn(code: str) -> bool:
    """SIREN and SIRET end with a check digit (ISO/IEC 7812-1): a wrong guess is told from a right one."""
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(code)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


REPAIRS.add(
    Repair(
        "lost-zeros",
        60,
        Text("Zéro initial perdu", "Lost leading zero"),
        Text(
            "a perdu son zéro initial, ou se termine par « .0 »", "lost its leading zero, or ends with “.0”"
        ),
        Text(
            "ont perdu leur zéro initial, ou se terminent par « .0 »",
            "lost their leading zero, or end with “.0”",
        ),
        Text(
            "écrire le code en texte, avec tous ses chiffres (format « Texte » du tableur)",
            "write the code as text, with all its digits (“Text” format of the spreadsheet)",
        ),
        mend,
    )
)
