"""A document has at least one written piece; written pieces are PDF files."""

from collections.abc import Iterator

from cicclo.validation.documents.document import Document
from cicclo.validation.documents.rules import RULES, Rule, of_cnig
from cicclo.validation.model import Fault

PIECES = "pieces_ecrites/"


def before(document: Document) -> Iterator[Fault]:
    if not document.of_type("pdf"):
        yield from document.fault("CNIG_DOCUMENT_NO_PDF", document.name)
    for path in sorted(document.every):
        if path.lower().startswith(PIECES) and not path.lower().endswith(".pdf"):
            yield from document.fault("CNIG_PIECE_ECRITE_ONLY_PDF", path)


RULES.add(Rule("written-pieces", of_cnig, before=before))
