"""`make conformance`: our audit against the official suite, every client, CQL2 in three engines, validation on Spark.

`python -m conformance agreement`, `… clients [STORE…]`, `… cql2 [COUNT [SEED]]` or `… spark [ROWS]` runs one of the four.
"""

import sys

from conformance import agreement, cql2, features, spark


def main(wanted: list[str]) -> int:
    """Run what is wanted, all otherwise; 1 when one fails."""
    step, *rest = wanted or [""]
    compared = agreement.main() if step in ("", "agreement") else 0
    served = features.main(rest) if step in ("", "clients") else 0
    filtered = cql2.main(rest) if step in ("", "cql2") else 0
    sorted_alike = spark.main(rest) if step in ("", "spark") else 0
    return max(compared, served, filtered, sorted_alike)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
