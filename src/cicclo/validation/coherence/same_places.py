"""Two things at one place: the same coordinates, or the same address from another producer."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.coherence import MOST_KEYS, RULES, Rule, Sheet, Watcher, anomaly, text
from cicclo.validation.model import Cell, Fault
from cicclo.validation.places import point
from cicclo.validation.repairs._spelling import fold

REQUIREMENT = "coherence/place/same-place"


class SamePlaces:
    """Keeps the first thing of each place; one fault for each further thing, at its first row."""

    def __init__(self, rule: Mapping[str, Any], column: str, positions: Mapping[str, int]) -> None:
        self._key_name, self._name = rule["key"], column
        self._key, self._place = positions[rule["key"]], positions[column]
        self._source = positions.get(rule.get("source", ""), -1)
        self._by_address = column != rule["columns"][0]
        self._first: dict[str, tuple[int, str, str]] = {}
        self._others: dict[tuple[str, str, str], tuple[int, str]] = {}

    def see(self, number: int, cells: Sequence[Cell]) -> None:
        written = text(cells, self._place)
        place = plain(written)
        if not place:
            return
        key = text(cells, self._key)
        source = text(cells, self._source) if self._source >= 0 else ""
        first = self._first.get(place)
        if first is None:
            if len(self._first) < MOST_KEYS:
                self._first[place] = (number, key, source)
        elif key != first[1] and (not self._by_address or fold(source) != fold(first[2])):
            self._others.setdefault((place, key, source), (number, written))

    def found(self) -> Iterable[Fault]:
        for (place, key, source), (number, written) in self._others.items():
            first, first_key, first_source = self._first[place]
            yield anomaly(
                REQUIREMENT,
                row=number,
                field=self._name,
                position=self._place + 1,
                cell=written,
                key=key,
                point=point(written),
                facts={
                    "first": first,
                    "keys": (first_key, key),
                    "key_field": self._key_name,
                    "sources": (first_source, source),
                },
            )


@lru_cache(65_536)
def plain(written: str) -> str:
    """Coordinates and addresses are compared without their spaces and punctuation."""
    return "".join(mark for mark in fold(written) if mark.isalnum() or mark in ".-")


def watch(sheet: Sheet) -> Iterable[Watcher]:
    for rule in sheet.known.get("place", ()):
        for column in rule["columns"]:
            if column in sheet.positions and rule["key"] in sheet.positions:
                yield SamePlaces(rule, column, sheet.positions)


def say(fault: Fault) -> Text:
    facts = fault.facts
    (one, other), (first_source, source) = facts["keys"], facts["sources"]
    by = (
        Text(f" ({first_source} ; {source})", f" ({first_source}; {source})")
        if source != first_source
        else Text("", "")
    )
    return Text(
        f"{one} (ligne {facts['first']}) et {other} sont au même endroit : {fault.cell}{by.fr}",
        f"{one} (row {facts['first']}) and {other} are at the same place: {fault.cell}{by.en}",
    )


RULES.add(Rule("same-places", REQUIREMENT, watch, say))
