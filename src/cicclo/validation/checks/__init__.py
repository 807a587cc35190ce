"""French custom checks: one file each, declared in `CHECKS`; found, never enrolled by hand.

A check is prepared once for a header, then asked about each record:

    check, old = find("french-siren-value")      # old: the name is deprecated
    prepared = check.prepare(use, header, strict)  # raises CheckWrong
    prepared.opening                             # findings about the header, told in the check's turn on the FIRST
                                                 # record (a file without a record has none); their row is 1
    prepared.row(values)                         # findings of one record; None: nothing to ask of the records

`values` are the READ values by field name: None (or no key) for a missing value, an unreadable cell, an absent column.
Checks run on blank records too. A finding becomes a Fault with `kind = finding.kind or check.kind`, the requirement
likewise, `severity = check.severity`, `facts = {"check": check.name, **finding.facts}`, and its place:

    finding.column in the header   tags CELL, row, field, position, cell = values.get(column), as Validata shows it
    finding.column empty           tags ROW, row only
    opening                        tags HEADER, row 1 only

`implied(schema)` are the checks that nobody asks for and that we run when not strict (warnings).

`check.strict(facts)` gives Validata's title and message, `check.say(facts)` ours, `check.title` our title.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cicclo.kernel.registry import Registry
from cicclo.kernel.text import Text
from cicclo.validation.model import CheckUse, Field, Schema, Severity

CELL = ("#body", "#table", "#row", "#cell")
ROW = ("#body", "#table", "#row")
HEADER = ("#body", "#table", "#header")

Facts = Mapping[str, Any]


class CheckWrong(Exception):
    """The schema asks for the check with parameters it cannot take; `reason` is Validata's, `told` ours."""

    def __init__(self, reason: str, told: Text) -> None:
        super().__init__(reason)
        self.reason = reason
        self.told = told


class CheckCrashes(Exception):
    """Strict only: Validata itself breaks on this value and its run ends with one `error` whose text is `reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = (
            "frictionless encountered an unexpected error. This is likely an internal error "
            f" (error message: {reason})."
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found in a record; `column` empty: the record as a whole."""

    column: str = ""
    facts: Facts = field(default_factory=dict)
    kind: str = ""
    requirement: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A check bound to its parameters and a header.

    `columns` are those whose values `row` looks at. `accepts`, for a check of one column, tells whether a read value
    that is not None is surely right: an engine may ask it once per distinct value instead of asking `row`.
    """

    columns: tuple[str, ...]
    row: Callable[[Mapping[str, Any]], Iterable[Finding]] | None
    opening: tuple[Finding, ...] = ()
    accepts: Callable[[Any], bool] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One custom check; `names` are its own then its deprecated ones, `kind` is Validata's error type."""

    names: tuple[str, ...]
    requirement: str
    prepare: Callable[[CheckUse, Sequence[str], bool], Prepared]
    strict: Callable[[Facts], tuple[str, str]]
    say: Callable[[Facts], Text]
    title: Text
    kind: str = "custom-check-error"
    severity: Severity = Severity.ERROR

    @property
    def name(self) -> str:
        return self.names[0]


CHECKS: Registry[Check] = Registry("cicclo.validation.checks", name=lambda check: check.name)


def find(name: str) -> tuple[Check, bool] | None:
    """Return the check of that name and whether the name is a deprecated one; None when there is no such check."""
    for check in CHECKS.values():
        if name in check.names:
            return check, name != check.name
    return None


COMMUNE_CODE = re.compile(r"insee|code.?com|com.?code|codgeo|depcom", re.IGNORECASE)

OTHER_CODE = re.compile(r"dep(?!com)|reg|epci|iris|siret|siren|pays|postal|canton", re.IGNORECASE)


def implied(schema: Schema) -> tuple[CheckUse, ...]:
    """Ours: a column of commune codes is compared with the communes in force."""
    return tuple(
        CheckUse("commune-in-force", {"column": field.name})
        for field in schema.fields
        if _holds_communes(field)
    )


def _holds_communes(field: Field) -> bool:
    """Text named as a commune's code; what a département, an EPCI or an establishment is named is left alone."""
    return (
        field.type == "string" and bool(COMMUNE_CODE.search(field.name)) and not OTHER_CODE.search(field.name)
    )


def requirements() -> tuple[str, ...]:
    """Every requirement that a check can say is not met."""
    return tuple(sorted({check.requirement for check in CHECKS.values()}))
