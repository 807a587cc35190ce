"""Several requests of one kind, one statement.

A round trip costs more than the look-up it carries. While a statement is under way, requests of the same kind wait for
it, a few milliseconds at most, and go together in the next one: nothing is kept, and each answer was read after its
request came.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from cicclo.features.stores._postgis.failures import Unfit

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
PATIENCE = 0.003  # seconds: a slow statement does not hold up those that come after it
MOST = 64  # keys in one statement
Ask = Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]


class Gathering(Generic[K, V]):
    """`ask` answers several keys at once; a key that it leaves out has no answer (None)."""

    def __init__(self, ask: Ask[K, V]) -> None:
        self._ask = ask
        self._waiting: dict[K, list[asyncio.Future[V | None]]] = {}
        self._flights: set[asyncio.Task[None]] = set()
        self._timer: asyncio.Handle | None = None

    async def get(self, key: K) -> V | None:
        """Return the answer to one key; raise what `ask` raises for it."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[V | None] = loop.create_future()
        self._waiting.setdefault(key, []).append(answer)
        if len(self._waiting) >= MOST:
            self._leave()
        elif self._timer is None:  # what the same turn of the loop brings goes together
            self._timer = (
                loop.call_later(PATIENCE, self._leave) if self._flights else loop.call_soon(self._leave)
            )
        return await answer

    def _leave(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        aboard, self._waiting = self._waiting, {}
        wanted = {key: kept for key, each in aboard.items() if (kept := [a for a in each if not a.done()])}
        if not wanted:
            return
        flight = asyncio.get_running_loop().create_task(self._fly(wanted))
        self._flights.add(flight)
        flight.add_done_callback(self._landed)
        for answer in (answer for each in wanted.values() for answer in each):
            answer.add_done_callback(lambda _answer: self._needless(wanted, flight))

    def _landed(self, flight: "asyncio.Task[None]") -> None:
        self._flights.discard(flight)
        if not self._flights and self._waiting:
            self._leave()

    @staticmethod
    def _needless(
        wanted: Mapping[K, Sequence["asyncio.Future[V | None]"]], flight: "asyncio.Task[None]"
    ) -> None:
        """The statement is cancelled when all who waited for it have left."""
        if not flight.done() and all(answer.cancelled() for each in wanted.values() for answer in each):
            flight.cancel()

    async def _fly(self, wanted: Mapping[K, Sequence["asyncio.Future[V | None]"]]) -> None:
        try:
            found = await self._ask(list(wanted))
        except Unfit as error:
            if len(wanted) == 1:
                _fail(wanted, error)
                return
            for key, answers in wanted.items():  # one value spoils the statement: each by itself finds which
                await self._fly({key: answers})
        except asyncio.CancelledError:
            for answer in (answer for each in wanted.values() for answer in each):
                answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - raised again by every one who waits
            _fail(wanted, error)
        else:
            for key, answers in wanted.items():
                for answer in answers:
                    if not answer.done():
                        answer.set_result(found.get(key))


def _fail(wanted: Mapping[K, Sequence["asyncio.Future[V | None]"]], error: Exception) -> None:
    for answer in (answer for each in wanted.values() for answer in each):
        if not answer.done():
            answer.set_exception(error)
