"""What Validata 0.13 refuses to check, told in its words: only for `strict`.

Where it crashes on a file without a known column, the outcome is that of the version before (frictionless 5.19).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cicclo.validation import profile
from cicclo.validation.constraints import CONSTRAINTS, Unfit
from cicclo.validation.judging import Judge
from cicclo.validation.model import Fault, Schema, Severity

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
