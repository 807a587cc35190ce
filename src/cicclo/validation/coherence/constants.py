"""Columns that depend on an identifier: all the rows of one station say the same of the station."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.coherence import MOST_KEYS, RULES, Rule, Sheet, Watcher, anomaly, text
from cicclo.validation.model import Cell, Fault
from cicclo.validation.places import point

REQUIREMENT = "coherence/key/constant-columns"
SHOWN = 4

Told = tuple[Cell, ...]
"""What one row says in the columns that depend on the identifier."""


class Constants:
    """Keeps, for each key, the rows and what they say; rows that say the same share one tuple."""

    def __init__(self, rule: Mapping[str, Any], names: Sequence[str], positions: Mapping[str, int]) -> None:
        self._key_name, self._key = rule["key"], positions[rule["key"]]
        self._names = names
        self._places = [positions[name] for name in names]
        self._width = max([self._key, *self._places]) + 1
        take = itemgetter(*self._places)
        self._take = take if len(names) > 1 else lambda cells: (take(cells),)
        self._ignored = frozenset(["", *rule.get("except", ())])
        self._rows: dict[str, list[tuple[int, Told]]] = {}
        self._varied: set[str] = set()

    def see(self, number: int, cells: Sequence[Cell]) -> None:
        if len(cells) < self._width:
            cells = [*cells, *[""] * (self._width - len(cells))]
        key = text(cells, self._key)
        if key in self._ignored:
            return
        told = self._take(cells)
        rows = self._rows.get(key)
        if rows is None:
            if len(self._rows) < MOST_KEYS:
                self._rows[key] = [(number, told)]
        elif told == rows[0][1]:
            rows.append((number, rows[0][1]))
        else:
            self._varied.add(key)
            rows.append((number, told))

    def found(self) -> Iterable[Fault]:
        for index, (name, place) in enumerate(zip(self._names, self._places, strict=True)):
            wrong = [
                (number, key, told, values)
                for key in self._varied
                if len(values := self._values(key, index)) > 1
                for number, told in self._rows[key]
            ]
            for number, key, told, values in sorted(wrong, key=itemgetter(0)):
                value = text(told, index)
                yield anomaly(
                    REQUIREMENT,
                    row=number,
                    field=name,
                    position=place + 1,
                    cell=value,
                    key=key,
                    point=point(value),
                    facts={
                        "key": key,
                        "key_field": self._key_name,
                        "values": tuple(values)[:SHOWN],
                        "count": len(values),
                    },
                )

    def _values(self, key: str, index: int) -> dict[str, None]:
        """Return the values of one column for a key, each once, in row order."""
        return {text(told, index): None for _number, told in self._rows[key]}


def watch(sheet: Sheet) -> Iterable[Watcher]:
    for rule in sheet.known.get("constant", ()):
        names = [name for name in rule["columns"] if name in sheet.positions]
        if rule["key"] in sheet.positions and names:
            yield Constants(rule, names, sheet.positions)


def say(fault: Fault) -> Text:
    facts = fault.facts
    shown = " | ".join(facts["values"])
    return Text(
        f"{facts['key_field']} {facts['key']} a {facts['count']} valeurs de {fault.field} : {shown}",
        f"{facts['key_field']} {facts['key']} has {facts['count']} values of {fault.field}: {shown}",
    )


RULES.add(Rule("constants", REQUIREMENT, watch, say))
