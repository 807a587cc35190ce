"""A store's asynchronous batches → a format's writer in a thread → pieces of an answer, in bounded memory."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from typing import Any

import pyarrow as pa

AHEAD = 4  # pieces and batches prepared before they are asked for


class Stopped(Exception):
    """The client left: the writer must end."""


async def bridge(
    batches: AsyncIterator[pa.RecordBatch], write: Callable[[Iterable[pa.RecordBatch]], Iterator[bytes]]
) -> AsyncGenerator[bytes, None]:
    """Yield what `write` yields. Leaving the iteration early stops the writer and the store."""
    crossing = _Crossing(asyncio.get_running_loop(), batches)
    thread = threading.Thread(target=crossing.run, args=(write,), name="features-writer", daemon=True)
    thread.start()
    try:
        while (piece := await crossing.pieces.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        crossing.halt()
        await asyncio.to_thread(thread.join)
        await _close(batches)


async def _close(batches: Any) -> None:
    close = getattr(batches, "aclose", None)
    if close is not None:
        await close()


class _Crossing:
    """Between the loop, which reads the store and sends, and the thread, which writes."""

    def __init__(self, loop: asyncio.AbstractEventLoop, batches: AsyncIterator[pa.RecordBatch]) -> None:
        self.pieces: asyncio.Queue[bytes | BaseException | None] = asyncio.Queue(AHEAD)
        self._stopped = False
        self._pending: Future[Any] | None = None
        self._loop = loop
        self._batches = batches

    def run(self, write: Callable[[Iterable[pa.RecordBatch]], Iterator[bytes]]) -> None:
        """In the thread."""
        try:
            for piece in write(self._incoming()):
                self._put(piece)
            self._put(None)
        except Stopped:
            pass
        except BaseException as fault:  # noqa: BLE001 - raised again where the answer is sent
            self._put_last(fault)

    def _incoming(self) -> Iterator[pa.RecordBatch]:
        while (batch := self._call(anext(self._batches, None))) is not None:
            yield batch

    def _put(self, piece: bytes | None) -> None:
        self._call(self.pieces.put(piece))

    def _put_last(self, fault: BaseException) -> None:
        with contextlib.suppress(Stopped):
            self._call(self.pieces.put(fault))

    def _call(self, coroutine: Any) -> Any:
        """Run a coroutine in the loop and wait for it here; raise Stopped when nobody waits for us any more."""
        if self._stopped:
            coroutine.close()
            raise Stopped
        self._pending = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        if self._stopped:  # halted between the two lines above
            self._pending.cancel()
        try:
            return self._pending.result()
        except CancelledError:
            raise Stopped from None

    def halt(self) -> None:
        """In the loop: what the thread waits for is cancelled, and it starts nothing more."""
        self._stopped = True
        if self._pending is not None:
            self._pending.cancel()
