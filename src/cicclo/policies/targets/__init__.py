"""One file a platform's own form of rules: what it can say of our policies, and what it cannot (the loss report)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cicclo.kernel.registry import Registry
from cicclo.kernel.text import Text
from cicclo.policies.targets._restriction import Asked


@dataclass(frozen=True, slots=True)
class Loss:
    """What the target does not express.."""

    at: str
    message: Text


@dataclass(frozen=True, slots=True)
class Compiled:
    """`document` is the target's own, ready to be written as JSON."""

    document: Any
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    name: str
    title: Text
    compile: Callable[[Asked], Compiled]


TARGETS: Registry[Target] = Registry("cicclo.policies.targets", name=lambda target: target.name)
