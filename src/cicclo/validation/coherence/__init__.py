"""What a schema does not say and a reader sees: one file adds one rule; each finds *anomalies*, told as warnings.

A file can be valid and wrong all the same: a station at two places, a charging point declared twice, a commune that no
longer exists. Rules need nothing but the header, or what `known/` says of a schema (which column identifies what).
One walk over the records, all rules together; time is bounded by `MOST_ROWS`, memory by `MOST_KEYS`.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import chain, islice
from typing import Any, Protocol

from cicclo.kernel.registry import Registry
from cicclo.kernel.text import Text
from cicclo.validation.accounting import Spool
from cicclo.validation.model import Cell, Fault, Faults, Options, Report, Schema, Severity, Table

MOST_ROWS = 2_000_000
"""Records looked at: anomalies need every value, one by one."""
MOST_KEYS = 2_000_000
KIND = "coherence"


class Watcher(Protocol):
    """Sees every record once, then says what it found."""

    def see(self, number: int, cells: Sequence[Cell]) -> None: ...

    def found(self) -> Iterable[Fault]: ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a rule may know before the first record: `positions` of the columns (0-based), the schema, `known/`."""

    positions: Mapping[str, int]
    schema: Schema | None
    known: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """`watch` gives the watchers that this sheet calls for; `say` words what they found."""

    name: str
    requirement: str
    watch: Callable[[Sheet], Iterable[Watcher]]
    say: Callable[[Fault], Text]


RULES: Registry[Rule] = Registry("cicclo.validation.coherence", name=lambda rule: rule.name)


def look(table: Table, schema: Schema | None) -> Iterator[Fault]:
    """Walk the records once and return the anomalies, rule by rule, in row order."""
    names = [str(name).strip() if name is not None else "" for name in table.header]
    sheet = Sheet({name: place for place, name in enumerate(names) if name}, schema, known(schema))
    watchers = [watcher for rule in RULES.values() for watcher in rule.watch(sheet)]
    sees = [watcher.see for watcher in watchers]
    for number, cells in islice(table.records(), MOST_ROWS) if sees else ():
        for see in sees:
            see(number, cells)
    return chain.from_iterable(watcher.found() for watcher in watchers)


def observed(report: Report, table: Table) -> Report:
    """Add to a report the anomalies of its table, and the row's identifier where the schema names no key."""
    found = Spool()
    for fault in look(table, report.schema):
        found.append(fault)
    return replace(report, faults=Joined(report.faults, found)) if len(found) else report


def key_of(schema: Schema | None) -> tuple[str, ...]:
    """Return the columns that identify a row for a reader: the primary key, else what `known/` says."""
    if schema is None:
        return ()
    return schema.primary_key or tuple(known(schema).get("key", ()))


def keyed(options: Options, schema: Schema) -> Options:
    """Name the columns that identify a row in the report, unless they are named, or Validata's report is wanted."""
    return options if options.strict or options.key else replace(options, key=key_of(schema))


def known(schema: Schema | None) -> Mapping[str, Any]:
    """Return what is known of a schema, by its name."""
    return _library().get(schema.name, {}) if schema else {}


@cache
def _library() -> dict[str, Mapping[str, Any]]:
    folder = files("cicclo.validation") / "coherence" / "known"
    read = [
        tomllib.loads(file.read_text("utf-8")) for file in folder.iterdir() if file.name.endswith(".toml")
    ]
    return {name: document for document in read for name in document["schemas"]}


def anomaly(requirement: str, **given: Any) -> Fault:
    """Build the fault of an anomaly: it never makes a file invalid."""
    return Fault(KIND, requirement, severity=Severity.WARNING, **given)


def say(fault: Fault) -> Text:
    """Word one anomaly."""
    return next(rule.say(fault) for rule in RULES.values() if rule.requirement == fault.requirement)


def text(cells: Sequence[Cell], place: int) -> str:
    """Return a cell as text; empty when the record is too short."""
    value = cells[place] if place < len(cells) else None
    return value if isinstance(value, str) else "" if value is None else str(value)


class Joined:
    """Two sequences of faults as one."""

    def __init__(self, first: Faults, second: Faults) -> None:
        self._first, self._second = first, second
        self.errors = first.errors + second.errors

    def __len__(self) -> int:
        return len(self._first) + len(self._second)

    def __iter__(self) -> Iterator[Fault]:
        return chain(self._first, self._second)
