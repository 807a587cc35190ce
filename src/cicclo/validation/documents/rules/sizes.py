"""Tables that have a size: DOC_URBA_COM lists two communes or more in a PLUi, PERIMETRE_SCOT has one row."""

from collections.abc import Iterator

from cicclo.validation.documents.content import Content
from cicclo.validation.documents.rules import RULES, Rule, of_planning
from cicclo.validation.model import Fault


def after(content: Content) -> Iterator[Fault]:
    name = content.document.named
    communes, perimeters = content.rows.get("DOC_URBA_COM"), content.rows.get("PERIMETRE_SCOT")
    if name is not None and name.type == "PLUI" and communes is not None and communes < 2:
        facts = {"rows": communes}
        yield from content.document.fault("CNIG_DOC_URBA_COM_UNEXPECTED_SIZE", "DOC_URBA_COM", facts=facts)
    if perimeters is not None and perimeters != 1:
        facts = {"rows": perimeters}
        yield from content.document.fault(
            "CNIG_PERIMETRE_SCOT_UNEXPECTED_SIZE", "PERIMETRE_SCOT", facts=facts
        )


RULES.add(Rule("sizes", of_planning, after=after))
