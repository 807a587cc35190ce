"""Which requirements of the library validation can find unmet: each rule says which ones it serves."""

from collections.abc import Mapping

from cicclo.validation import checks, coherence
from cicclo.validation.constraints import CONSTRAINTS
from cicclo.validation.types import TYPES

TABLE = tuple(
    f"tableschema/{rule}"
    for rule in (
        "header/required-column",
        "header/known-column",
        "header/unique-names",
        "header/named-column",
        "header/first-line",
        "header/optional-column",
        "header/no-extra-column",
        "header/order",
        "row/not-blank",
        "row/no-extra-cell",
        "row/no-missing-cell",
        "constraint/unique",
        "key/primary",
        "key/foreign",
        "schema/valid",
        "schema/field",
        "schema/usable-check",
        "schema/current-check",
    )
)
"""What the judge itself says, types and constraints aside."""


FILES = ("table-files/text/one-encoding", "table-files/csv/closed-quotes")
"""What the readers remark of a file that they could read all the same."""


def served() -> Mapping[str, tuple[str, ...]]:
    """Return the requirements by the part of validation that serves them."""
    from cicclo.validation.documents import codes, json_schema  # noqa: PLC0415 - geographic libraries are slow
    from cicclo.validation.geo import examining  # noqa: PLC0415

    documents = {code.requirement for code in codes.CODES.values()}
    json = (json_schema.VALID, json_schema.SCHEMA_VALID, json_schema.RESOLVABLE, json_schema.DRAFT)
    return {
        "judging": TABLE,
        "types": tuple(f"tableschema/type/{name}" for name in TYPES if name != "any"),
        "constraints": tuple(constraint.requirement for constraint in CONSTRAINTS.values()),
        "checks": checks.requirements(),
        "readers": FILES,
        "coherence": tuple(sorted({rule.requirement for rule in coherence.RULES.values()})),
        "documents": tuple(sorted(documents)),
        "json": json,
        **{f"geo/{name}": serves for name, serves in examining.serves().items()},
    }
