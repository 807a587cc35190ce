"""Commune codes that no longer exist, in any column that is named as holding commune codes."""

import re
from collections.abc import Iterable, Sequence

from cicclo.kernel.text import Text
from cicclo.validation.coherence import RULES, Rule, Sheet, Watcher, anomaly, text
from cicclo.validation.model import Cell, Fault

REQUIREMENT = "coherence/commune/current-code"
_NAMED = re.compile(
    r"code_?(officiel_?)?insee|insee|(code_?)?insee_?com|code_?commune(_?insee)?|depcom|com_?insee",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?:\d{2}|2[AB])\d{3}")
YEAR = "2026"
MOST = 100_000


class Communes:
    """Keeps the rows of unknown codes; says nothing when most of the column is unknown: it holds something else."""

    def __init__(self, name: str, place: int) -> None:
        self._name = name
        self._place = place
        from cicclo.validation.reference import communes  # noqa: PLC0415 - 35,000 codes, read only for such a column

        self._current = communes(YEAR)
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
            yield anomaly(
                REQUIREMENT,
                row=number,
                field=self._name,
                position=self._place + 1,
                cell=code,
                facts={"year": YEAR},
            )


def watch(sheet: Sheet) -> Iterable[Watcher]:
    return [Communes(name, place) for name, place in sheet.positions.items() if is_of_communes(name)]


def is_of_communes(name: str) -> bool:
    bare = re.sub(r"[^a-z0-9]+", "_", name.casefold())
    return bool(_NAMED.fullmatch(bare) or bare.startswith(("code_insee", "insee_")))


def say(fault: Fault) -> Text:
    code, year = fault.cell, fault.facts["year"]
    return Text(
        f"le code de commune {code} n'est pas dans le code officiel géographique de {year} : commune fusionnée, associée ou déléguée, ou code faux",
        f"the commune code {code} is not in the official geographic code of {year}: merged, associated or delegated commune, or a wrong code",
    )


RULES.add(Rule("communes", REQUIREMENT, watch, say))
