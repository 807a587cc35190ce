"""Rows that are the same from the first cell to the last."""

from collections.abc import Iterable, Sequence

from cicclo.kernel.text import Text
from cicclo.validation.coherence import MOST_KEYS, RULES, Rule, Sheet, Watcher, anomaly
from cicclo.validation.model import Cell, Fault

REQUIREMENT = "coherence/row/duplicate"


class SameRows:
    """Keeps a 64-bit fingerprint of each row: two different rows share one once in billions of files."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}
        self._again: list[tuple[int, int]] = []

    def see(self, number: int, cells: Sequence[Cell]) -> None:
        if not any(cell not in ("", None) for cell in cells):
            return
        print_ = hash(tuple(cells))
        if print_ in self._seen:
            self._again.append((number, self._seen[print_]))
        elif len(self._seen) < MOST_KEYS:
            self._seen[print_] = number

    def found(self) -> Iterable[Fault]:
        for number, first in self._again:
            yield anomaly(REQUIREMENT, row=number, facts={"first": first})


def watch(sheet: Sheet) -> Iterable[Watcher]:
    return [SameRows()] if len(sheet.positions) > 1 else []


def say(fault: Fault) -> Text:
    first = fault.facts["first"]
    return Text(f"la ligne répète la ligne {first}", f"the row repeats row {first}")


RULES.add(Rule("same-rows", REQUIREMENT, watch, say))
