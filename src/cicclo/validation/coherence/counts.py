"""A column that counts rows: `nbre_pdc` is the number of points that the file has for the station."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.coherence import MOST_KEYS, RULES, Rule, Sheet, Watcher, anomaly, text
from cicclo.validation.model import Cell, Fault

REQUIREMENT = "coherence/key/count"


class Counts:
    """One fault a key, at its first row: rows of one identifier count once."""

    def __init__(self, rule: Mapping[str, Any], positions: Mapping[str, int]) -> None:
        self._rule = rule
        self._key, self._said = positions[rule["key"]], positions[rule["column"]]
        self._counted = positions[rule["counted"]]
        self._ignored = frozenset(rule.get("except", ()))
        self._keys: dict[str, tuple[int, str, set[str]]] = {}

    def see(self, number: int, cells: Sequence[Cell]) -> None:
        key = text(cells, self._key)
        if not key or key in self._ignored:
            return
        if key not in self._keys:
            if len(self._keys) >= MOST_KEYS:
                return
            self._keys[key] = (number, text(cells, self._said), set())
        self._keys[key][2].add(text(cells, self._counted))

    def found(self) -> Iterable[Fault]:
        for key, (number, said, counted) in self._keys.items():
            if said.strip() and said.strip() not in (str(len(counted)), f"{len(counted)}.0"):
                yield anomaly(
                    REQUIREMENT,
                    row=number,
                    field=self._rule["column"],
                    position=self._said + 1,
                    cell=said,
                    key=key,
                    facts={"key": key, "key_field": self._rule["key"], "counted": len(counted)},
                )


def watch(sheet: Sheet) -> Iterable[Watcher]:
    for rule in sheet.known.get("count", ()):
        if {rule["key"], rule["column"], rule["counted"]} <= set(sheet.positions):
            yield Counts(rule, sheet.positions)


def say(fault: Fault) -> Text:
    facts = fault.facts
    return Text(
        f"{facts['key_field']} {facts['key']} : {fault.field} dit {fault.cell}, le fichier en a {facts['counted']}",
        f"{facts['key_field']} {facts['key']}: {fault.field} says {fault.cell}, the file has {facts['counted']}",
    )


RULES.add(Rule("counts", REQUIREMENT, watch, say))
