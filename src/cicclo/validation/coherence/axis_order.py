"""Points that fall in France only when longitude and latitude are exchanged."""

from collections.abc import Iterable, Sequence

from cicclo.kernel.text import Text
from cicclo.validation.coherence import RULES, Rule, Sheet, Watcher, anomaly, text
from cicclo.validation.model import Cell, Fault
from cicclo.validation.places import in_france, pair, point

REQUIREMENT = "coherence/place/axis-order"
MOST = 100_000


class AxisOrder:
    """A geopoint is longitude, then latitude (Table Schema v1)."""

    def __init__(self, name: str, place: int) -> None:
        self._name, self._place = name, place
        self._known: dict[str, bool] = {}
        self._rows: list[tuple[int, str]] = []

    def see(self, number: int, cells: Sequence[Cell]) -> None:
        written = text(cells, self._place)
        swapped = self._known.get(written)
        if swapped is None:
            if len(self._known) > MOST:
                self._known.clear()
            swapped = self._known[written] = _swapped(written)
        if swapped and len(self._rows) < MOST:
            self._rows.append((number, written))

    def found(self) -> Iterable[Fault]:
        for number, written in self._rows:
            first, second = (part.strip() for part in written.strip(" []").split(","))
            yield anomaly(
                REQUIREMENT,
                row=number,
                field=self._name,
                position=self._place + 1,
                cell=written,
                point=point(written),
                facts={"proposed": f"[{second}, {first}]" if "[" in written else f"{second}, {first}"},
            )


def _swapped(written: str) -> bool:
    read = pair(written)
    return read is not None and in_france(read[1], read[0]) and not in_france(*read)


def watch(sheet: Sheet) -> Iterable[Watcher]:
    if sheet.schema is None:
        return []
    points = [field.name for field in sheet.schema.fields if field.type == "geopoint"]
    return [AxisOrder(name, sheet.positions[name]) for name in points if name in sheet.positions]


def say(fault: Fault) -> Text:
    proposed = fault.facts["proposed"]
    return Text(
        f"{fault.cell} n'est en France qu'une fois longitude et latitude échangées : {proposed}",
        f"{fault.cell} is in France only once longitude and latitude are exchanged: {proposed}",
    )


RULES.add(Rule("axis-order", REQUIREMENT, watch, say))
