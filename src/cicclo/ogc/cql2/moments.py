"""Relations between instants and intervals (OGC 21-065r2, 7.8, after OWL-Time), on numbers.

An instant is an interval whose ends are equal; an open end is an infinity; ends belong to the interval. A date is
the first moment of its day, UTC. Each relation is all of its comparisons, joined by AND with three-valued logic
(`t_disjoint`: by OR; `t_intersects`: NOT of that), so that engines agree on nulls too: a comparison that is false
makes a relation false whatever the null ends are.
"""

from typing import Final

Comparison = tuple[str, str, str]

# the ends of the first operand are a and b, those of the second c and d
RELATIONS: Final[dict[str, tuple[Comparison, ...]]] = {
    "t_after": (("a", ">", "d"),),
    "t_before": (("b", "<", "c"),),
    "t_disjoint": (("b", "<", "c"), ("a", ">", "d")),  # or
    "t_intersects": (("b", "<", "c"), ("a", ">", "d")),  # not or
    "t_equals": (("a", "=", "c"), ("b", "=", "d")),
    "t_contains": (("a", "<", "c"), ("b", ">", "d")),
    "t_during": (("a", ">", "c"), ("b", "<", "d")),
    "t_finishedBy": (("a", "<", "c"), ("b", "=", "d")),
    "t_finishes": (("a", ">", "c"), ("b", "=", "d")),
    "t_meets": (("b", "=", "c"),),
    "t_metBy": (("a", "=", "d"),),
    "t_overlappedBy": (("a", ">", "c"), ("a", "<", "d"), ("b", ">", "d")),
    "t_overlaps": (("a", "<", "c"), ("b", ">", "c"), ("b", "<", "d")),
    "t_startedBy": (("a", "=", "c"), ("b", ">", "d")),
    "t_starts": (("a", "=", "c"), ("b", "<", "d")),
}
