"""Commune codes that no longer exist, in any column that is named as holding commune codes."""

import re
from collections.abc import Iterable, Sequence

from cicclo.kernel.text import NOTHING, Text
from cicclo.validation.coherence import RULES, Rule, Sheet, Watcher, anomaly, text
from cicclo.validation.model import Cell, Fault

REQUIREMENT = "coherence/commune/current-code"
_NAMED = re.compile(
    r"code_?(officiel_?)?insee|insee|(code_?)?insee_?com|code_?commune(_?insee)?|depcom|com_?insee",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?:\d{2}|2[AB])\d{3}")
MOST = 100_000


class Communes:
    """Keeps the rows of unknown codes; says nothing when most of the column is unknown: it holds something else."""

    def __init__(self, name: str, place: int) -> None:
        self._name = name
        self._place = place
        from cicclo.validation import reference  # noqa: PLC0415 - read only for a column of commune codes

        self._reference = reference
        self._current = reference.communes_in_force()
        self._filled = 0
        self._rows: list[tuple[int, str]] = []

    def see(self, number: int, cells: Sequence[Cell]) -> None:
        code = text(cells, self._place)
        if not code:
            return
        self._filled += 1
        if code not in self._current and _CODE.fullmatch(code) and len(self._rows) < MOST:
            self._rows.append((number, code))

    def found(self) -> Iterable[Fault]:
        if 2 * len(self._rows) > self._filled and self._filled > 4:
            return
        for number, code in self._rows:
            old = self._reference.merged(code)
            facts: dict[str, object] = {"year": self._reference.LATEST}
            if old is not None:
                facts |= {"name": old.name, "into": old.into, "into_name": old.into_name}
                facts |= {"date": old.date} if old.exact else {}
            yield anomaly(
                REQUIREMENT, row=number, field=self._name, position=self._place + 1, cell=code, facts=facts
            )


def watch(sheet: Sheet) -> Iterable[Watcher]:
    return [Communes(name, place) for name, place in sheet.positions.items() if is_of_communes(name)]


def is_of_communes(name: str) -> bool:
    bare = re.sub(r"[^a-z0-9]+", "_", name.casefold())
    return bool(_NAMED.fullmatch(bare) or bare.startswith(("code_insee", "insee_")))


def say(fault: Fault) -> Text:
    code, facts = fault.cell, fault.facts
    if "into" not in facts:
        year = facts["year"]
        return Text(
            f"{code} n'est pas un code de commune du code officiel géographique de {year}",
            f"{code} is not a commune code of the official geographic code of {year}",
        )
    since = str(facts.get("date", ""))
    day = Text(f" depuis le {'/'.join(reversed(since.split('-')))}", f" since {since}") if since else NOTHING
    return Text(
        f"{code} est l'ancien code de {facts['name']}, qui est dans {facts['into_name']} ({facts['into']}){day.fr}",
        f"{code} is the old code of {facts['name']}, which is in {facts['into_name']} ({facts['into']}){day.en}",
    )


RULES.add(Rule("communes", REQUIREMENT, watch, say))
