"""Real servers on loopback, for tests, benchmarks and the comparison with the official suite.

Each launcher is a context manager that yields `{protocol: address}`, and raises Absent, naming the program,
on a machine that does not have it.
"""


class Absent(Exception):
    """A program is not installed here; its tests are skipped with this name."""
