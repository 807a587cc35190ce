"""A SUP has at least one table of générateurs and one of assiettes."""

from collections.abc import Iterator

from cicclo.validation.documents.document import Document
from cicclo.validation.documents.rules import RULES, Rule, of_sup
from cicclo.validation.model import Fault


def before(document: Document) -> Iterator[Fault]:
    names = [file.model.name.upper() for file in document.of_type("table")]
    for word in ("GENERATEUR", "ASSIETTE"):
        if not any(word in name for name in names):
            yield from document.fault(f"CNIG_{word}_SUP_NOT_FOUND", document.name)


RULES.add(Rule("sup-tables", of_sup, before=before))
