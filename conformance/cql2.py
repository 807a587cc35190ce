"""`python -m conformance.cql2 [COUNT [SEED]]`: random CQL2 in three engines, malformed CQL2 and hostile addresses.

The tests of `tests/features/test_cql2_engines.py`, with 10,000 expressions of each sort instead of a few hundred.
"""

import os
import sys

import pytest


def main(wanted: list[str]) -> int:
    os.environ["CICCLO_CQL2_EXPRESSIONS"], os.environ["CICCLO_CQL2_SEED"] = [
        *wanted,
        *("10000", "1")[len(wanted) :],
    ]
    return int(pytest.main(["-v", "-rs", "--durations=0", "tests/features/test_cql2_engines.py"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
