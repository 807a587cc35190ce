"""What was asked, without who: figures for /metrics and a log of one JSON line per answer.

No address, no account, no value of a parameter, and the day instead of the moment: nothing here is personal data.
"""

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
MOST_LINES = 2_000  # kept before they are written


@dataclass(slots=True)
class Tally:
    """Answers of one kind. `buckets[i]` counts those that took at most BUCKETS[i]; the last one, the rest."""

    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))

    def plus(self, other: "Tally") -> "Tally":
        buckets = [mine + theirs for mine, theirs in zip(self.buckets, other.buckets, strict=True)]
        return Tally(
            self.requests + other.requests, self.bytes + other.bytes, self.seconds + other.seconds, buckets
        )


Key = tuple[str, str, str, int]  # resource, collection, format, status


class Usage:
    """Counts answers; `write` takes finished lines of the log."""

    def __init__(self, write: Callable[[bytes], None] | None = None) -> None:
        self.tallies: dict[Key, Tally] = {}
        self.started = time.time()
        self.downloads = 0  # of whole collections, under way
        self.others: Callable[[], Iterable[Mapping[Key, Tally]]] = tuple  # tallies of the other workers
        self._write = write
        self._lines: list[tuple[Key, int, float]] = []

    def count(self, key: Key, size: int, seconds: float) -> None:
        """Note one answer. Collections that do not exist must come as an empty name, or strangers could fill memory."""
        tally = self.tallies.get(key)
        if tally is None:
            tally = self.tallies.setdefault(key, Tally())
        tally.requests += 1
        tally.bytes += size
        tally.seconds += seconds
        tally.buckets[bisect_left(BUCKETS, seconds)] += 1
        if self._write is not None:
            self._lines.append((key, size, seconds))
            if len(self._lines) >= MOST_LINES:
                self.flush()

    def everyone(self) -> dict[Key, Tally]:
        """The tallies of all workers together."""
        whole: dict[Key, Tally] = {}
        for tallies in (dict(self.tallies), *self.others()):
            for key, tally in tallies.items():
                whole[key] = whole.get(key, Tally()).plus(tally)
        return whole

    def flush(self) -> None:
        """Write the lines noted so far."""
        lines, self._lines = self._lines, []
        if self._write is not None and lines:
            self._write(b"".join(_lines(lines)))


def _lines(noted: list[tuple[Key, int, float]]) -> Iterator[bytes]:
    day = datetime.now(UTC).date().isoformat()
    for (resource, collection, format_, status), size, seconds in noted:
        line = {
            "day": day,
            "resource": resource,
            "collection": collection,
            "format": format_,
            "status": status,
            "bytes": size,
            "ms": round(seconds * 1000, 1),
        }
        yield msgspec.json.encode(line) + b"\n"
