"""The operators of CQL2 by family, with the names of the JSON encoding and the number of their operands."""

from typing import Final

LOGICAL: Final = frozenset({"and", "or", "not"})
COMPARISONS: Final = frozenset({"=", "<>", "<", "<=", ">", ">="})
ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "^", "%", "div"})
FOLDINGS: Final = frozenset({"casei", "accenti"})
SPATIAL: Final = frozenset(
    f"s_{name}"
    for name in (
        "intersects", "equals", "disjoint", "touches", "within", "overlaps", "crosses", "contains"
    )
)  # fmt: skip
INSTANTS_OR_INTERVALS: Final = frozenset({"t_after", "t_before", "t_disjoint", "t_equals", "t_intersects"})
INTERVALS_ONLY: Final = frozenset(
    f"t_{name}"
    for name in (
        "contains", "during", "finishedBy", "finishes", "meets",
        "metBy", "overlappedBy", "overlaps", "startedBy", "starts",
    )
)  # fmt: skip
TEMPORAL: Final = INSTANTS_OR_INTERVALS | INTERVALS_ONLY
ARRAYS: Final = frozenset({"a_equals", "a_contains", "a_containedBy", "a_overlaps"})
PREDICATES: Final = LOGICAL | COMPARISONS | SPATIAL | TEMPORAL | ARRAYS | {"like", "between", "in", "isNull"}
ALL: Final = PREDICATES | ARITHMETIC | FOLDINGS

CALLED: Final = {op.lower(): op for op in SPATIAL | TEMPORAL | ARRAYS | FOLDINGS}  # in text: NAME(…)

_ONE = FOLDINGS | {"not", "isNull"}


def arity(op: str) -> tuple[int, int | None]:
    """The least and the most operands; None for any number."""
    if op in {"and", "or"}:
        return 2, None
    if op in _ONE:
        return 1, 1
    if op == "between":
        return 3, 3
    return (2, 2) if op in ALL else (0, None)
