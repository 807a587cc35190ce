"""Decisions in process: 1,000 policies with a date, a level and a point in a polygon, and one rule of 500 constraints.

    python -m benchmarks.policies

Exit code 1 when a target is missed: p50 ≤ 20 µs, p99 ≤ 1 ms with 1,000 policies; 500 constraints ≤ 1 ms (p50).
"""

import sys
from datetime import UTC, datetime
from time import perf_counter_ns

import shapely

from cicclo.policies.compiling import Book
from cicclo.policies.model import (
    GEO,
    ODRL,
    XSD,
    Action,
    Asset,
    Constraint,
    Kind,
    Literal,
    Logical,
    Party,
    Policy,
    Rule,
)
from cicclo.policies.situation import Request, State

STATE = State(
    datetime(2026, 11, 28, tzinfo=UTC),
    members={"urn:agent": ("urn:party7",)},
    facts={
        "urn:agent": {
            f"{GEO}acr": (Literal("eidas2"),),
            f"{ODRL}spatialCoordinates": (Literal("POINT (1 45)"),),
        }
    },
)
UNTIL = Constraint(f"{ODRL}dateTime", "lteq", (Literal("2027-01-01", f"{XSD}date"),))
SURE = Constraint(f"{GEO}acr", "gteq", (Literal("eidas2"),))
# a circle of 256 corners: what a simplified département has
AREA = Constraint(
    f"{ODRL}spatialCoordinates", "isPartOf", (Literal(shapely.Point(1, 45).buffer(1, quad_segs=64).wkt),)
)


def permission(number: int, *constraints: Constraint | Logical) -> Policy:
    rule = Rule(
        Kind.PERMISSION,
        f"urn:rule:{number}",
        Action(f"{ODRL}read"),
        Asset(f"urn:layer{number}"),
        assignee=Party(f"urn:party{number % 50}"),
        constraints=constraints,
    )
    return Policy(f"urn:policy:{number}", rules=(rule,))


def measure(book: Book, request: Request, times: int) -> tuple[float, float]:
    """Median and 99th percentile, in microseconds."""
    taken = []
    for _ in range(times):
        start = perf_counter_ns()
        permitted = book.permits(request, STATE)
        taken.append((perf_counter_ns() - start) / 1000)
        assert permitted
    taken.sort()
    return taken[times // 2], taken[times * 99 // 100]


def main() -> int:
    many = Book([permission(number, UNTIL, SURE, AREA) for number in range(1000)])
    large = Book([permission(57, Logical("and", (UNTIL,) * 500))])
    request = Request(f"{ODRL}read", "urn:layer57", "urn:agent")
    figures = measure(many, request, 20_000), measure(large, request, 500)
    print(f"1,000 policies: p50 {figures[0][0]:.1f} µs, p99 {figures[0][1]:.1f} µs (targets 20 and 1,000)")
    print(f"500 constraints: p50 {figures[1][0]:.0f} µs, p99 {figures[1][1]:.0f} µs (target 1,000)")
    return int(figures[0][0] > 20 or figures[0][1] > 1000 or figures[1][0] > 1000)


if __name__ == "__main__":
    sys.exit(main())
