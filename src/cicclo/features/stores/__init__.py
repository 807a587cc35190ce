"""Kinds of stores: one file opens one kind of source (`Opener`); found, never enrolled by hand."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cicclo.features.ports import Store
from cicclo.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Source:
    """`address` is a path or a URL; `options` come from the configuration file (layer, id column…)."""

    address: str
    folder: Path  # where a published index may be kept
    collection: str = ""  # wanted id, else from the source
    options: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Opener:
    """`accepts(address)` tells whether this kind of store serves it; `open` returns one store per collection."""

    name: str
    accepts: Callable[[str], bool]
    open: Callable[[Source], Awaitable[list[Store]]]


OPENERS: Registry[Opener] = Registry("cicclo.features.stores", name=lambda opener: opener.name)
