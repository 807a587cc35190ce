"""One thing, one identifier, one row: an identifier that comes again, perhaps from another producer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.coherence import MOST_KEYS, RULES, Rule, Sheet, Watcher, anomaly, text
from cicclo.validation.model import Cell, Fault

REQUIREMENT = "coherence/key/duplicate"


class Identifiers:
    """Keeps the row and the source of each identifier's first occurrence."""

    def __init__(self, rule: Mapping[str, Any], positions: Mapping[str, int]) -> None:
        self._name = rule["column"]
        self._place = positions[rule["column"]]
        self._source = positions.get(rule.get("source", ""), -1)
        self._ignored = frozenset(rule.get("except", ()))
        self._first: dict[str, tuple[int, str]] = {}
        self._again: list[tuple[int, str, str]] = []

    def see(self, number: int, cells: Sequence[Cell]) -> None:
        key = text(cells, self._place).strip()
        if not key or key in self._ignored:
            return
        source = text(cells, self._source) if self._source >= 0 else ""
        if key in self._first:
            self._again.append((number, key, source))
        elif len(self._first) < MOST_KEYS:
            self._first[key] = (number, source)

    def found(self) -> Iterable[Fault]:
        for number, key, source in self._again:
            first, first_source = self._first[key]
            yield anomaly(
                REQUIREMENT,
                row=number,
                field=self._name,
                position=self._place + 1,
                cell=key,
                key=key,
                facts={"first": first, "sources": (first_source, source)},
            )


def watch(sheet: Sheet) -> Iterable[Watcher]:
    for rule in sheet.known.get("identifier", ()):
        if rule["column"] in sheet.positions and not _judged(sheet, rule["column"]):
            yield Identifiers(rule, sheet.positions)


def _judged(sheet: Sheet, name: str) -> bool:
    """Tell whether the schema itself forbids duplicates here: then they are errors already."""
    if sheet.schema is None:
        return False
    field = sheet.schema.field(name)
    return sheet.schema.primary_key == (name,) or bool(field and field.constraints.get("unique"))


def say(fault: Fault) -> Text:
    first, (one, other) = fault.facts["first"], fault.facts["sources"]
    by_two = one != other and bool(one and other)
    return Text(
        f"{fault.field} {fault.cell} est déjà à la ligne {first}"
        + (f", publié par deux producteurs : {one} et {other}" if by_two else ""),
        f"{fault.field} {fault.cell} is already on row {first}"
        + (f", published by two producers: {one} and {other}" if by_two else ""),
    )


RULES.add(Rule("identifiers", REQUIREMENT, watch, say))
