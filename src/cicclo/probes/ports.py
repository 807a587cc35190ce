"""What an audit needs from others."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from cicclo.probes.model import Endpoint, Event, Finding, KnownProblem
from cicclo.web.outgoing import Answer

Listener = Callable[[Event], None]
"""Called for each event, in order; a listener that stores a finding does so before it is shown."""


class Evidence(Protocol):
    """Where exchanges go, as soon as they happened."""

    def put(self, answer: Answer) -> None: ...

    def get(self, key: str) -> Answer | None: ...

    def __iter__(self) -> Iterator[Answer]: ...


class KnownProblems(Protocol):
    """Recognises recorded problems in findings."""

    def __call__(
        self, findings: Sequence[Finding], endpoints: Sequence[Endpoint]
    ) -> Iterable[KnownProblem]: ...
