"""What Validata 0.13 refuses to check, told in its words: only for `strict`.

Where it crashes on a file without a known column, the outcome is that of the version before (frictionless 5.19).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from cicclo.validation import profile
from cicclo.validation.constraints import CONSTRAINTS, Unfit
from cicclo.validation.judging import Judge
from cicclo.validation.model import Fault, Schema, Severity, Table

SAMPLE = 100
"""Rows that frictionless looks at to find the header."""
UNEXPECTED = (
    "frictionless encountered an unexpected error. This is likely an internal error  (error message: {why})."
)
TWICE = 'matching fields by name ("fieldsMatch": "partial") requires unique labels in the header'


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is checked. `fields` is what Validata counts then; `header` whether the header's warnings remain."""

    faults: tuple[Fault, ...]
    fields: int = 0
    counts: bool = True
    """Whether the rows are counted, and the custom checks made ready."""


def of_schema(descriptor: Any) -> Refusal | None:
    """Return why Validata refuses the schema."""
    refused = [found for found in profile.problems(descriptor) if found.severity is Severity.ERROR]
    if not refused:
        return None
    return Refusal(tuple(_fault(found) for found in refused), -1, counts=False)


def _fault(found: profile.Problem) -> Fault:
    rule = "tableschema/schema/valid" if found.kind == "schema-error" else "tableschema/schema/field"
    facts = {"note": found.note, "told": found.message, "remedy": found.remedy}
    return Fault(found.kind, rule, where=found.place, facts=facts)


def of_header(judge: Judge, filled: Callable[[], bool]) -> Refusal | None:
    """Return why Validata refuses the header."""
    if judge.duplicates:
        return Refusal((_error(TWICE, "tableschema/header/unique-names"),))
    other = next((key for key in judge.schema.foreign_keys if key.resource), None)
    if other:
        note = 'package is required for foreign keys to other resources: "{fk}"'  # Validata's own defect
        return Refusal((Fault("resource-error", "tableschema/key/foreign", facts={"note": note}),))
    if any(column.field.format == "wkt" and column.field.type == "string" for column in judge.columns):
        return Refusal((_error('Please install "frictionless[wkt]"', "tableschema/type/string"),))
    absent = _absent_unique(judge.schema, judge.labels)
    if absent and not any(column.known for column in judge.columns) and filled():
        note = UNEXPECTED.format(why=f"'Row does not have a field {absent}'")
        return Refusal((_error(note, "tableschema/header/required-column"),), -1)
    return None


def nothing() -> Refusal:
    """Return what is said of a file of one empty line."""
    fault = Fault("source-error", "tableschema/header/first-line", facts={"note": "the source is empty"})
    return Refusal((fault,))


def header_row(table: Table) -> int:
    """Return the row that frictionless takes for header when it is not the first; else 0.

    It is the first whose number of cells is near the average of the first hundred rows.
    """
    widths = [len(table.header), *(len(cells) for _, cells in islice(table.records(), SAMPLE - 1))]
    width = round(sum(widths) / len(widths))
    drift = max(round(width * 0.1), 1)
    row = next((row for row, count in enumerate(widths, 1) if abs(count - width) <= drift), 1)
    return row if row > 1 else 0


def of_pattern(schema: Schema) -> Refusal | None:
    """Return the end of a run that meets an expression that is none."""
    for field in schema.fields:
        bound = field.constraints.get("pattern")
        if bound is not None and field.type == "string":
            try:
                CONSTRAINTS["pattern"].compile(bound, str)
            except Unfit as error:
                return Refusal((_error(UNEXPECTED.format(why=error), "tableschema/schema/field"),), -1)
    return None


def _absent_unique(schema: Schema, labels: Sequence[str]) -> str:
    return next((f.name for f in schema.fields if f.constraints.get("unique") and f.name not in labels), "")


def crash(reason: str) -> Refusal:
    """Return the end of a run that broke on a value."""
    return Refusal((_error(reason, "tableschema/schema/usable-check"),), -1)


def _error(note: str, requirement: str) -> Fault:
    return Fault("error", requirement, facts={"note": note})
