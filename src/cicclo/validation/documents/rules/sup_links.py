"""Générateurs and assiettes of a SUP: identifiers met once in all their tables, each assiette's générateur exists."""

from collections.abc import Iterator

from cicclo.validation.documents.content import Content
from cicclo.validation.documents.rules import RULES, Rule, of_sup
from cicclo.validation.model import Fault


def after(content: Content) -> Iterator[Fault]:
    generators = [name for name in content.rows if "GENERATEUR_SUP" in name.upper()]
    extents = [name for name in content.rows if "ASSIETTE_SUP" in name.upper()]
    for tables, column in ((generators, "IDGEN"), (extents, "IDASS")):
        # met twice in one table is told by the model's own `unique`
        if len(tables) > 1:
            for value, count, row, place in content.keys.repeated(tables, column):
                facts = {"count": count}
                yield from content.document.fault(
                    f"CNIG_SUP_{column}_NOT_UNIQUE", place, row=row, column=column, cell=value, facts=facts
                )
    if not generators:
        return
    for table in extents:
        for value, row, _, place in content.keys.lost(table, "IDGEN", generators, "IDGEN"):
            yield from content.document.fault(
                "CNIG_SUP_IDGEN_NOT_FOUND", place, row=row, column="IDGEN", cell=value
            )


RULES.add(Rule("sup-links", of_sup, after=after, columns=frozenset({"IDGEN", "IDASS"})))
