"""Rules that CNIG standards add to the models: one file each, declared in `RULES`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cicclo.kernel.registry import Registry
from cicclo.validation.documents.attributes import Verdict
from cicclo.validation.documents.document import Document
from cicclo.validation.documents.model import Column, TableModel
from cicclo.validation.model import Fault

if TYPE_CHECKING:
    from cicclo.validation.documents.content import Content

Look = Callable[[str], Iterator[Verdict]]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a standard adds: `of` says which documents it is for.

    `before` looks at the files, `value` makes a look at a column's values (None: not this column), `after` sees the
    whole content; `columns` are kept for it.
    """

    name: str
    of: Callable[[Document], bool]
    before: Callable[[Document], Iterator[Fault]] | None = None
    value: Callable[[Document, TableModel, Column], Look | None] | None = None
    after: "Callable[[Content], Iterator[Fault]] | None" = None
    columns: frozenset[str] = frozenset()


RULES: Registry[Rule] = Registry("cicclo.validation.documents.rules", name=lambda rule: rule.name)


def of_planning(document: Document) -> bool:
    """Return whether a document is a PLU, PLUi, POS, CC, PSMV or SCoT of the CNIG."""
    return document.model.name.lower().startswith("cnig_") and not document.model.of_sup


def of_sup(document: Document) -> bool:
    return document.model.of_sup


def of_cnig(document: Document) -> bool:
    return document.model.name.lower().startswith("cnig_")


__all__ = ["RULES", "Look", "Rule", "of_cnig", "of_planning", "of_sup"]
