"""Code lists shipped as data: communes, départements, régions, postal codes, countries. See SOURCE.md.

Each list is read once, on first use.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

LATEST = 2026
VINTAGES = (2023, 2024, 2025, 2026)


@dataclass(frozen=True, slots=True)
class Merged:
    """A code that is no longer a commune's: `into` is the commune of the latest vintage that holds its territory.

    `date` is the day of the change when `exact`, else the first of January of the vintage that shows it.
    """

    code: str
    name: str
    into: str
    into_name: str
    date: str
    exact: bool


def rows(name: str) -> Iterator[list[str]]:
    """Every row of a shipped list."""
    return (line.split("\t") for line in _text(name).splitlines())


@cache
def _text(name: str) -> str:
    packed = files(__package__).joinpath(f"{name}.tsv.gz").read_bytes()
    return gzip.decompress(packed).decode()


@cache
def _vintages(years: str) -> tuple[int, ...]:
    """A few lists of years, for 37,000 rows."""
    return tuple(2000 + int(year) for year in years.split())


@cache
def _communes() -> tuple[tuple[str, str, str, str, tuple[int, ...]], ...]:
    return tuple(
        (code, name, kind, into, _vintages(years)) for code, name, kind, into, years in rows("communes")
    )


@cache
def commune_codes(vintage: int, kinds: str = "CDAM") -> frozenset[str]:
    """Codes of the COG: communes (C), delegated (D) and associated (A) ones, municipal arrondissements (M)."""
    return frozenset(
        row[0] for row in _communes() if vintage in row[4] and row[2] in kinds and not _overseas(row[0])
    )


@cache
def commune_names(vintage: int) -> frozenset[str]:
    return frozenset(row[1] for row in _communes() if vintage in row[4] and not _overseas(row[0]))


@cache
def communes_in_force() -> dict[str, str]:
    """Code → name of the communes, and municipal arrondissements, of the latest vintage, overseas ones included.

    Found in the text at once: taking every line apart costs the start of most validations twice as long.
    """
    line = rf"^(\w+)\t([^\t]*)\t[CM]\t.*{LATEST % 100}$"
    return dict(re.findall(line, _text("communes"), re.MULTILINE))


@cache
def _merged() -> dict[str, list[str]]:
    return {row[0]: row for row in rows("merged")}


@lru_cache(maxsize=10_000)
def merged(code: str) -> Merged | None:
    """What became of a commune's code that is no longer in force; None for any other text."""
    if code not in _merged():
        return None
    _, name, into, date, exact = _merged()[code]
    return Merged(code, name, into, communes_in_force().get(into, ""), date, bool(exact))


def _overseas(code: str) -> bool:
    """Overseas collectivities are not in the COG's list of communes; the source adds them."""
    return code.startswith(("975", "977", "978", "98"))


@cache
def postal_codes(*, strict: bool = False) -> frozenset[str]:
    """`strict`: those that Validata 0.13 knows (75116, 20090 and 162 others are not among them)."""
    return frozenset(code for code, known in rows("postal") if known or not strict)


@cache
def departements() -> dict[str, str]:
    """Code → name, overseas collectivities included."""
    return {code: name for code, name, _ in rows("departements")}


@cache
def regions() -> dict[str, str]:
    """Code → name of the 18 régions."""
    return {code: name for code, name, zone in rows("regions") if zone != "com"}


@cache
def country_codes(length: int, *, strict: bool = False) -> frozenset[str]:
    """ISO 3166-1 codes of two or three letters; `strict`: those that Validata 0.13 knows."""
    found = (known.split() if strict else (two, three) for two, three, _, known, _ in rows("countries"))
    return frozenset(code for codes in found for code in codes if len(code) == length)


@cache
def country_names(*, strict: bool = False) -> frozenset[str]:
    """French names; `strict`: those that Validata 0.13 takes."""
    return frozenset(
        name
        for _, _, names, _, known in rows("countries")
        for name in (known if strict else names).split("|")
        if name
    )
