"""Features already encoded, by row version: what has not changed is not encoded again.

A row version is its id and the transaction that wrote it (xmin): the database is still asked which rows make a page
and which versions they are, so that a page is never older than the database. Only the work of writing coordinates as
text is spared (nine tenths of a page of polygons).
"""

from collections.abc import Sequence
from typing import Any

LEAST = 50  # features of a page: below, one statement that encodes is the faster
MOST_BYTES = 64 * 1024 * 1024
_OVERHEAD = 200  # bytes of Python around one feature
_LIKELY = 0.6  # share of a page that must be known for asking first to pay
_SAMPLED = 8  # when little is known again, one page in so many is looked at


class Remembered:
    """Bounded; the oldest goes first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._known: dict[Any, tuple[int, bytes]] = {}
        self._most = most_bytes
        self._bytes = 0
        self._share = 0.0
        self._turn = 0
        self._losses = 0

    @property
    def likely(self) -> bool:
        """Whether most of a page is known, going by the last ones."""
        return self._share > _LIKELY

    @property
    def worthwhile(self) -> bool:
        """Whether to keep the features of the page at hand."""
        self._turn += 1
        return self._share > 1 - _LIKELY or self._turn % _SAMPLED == 1 or self._bytes < self._most // 2

    def find(self, ids: Sequence[Any], versions: Sequence[int]) -> tuple[list[bytes | None], list[Any]]:
        """The features known in that very version, in order, and the ids of the others."""
        known = self._known
        found: list[bytes | None] = []
        missing = []
        for id_, version in zip(ids, versions, strict=True):
            entry = known.get(id_)
            if entry is not None and entry[0] == version:
                found.append(entry[1])
            else:
                found.append(None)
                missing.append(id_)
        self._note(len(ids) - len(missing), len(ids))
        return found, missing

    def learn(
        self, ids: Sequence[Any], versions: Sequence[int], features: Sequence[bytes], *, noted: bool = False
    ) -> None:
        """Keep features. `noted`: their absence was counted already."""
        hits = 0
        for id_, version, feature in zip(ids, versions, features, strict=True):
            old = self._known.get(id_)
            if old is not None:
                hits += old[0] == version
                self._bytes -= len(old[1]) + _OVERHEAD
            self._known[id_] = version, feature
            self._bytes += len(feature) + _OVERHEAD
        if not noted:
            self._note(hits, len(ids))
        while self._bytes > self._most:
            oldest = next(iter(self._known))
            self._bytes -= len(self._known.pop(oldest)[1]) + _OVERHEAD

    def since(self, losses: int) -> None:
        """Forget everything when connections were lost: the server that comes back may be another, or restored."""
        if losses != self._losses:
            self._losses = losses
            self._known.clear()
            self._bytes, self._share = 0, 0.0

    def _note(self, hits: int, of: int) -> None:
        if of:
            self._share += (hits / of - self._share) / 4
