"""Connections to one GeoPackage, each used by one thread at a time.

SQLite blocks, so that statements run in threads. Readers see the last commit and never wait for the writer (WAL);
a commit is on the disk before it is answered (synchronous=FULL). The functions that GeoPackage's own triggers call
are registered on every connection: SpatiaLite is not needed.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from cicclo.features.errors import TooSlow
from cicclo.features.stores._geopackage import blob
from cicclo.kernel.errors import Unavailable
from cicclo.kernel.text import Text

T = TypeVar("T")
Test = Callable[..., bool]

READERS = 4
SECONDS = 20.0
_STEPS = 10_000  # of SQLite's machine between two looks at the clock
_LOCKED = 10.0  # seconds to wait for another writer


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class Session:
    """One connection. `tests` are what `cicclo_test(number, …)` calls within the current statement."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        mode = "rw" if writable else "ro"
        self.sqlite = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={mode}",
            uri=True,
            timeout=_LOCKED,
            isolation_level=None,
            check_same_thread=False,
        )
        self.tests: tuple[Test, ...] = ()
        self._end = 0.0
        self._left = threading.Event()
        self.sqlite.set_progress_handler(self._late, _STEPS)
        self.sqlite.create_function("cicclo_test", -1, self._test, deterministic=True)
        for name, place in (("ST_MinX", 0), ("ST_MaxX", 1), ("ST_MinY", 2), ("ST_MaxY", 3)):
            self.sqlite.create_function(name, 1, _bound(place), deterministic=True)
        self.sqlite.create_function("ST_IsEmpty", 1, _is_empty, deterministic=True)
        if writable:
            self.sqlite.execute("PRAGMA journal_mode = WAL")
            self.sqlite.execute("PRAGMA synchronous = FULL")
            self.sqlite.execute("PRAGMA foreign_keys = ON")

    def _test(self, number: int, *values: Any) -> bool:
        return self.tests[number](*values)

    def _late(self) -> int:
        return int(time.monotonic() > self._end or self._left.is_set())

    @contextmanager
    def statement(
        self, tests: tuple[Test, ...] = (), seconds: float = SECONDS
    ) -> Iterator[sqlite3.Connection]:
        """Run statements with a limit on their time; an abandoned one is interrupted."""
        self.tests, self._end = tests, time.monotonic() + seconds
        self._left.clear()
        try:
            yield self.sqlite
        except sqlite3.OperationalError as error:
            raise _explain(error, seconds) from error
        finally:
            self.tests = ()

    def leave(self) -> None:
        """Tell the running statement that nobody waits for it any more."""
        self._left.set()


def _bound(place: int) -> Callable[[bytes | None], float | None]:
    def read(geometry: bytes | None) -> float | None:
        found = blob.envelope(geometry)
        return found[place] if found else None

    return read


def _is_empty(geometry: bytes | None) -> int | None:
    return None if geometry is None else int(blob.envelope(geometry) is None)


def _explain(error: sqlite3.OperationalError, seconds: float) -> Exception:
    if "interrupted" in str(error):
        return TooSlow(
            Text(f"pas de réponse en {seconds:g} s", f"no answer within {seconds:g} s"),
            remedy=Text("demander moins : bbox, filtre plus simple", "ask for less: bbox, a simpler filter"),
        )
    return Unavailable(
        Text(f"le fichier ne répond pas ({error})", f"the file does not answer ({error})"),
        remedy=Text(
            "réessayer ; vérifier que rien d'autre ne le verrouille",
            "try again; check that nothing else locks it",
        ),
    )


class File:
    """A few readers, one writer, and one connection that only watches for commits."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer: Session | None = _writer(path)
        self._idle = [Session(path, writable=False) for _ in range(READERS)]
        self._watch = Session(path, writable=False)
        self._watch.sqlite.set_progress_handler(
            None, 0
        )  # it has no deadline: else one look in 300 is interrupted
        self._threads = ThreadPoolExecutor(READERS + 2, thread_name_prefix="geopackage")
        self._writing = threading.Lock()
        self._places: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = None

    def commits(self) -> int:
        """A number that changes with every commit, whoever makes it."""
        return int(self._watch.sqlite.execute("PRAGMA data_version").fetchone()[0])

    async def read(self, work: Callable[[sqlite3.Connection], T], tests: tuple[Test, ...] = ()) -> T:
        async with self.session() as session:

            def run() -> T:
                with session.statement(tests) as connection:
                    return work(connection)

            return await self.run(session, run)

    async def run(self, session: Session, work: Callable[[], T]) -> T:
        """In a thread; when nobody waits any more, the statement is interrupted, then waited for."""
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            session.leave()
            await asyncio.wait([future])
            future.exception()
            raise

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """Lend a reader."""
        places = self._queue()
        try:
            await asyncio.wait_for(places.acquire(), _LOCKED)
        except TimeoutError:
            raise Unavailable(
                Text("trop de demandes à la fois", "too many requests at once"),
                remedy=Text("réessayer dans quelques secondes", "try again in a few seconds"),
            ) from None
        session = self._idle.pop()
        try:
            yield session
        finally:
            self._idle.append(session)
            places.release()

    def _queue(self) -> asyncio.Semaphore:
        """Of the running loop: a store may be opened by one and served by another."""
        loop = asyncio.get_running_loop()
        if self._places is None or self._places[0] is not loop:
            self._places = loop, asyncio.Semaphore(READERS)
        return self._places[1]

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """One transaction at a time, committed before it is answered; a change under way is not abandoned."""
        session = self.writer
        assert session is not None

        def run() -> T:
            with self._writing, session.statement() as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    done = work(connection)
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
                return done

        future = asyncio.get_running_loop().run_in_executor(self._threads, run)
        return await asyncio.shield(future)

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        for session in (*self._idle, self._watch, *([self.writer] if self.writer else [])):
            session.sqlite.close()


def _writer(path: Path) -> Session | None:
    """None for a file that we may not change."""
    try:
        return Session(path, writable=True)
    except sqlite3.DatabaseError:
        return None
