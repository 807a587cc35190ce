"""Since 2016 the folder of a SUP names its département with three characters (`088`, `02A`)."""

from collections.abc import Iterator

from cicclo.validation.documents.document import Document
from cicclo.validation.documents.rules import RULES, Rule, of_sup
from cicclo.validation.model import Fault


def before(document: Document) -> Iterator[Fault]:
    name = document.named
    if name is None or name.type != "SUP" or document.model.version == "2013":
        return
    if len(name.territory) == 2 and name.territory != "FR":
        facts = {"found": name.territory, "expected": f"0{name.territory}"}
        yield from document.fault("CNIG_SUP_BAD_TERRITORY_CODE", document.name, facts=facts)


RULES.add(Rule("sup-territory", of_sup, before=before))
