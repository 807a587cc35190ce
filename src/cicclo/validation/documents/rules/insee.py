"""INSEE columns hold codes of communes: two characters of département, three digits."""

from collections.abc import Iterator

from cicclo.validation.documents.attributes import Verdict
from cicclo.validation.documents.document import Document
from cicclo.validation.documents.model import Column, TableModel
from cicclo.validation.documents.names import COMMUNE
from cicclo.validation.documents.rules import RULES, Look, Rule, of_cnig


def _look(value: str) -> Iterator[Verdict]:
    if not COMMUNE.fullmatch(value):
        yield "CNIG_INSEE_INVALID", {}


def value(_: Document, __: TableModel, column: Column) -> Look | None:
    return _look if column.name == "INSEE" and column.type == "String" else None


RULES.add(Rule("insee", of_cnig, value=value))
