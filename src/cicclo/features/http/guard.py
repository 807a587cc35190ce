"""Waiting for a store: not longer than the operator allows, and not for a client who has left."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

from cicclo.features.errors import TooSlow
from cicclo.kernel.text import Text

T = TypeVar("T")
PATIENCE = 0.01  # seconds: most answers come before it is worth asking whether the client is there
Receive = Callable[[], Awaitable[Any]]


class ClientLeft(Exception):
    """Nobody waits for this answer any more."""


async def within(seconds: float, receive: Receive, running: Coroutine[Any, Any, T]) -> T:
    """Return what `running` returns; raise TooSlow (503) or ClientLeft, having cancelled it.

    Most answers come from memory: `running` ends at its first step, and nothing is set up to watch it.
    """
    try:
        first = running.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]
    return await _watched(seconds, receive, _Resumed(running, first))


async def _watched(seconds: float, receive: Receive, resumed: "_Resumed[T]") -> T:
    async with watching(receive), limited(seconds):
        return await resumed


@contextlib.asynccontextmanager
async def limited(seconds: float) -> AsyncIterator[None]:
    """Cancel what is done within after `seconds`, and raise TooSlow (503)."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise TooSlow(
            Text(f"pas de réponse en {seconds:g} s", f"no answer within {seconds:g} s"),
            remedy=Text("demander moins, ou plus tard", "ask for less, or later"),
        ) from error


@contextlib.asynccontextmanager
async def watching(receive: Receive) -> AsyncIterator[None]:
    """Cancel what is done within, and raise ClientLeft, when the client leaves."""
    task = asyncio.current_task()
    assert task is not None
    watcher = _Watcher(receive, task)
    timer = asyncio.get_running_loop().call_later(PATIENCE, watcher.start)
    try:
        yield
    except asyncio.CancelledError:
        if not watcher.left:
            raise
        task.uncancel()
        raise ClientLeft from None
    finally:
        timer.cancel()
        watcher.stop()


class _Watcher:
    """Looks whether the client is still there, once the answer is long in coming."""

    def __init__(self, receive: Receive, task: "asyncio.Task[Any]") -> None:
        self.left = False
        self._receive = receive
        self._task = task
        self._watching: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._watching = asyncio.get_running_loop().create_task(self._watch())

    def stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.left = True
        self._task.cancel()


class _Resumed(Generic[T]):
    """A coroutine whose first step has been made: awaits what it awaits."""

    def __init__(self, running: Coroutine[Any, Any, T], first: Any) -> None:
        self._running = running
        self._first = first

    def __await__(self) -> Generator[Any, Any, T]:
        waited = self._first
        try:
            while True:
                try:
                    value = yield waited
                except GeneratorExit:
                    self._running.close()
                    raise
                except BaseException as raised:  # noqa: BLE001 - handed on to whom it is meant for
                    waited = self._running.throw(raised)
                else:
                    waited = self._running.send(value)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]
