"""Columns that depend on an identifier: all the rows of one station say the same of the station."""

from collections.abc import Iterable, Sequence

from cicclo.kernel.text import Text
from cicclo.validation.coherence import MOST_KEYS, RULES, Rule, Sheet, Watcher, anomaly, text
from cicclo.validation.model import Cell, Fault
from cicclo.validation.places import point

REQUIREMENT = "coherence/key/constant-columns"
SHOWN = 4


class Constant:
    """For one column: the first value of each key, then, for keys that have several, all their rows."""

    def __init__(self, key: tuple[str, int], column: tuple[str, int], ignored: frozenset[str]) -> None:
        self._key_name, self._key = key
        self._name, self._place = column
        self._ignored = ignored
        self._first: dict[str, tuple[str, list[int]]] = {}
        self._varied: dict[str, dict[str, list[int]]] = {}

    def see(self, number: int, cells: Sequence[Cell]) -> None:
        key = text(cells, self._key)
        if not key or key in self._ignored:
            return
        value = text(cells, self._place)
        first = self._first.get(key)
        if first is None:
            if len(self._first) < MOST_KEYS:
                self._first[key] = (value, [number])
        elif key in self._varied:
            self._varied[key].setdefault(value, []).append(number)
        elif value == first[0]:
            first[1].append(number)
        else:
            self._varied[key] = {first[0]: first[1], value: [number]}

    def found(self) -> Iterable[Fault]:
        rows = (
            (number, key, value)
            for key, values in self._varied.items()
            for value, numbers in values.items()
            for number in numbers
        )
        for number, key, value in sorted(rows):
            values = self._varied[key]
            yield anomaly(
                REQUIREMENT,
                row=number,
                field=self._name,
                position=self._place + 1,
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


def watch(sheet: Sheet) -> Iterable[Watcher]:
    for rule in sheet.known.get("constant", ()):
        if rule["key"] in sheet.positions:
            key = (rule["key"], sheet.positions[rule["key"]])
            for name in rule["columns"]:
                if name in sheet.positions:
                    yield Constant(key, (name, sheet.positions[name]), frozenset(rule.get("except", ())))


def say(fault: Fault) -> Text:
    facts = fault.facts
    shown = " | ".join(facts["values"])
    return Text(
        f"{facts['key_field']} {facts['key']} a {facts['count']} valeurs de {fault.field} : {shown}",
        f"{facts['key_field']} {facts['key']} has {facts['count']} values of {fault.field}: {shown}",
    )


RULES.add(Rule("constants", REQUIREMENT, watch, say))
