"""IDURBA names a document d'urbanisme: well written everywhere, and the document's own is in DOC_URBA.

2013 and 2014: territory then date (`41175_20140603` or `4117520140603`). Since 2017: the folder's name
(`30014_PLU_20171013`).
"""

import re
from collections.abc import Iterator

from cicclo.validation.documents.attributes import Verdict
from cicclo.validation.documents.content import Content
from cicclo.validation.documents.document import Document
from cicclo.validation.documents.model import Column, TableModel
from cicclo.validation.documents.rules import RULES, Look, Rule, of_planning
from cicclo.validation.model import Fault

FIRST = re.compile(r"(?:(?:2[AB]|[0-9]{2})[0-9]{3}|[0-9]{9})_?[0-9]{8}", re.IGNORECASE)
SINCE_2017 = re.compile(
    r"(?:(?:2[AB]|[0-9]{2})[0-9]{3}|[0-9]{9})_(?:PLU|PLUi|POS|CC|PSMV|SCoT)_[0-9]{8}(?:_[A-Z])?",
    re.IGNORECASE,
)


def _old(document: Document) -> bool:
    return document.model.version in {"2013", "2014"}


def concerned(document: Document) -> bool:
    return of_planning(document) and document.model.name.lower() != "cnig_scot_2013"


def value(document: Document, _: TableModel, column: Column) -> Look | None:
    if column.name != "IDURBA":
        return None
    form = FIRST if _old(document) else SINCE_2017

    def look(text: str) -> Iterator[Verdict]:
        if not form.fullmatch(text):
            yield "CNIG_IDURBA_INVALID", {"expected": form.pattern}

    return look


def after(content: Content) -> Iterator[Fault]:
    """Yield a document that DOC_URBA does not list, or lists twice."""
    document = content.document
    name = document.named
    if name is None or "DOC_URBA" not in content.rows:
        return
    found = [text for text in content.keys.values("DOC_URBA", "IDURBA") if _names(text, document)]
    facts = {
        "expected": f"{name.territory}…{name.date}" if _old(document) else document.name,
        "count": len(found),
    }
    if not found:
        yield from document.fault("CNIG_IDURBA_NOT_FOUND", "DOC_URBA", column="IDURBA", facts=facts)
    elif len(found) > 1:
        yield from document.fault("CNIG_IDURBA_MULTIPLE_FOUND", "DOC_URBA", column="IDURBA", facts=facts)


def _names(idurba: str, document: Document) -> bool:
    name = document.named
    if name is None or not _old(document):
        return idurba.casefold() == document.name.casefold()
    return idurba.startswith(name.territory) and name.date in idurba[len(name.territory) :]


RULES.add(Rule("idurba", concerned, value=value, after=after, columns=frozenset({"IDURBA"})))
