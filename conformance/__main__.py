"""`make conformance`: our audit against the official suite, then every client on our own server.

`python -m conformance agreement` or `… clients [STORE…]` runs one of the two.
"""

import sys

from conformance import agreement, features


def main(wanted: list[str]) -> int:
    """Run what is wanted, both otherwise; 1 when either fails."""
    step, *rest = wanted or [""]
    compared = agreement.main() if step in ("", "agreement") else 0
    served = features.main(rest) if step in ("", "clients") else 0
    return max(compared, served)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
