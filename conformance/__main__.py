"""`make conformance`: our audit against the official suite, every client on our own server, CQL2 in three engines.

`python -m conformance agreement`, `… clients [STORE…]` or `… cql2 [COUNT [SEED]]` runs one of the three.
"""

import sys

from conformance import agreement, cql2, features


def main(wanted: list[str]) -> int:
    """Run what is wanted, all otherwise; 1 when one fails."""
    step, *rest = wanted or [""]
    compared = agreement.main() if step in ("", "agreement") else 0
    served = features.main(rest) if step in ("", "clients") else 0
    filtered = cql2.main(rest) if step in ("", "cql2") else 0
    return max(compared, served, filtered)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
