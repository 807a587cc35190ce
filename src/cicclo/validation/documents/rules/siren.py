"""SIREN columns hold nine digits."""

from collections.abc import Iterator

from cicclo.validation.documents.attributes import Verdict
from cicclo.validation.documents.document import Document
from cicclo.validation.documents.model import Column, TableModel
from cicclo.validation.documents.names import SIREN
from cicclo.validation.documents.rules import RULES, Look, Rule, of_cnig


def _look(value: str) -> Iterator[Verdict]:
    if not SIREN.fullmatch(value):
        yield "CNIG_SIREN_INVALID", {}


def value(_: Document, __: TableModel, column: Column) -> Look | None:
    return _look if column.name == "SIREN" and column.type == "String" else None


RULES.add(Rule("siren", of_cnig, value=value))
