"""A long list, one page at a time: links that work without a script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, TypeVar
from urllib.parse import urlencode

T = TypeVar("T")
SIZE = 100
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """The things of one page; `before` and `after` are the addresses of the neighbours, empty at the ends."""

    things: Sequence[T]
    total: int
    number: int
    pages: int
    before: str = ""
    after: str = ""


def slice_of(
    things: Sequence[T], number: int, size: int = SIZE, name: str = "page", kept: Mapping[str, str] = NOTHING
) -> Slice[T]:
    """Page `number` (the nearest that exists), with links that keep the other parameters of the address."""
    pages = max(1, -(-len(things) // size))
    number = min(max(1, number), pages)

    def link(other: int) -> str:
        given = {key: value for key, value in kept.items() if value}
        return f"?{urlencode({**given, name: other})}" if 1 <= other <= pages else ""

    shown = things[(number - 1) * size : number * size]
    return Slice(shown, len(things), number, pages, link(number - 1), link(number + 1))
