"""How a protocol announces itself: how to recognise it, how to ask for it, how to read what it claims."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cicclo.kernel.registry import Registry
from cicclo.kernel.text import Text
from cicclo.probes.model import Endpoint
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer


@dataclass(slots=True)
class Service:
    """What a protocol reads once and every check of it receives; each protocol subclasses it.

    `members` gives, by kind (`collection`, `layer`, `type`, `record`), what can be looked into one by one.
    """

    endpoint: Endpoint
    title: str = ""
    version: str = ""
    claims: frozenset[str] = frozenset()
    members: Mapping[str, Sequence[Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Protocol:
    """`sniff` returns the endpoints an answer reveals; `guesses` are addresses to try, given a URL.

    `read` fetches the entry documents and returns the Service (raising Unusable when it cannot);
    `name_of` gives the name of a member, shown as the subject of findings.
    """

    id: str
    title: Text
    read: Callable[[Endpoint, Ask], Awaitable[Service]]
    sniff: Callable[[Answer], Sequence[Endpoint]] = lambda _answer: ()
    guesses: Callable[[str], Sequence[str]] = lambda _url: ()
    name_of: Callable[[Any], str] = str
    # requirement that fails when the entry document cannot be read
    entry: str = ""
    # the endpoint is a document or a data file: its text tells who wrote it, not which program serves it
    file: bool = False


PROTOCOLS: Registry[Protocol] = Registry("cicclo.probes.protocols", name=lambda protocol: protocol.id)
