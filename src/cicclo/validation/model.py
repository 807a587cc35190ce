"""Nouns of validation: schema, table, fault, notice, report.

A *fault* is a fact: which requirement is not met, where, and the values that a sentence needs. Sentences are made
from facts by `wording` (Validata's to the letter, or ours in both languages), never stored.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled  # `field` is a noun of this module
from enum import StrEnum
from typing import Any, Protocol

NO_FACTS: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Field:
    """One column that the schema describes (Table Schema v1, section “Field Descriptors”; terms of v2 that are in use).

    `constraints` are the descriptor's own, by name. `missing` are the texts that mean “no value” here: the field's
    list when it has one, else the schema's. `options` holds what only some types have (`decimalChar`, `groupChar`,
    `bareNumber`, `trueValues`, `falseValues`, `delimiter`…).
    """

    name: str
    type: str = "string"
    format: str = "default"
    title: str = ""
    description: str = ""
    example: Any = None
    constraints: Mapping[str, Any] = filled(default_factory=dict)
    missing: tuple[str, ...] = ("",)
    options: Mapping[str, Any] = filled(default_factory=dict)

    @property
    def required(self) -> bool:
        return bool(self.constraints.get("required"))


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`resource` is empty when the key points into the same table."""

    fields: tuple[str, ...]
    resource: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckUse:
    """A custom check that the schema asks for: `name` as written, `params` with the hyphens of Validata."""

    name: str
    params: Mapping[str, Any] = filled(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Schema:
    """`descriptor` is the document as it was read; `address` where it came from."""

    fields: tuple[Field, ...]
    name: str = ""
    title: str = ""
    version: str = ""
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[CheckUse, ...] = ()
    missing: tuple[str, ...] = ("",)
    address: str = ""
    descriptor: Mapping[str, Any] = filled(default_factory=dict, repr=False, compare=False)

    def field(self, name: str) -> Field | None:
        return next((found for found in self.fields if found.name == name), None)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text table is written; `encoding` is Python's name, `line_end` is LF, CRLF or CR."""

    encoding: str = "utf-8"
    bom: bool = False
    delimiter: str = ","
    line_end: str = "\n"
    skip_space: bool = False


Cell = Any
"""What a reader gives for a cell: always `str` from a text table; from a workbook str, int, float, bool, date,
datetime, time or None, as the workbook types it."""


class Table(Protocol):
    """One table to validate. Records are numbered as Validata does: the header is 1, empty lines count.

    `path` is a real file that an engine may read by itself (text tables: `dialect` says how), empty when the reader
    had to unpack or convert; `records()` can be called again and reads from the start each time.
    """

    name: str
    path: str
    dialect: Dialect | None
    header: Sequence[Any]

    def records(self) -> Iterator[tuple[int, list[Cell]]]:
        """Every record after the header, with its number; a record may be shorter or longer than the header."""
        ...


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    `kind` is Validata's error type (`constraint-error`) or, for geographic data, the IGN validator's code
    (`ATTRIBUTE_GEOMETRY_INVALID`). `requirement` is an id of the library. `row` is the record number (header = 1) or
    0; `position` the 1-based place of the column in the file or 0. `cell` is the text that was read, `cells` several
    of them. `where` is the place for what is not a table: layer, feature id, JSON pointer. `point` is a longitude and
    a latitude (CRS84) for the map. `facts` are what sentences need.
    """

    kind: str
    requirement: str
    row: int = 0
    field: str = ""
    position: int = 0
    cell: Any = None
    cells: tuple[Any, ...] | None = None
    tags: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    where: str = ""
    key: str = ""
    """Value of the row's identifier (primary key), beside the number."""
    point: tuple[float, float] | None = None
    facts: Mapping[str, Any] = filled(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """What does not make a file invalid: a column more, less, or in another order (Validata's warnings)."""

    kind: str
    requirement: str
    field: str = ""
    facts: Mapping[str, Any] = filled(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ColumnCount:
    """What was seen of one column of the file."""

    name: str
    position: int
    known: bool
    filled: int
    faults: Mapping[str, int]
    """Number of faults by requirement."""


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one validation.

    `faults` can be walked any number of times, in Validata's order; what does not fit in memory waits in a temporary
    file that lives as long as the report. `complete` is false when the walk stopped at the most faults asked for.
    """

    source: str
    schema: Schema | None
    faults: "Faults"
    notices: tuple[Notice, ...] = ()
    fields: int = 0
    rows: int = 0
    rows_processed: int = 0
    seconds: float = 0.0
    complete: bool = True
    unlisted: int = 0
    """Warnings that were counted, past as many as the most faults asked for."""
    columns: tuple[ColumnCount, ...] = ()
    dialect: Dialect | None = None
    date: str = ""

    @property
    def valid(self) -> bool:
        return self.faults.errors == 0


class Faults(Protocol):
    """A sequence of faults that may be larger than memory. `errors` counts those of severity ERROR."""

    errors: int

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Fault]: ...


@dataclass(frozen=True, slots=True)
class Options:
    """How to validate. `limit` is the most faults reported (Validata: 1,000), 0 for all.

    `strict` gives Validata 0.13's verdicts to the letter; our default differs only where Validata is wrong (see
    docs/decisions/0010). `ignore_case` matches header names whatever their case. `engine` is `auto`, `exact`,
    `polars` or `spark`. `progress` is told the share done, between 0 and 1.
    """

    limit: int = 1000
    strict: bool = False
    ignore_case: bool = False
    engine: str = "auto"
    progress: Any = None
    key: Sequence[str] = ()
    """Columns that identify a row for a reader, when the schema has no primary key."""


Judged = Iterable[Fault]
