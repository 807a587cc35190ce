"""What the operator decides about audits."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """`state` is a path (SQLite) or a PostgreSQL URL.

    `allow_private` lets audits reach loopback and private addresses: for one's own servers only.
    `at_once` audits run at a time, the others wait. `pace` is requests per second and per host.
    """

    state: str = "var/cicclo.sqlite"
    allow_private: bool = False
    ignore_robots: bool = False
    at_once: int = 2
    concurrency: int = 4
    pace: float = 10.0
    max_requests: int = 5000
    real_clients: bool = True
