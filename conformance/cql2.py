"""`python -m conformance cql2 [COUNT [SEED]]`: random CQL2 in three engines, malformed CQL2 and hostile addresses.

The tests of `tests/features/test_cql2_engines.py`, with 10,000 expressions of each sort instead of a few hundred.
"""

import os
import subprocess
import sys

TESTS = "tests/features/test_cql2_engines.py"


def main(wanted: list[str]) -> int:
    count, seed = [*wanted, *("10000", "1")[len(wanted) :]]
    told = {**os.environ, "CICCLO_CQL2_EXPRESSIONS": count, "CICCLO_CQL2_SEED": seed}
    command = [sys.executable, "-m", "pytest", "-v", "-rs", "--durations=0", TESTS]
    return subprocess.run(command, env=told, check=False).returncode  # noqa: S603 - our own tests
