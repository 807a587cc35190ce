"""Names of folders: territory, type, date, part (CNIG, “Règles de nommage” of documents d'urbanisme and SUP)."""

import re
from dataclasses import dataclass

COMMUNE = re.compile(r"(?:2[AB]|[0-9]{2})[0-9]{3}", re.IGNORECASE)
SIREN = re.compile(r"[0-9]{9}")
_PLANNING = re.compile(
    r"(?P<territory>(?:2[AB]|[0-9]{2})[0-9]{3}|[0-9]{9})_(?P<type>PLU|PLUi|POS|CC|PSMV|SCoT)_(?P<date>[0-9]{8})"
    r"(?:_(?P<part>[A-Z]))?",
    re.IGNORECASE,
)
_SUP = re.compile(
    r"(?P<manager>[0-9]{9})_(?P<category>[A-Z0-9]+)_(?P<territory>[A-Z0-9]+)_(?P<date>[0-9]{8})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Name:
    """`manager` and `category` are of SUP only; `part` of a document in several parts."""

    text: str
    type: str
    territory: str
    date: str
    part: str = ""
    manager: str = ""
    category: str = ""


def read(text: str) -> Name | None:
    """Return what a folder's name says, None when it follows neither rule."""
    found = _PLANNING.fullmatch(text)
    if found:
        manager = found["territory"] if found["type"].upper() == "SCOT" else ""
        return Name(
            text, found["type"].upper(), found["territory"], found["date"], found["part"] or "", manager
        )
    found = _SUP.fullmatch(text)
    if found:
        return Name(text, "SUP", found["territory"], found["date"], "", found["manager"], found["category"])
    return None
