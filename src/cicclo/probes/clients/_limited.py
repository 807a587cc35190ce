"""Start a program with limits: `_limited.py MEGABYTES SECONDS PROGRAM ARGUMENTS…` (Unix)."""

import os
import resource
import sys


def main() -> None:
    """Limit memory, processor time and files written, then become the program."""
    megabytes, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606 - the caller chose the program


if __name__ == "__main__":
    main()
