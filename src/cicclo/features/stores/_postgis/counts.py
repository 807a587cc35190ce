"""How many rows there are and which id stands at which offset, kept up to date in the background.

Counting at each request is what makes servers slow. The figures are counted once, then again when PostgreSQL's own
statistics say that the table changed, at most every `EVERY` seconds; meanwhile they are a little late, never long.
"""

import asyncio
import time
from bisect import bisect_right
from dataclasses import dataclass

from cicclo.features.stores._postgis.model import Table
from cicclo.features.stores._postgis.pool import Pool
from cicclo.kernel.errors import CiccloError

EVERY = 10.0
BLINDLY = 60.0  # where there are no statistics: views, tables of other servers
_PATIENCE = 1.0
STEP = 1024  # rows between two landmarks
MOST_LANDMARKS = 100_000

_CHANGES = """
SELECT sum(pg_stat_get_tuples_inserted(p.relid) + pg_stat_get_tuples_deleted(p.relid) + pg_stat_get_tuples_updated(p.relid))
FROM pg_partition_tree($1::text::regclass) p"""


@dataclass
class Figures:
    count: int
    step: int
    ids: list[str]


class Counts:
    """`now()` never waits."""

    def __init__(self, pool: Pool, table: Table) -> None:
        self._pool = pool
        self._table = table
        self._figures: Figures | None = None
        self._changes: int | None = None
        self._looked = self._read_at = -BLINDLY
        self._task: asyncio.Task[None] | None = None

    def now(self) -> Figures | None:
        """What is known; starts to look again when that is due."""
        if time.monotonic() - self._looked > EVERY and (self._task is None or self._task.done()):
            self._looked = time.monotonic()
            self._task = asyncio.get_running_loop().create_task(self._look())
        return self._figures

    def landmark(self, offset: int) -> tuple[str, int] | None:
        """The closest known id before an offset, and what is left to skip."""
        figures = self.now()
        if figures is None or offset < figures.step or not figures.ids:
            return None
        index = bisect_right(range(0, figures.step * len(figures.ids), figures.step), offset) - 1
        return figures.ids[index], offset - index * figures.step

    def changed(self, difference: int) -> None:
        """A row of ours came or went: the count follows at once, offsets wait for the next look."""
        if self._figures is not None:
            self._figures = Figures(self._figures.count + difference, self._figures.step, [])

    async def close(self) -> None:
        """Let a count that is nearly done end; cancel one that is not."""
        if self._task is not None and self._task.get_loop() is asyncio.get_running_loop():
            await asyncio.wait([self._task], timeout=_PATIENCE)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _look(self) -> None:
        try:
            changes = await self._counter()
            old = changes is None and time.monotonic() - self._read_at > BLINDLY
            if old or changes != self._changes or self._figures is None or not self._figures.ids:
                self._figures = await self._read()
                self._changes = changes
        except CiccloError:
            self._figures = None  # unknown is honest, and the next request may find it

    async def _counter(self) -> int | None:
        if not self._table.relation:
            return None
        row = await self._pool.row(_CHANGES, self._table.sql)
        return None if row[0] is None else int(row[0])

    async def _read(self) -> Figures:
        self._read_at = time.monotonic()
        step = max(STEP, int(self._table.rows / MOST_LANDMARKS))
        row = await self._pool.row(
            f"SELECT max(n), array_agg(k::text ORDER BY n) FILTER (WHERE (n - 1) % {step:d} = 0) "  # noqa: S608 - names of the catalogue, quoted; values are bound
            f"FROM (SELECT {self._table.id.sql} AS k, row_number() OVER (ORDER BY {self._table.id.sql}) AS n "
            f"FROM {self._table.sql} t) s"
        )
        return Figures(row[0] or 0, step, list(row[1] or ()))
