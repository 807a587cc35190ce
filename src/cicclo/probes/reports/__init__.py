"""One file adds one report format."""

from collections.abc import Callable
from dataclasses import dataclass

from cicclo.kernel.registry import Registry
from cicclo.probes.model import Report


@dataclass(frozen=True, slots=True)
class Format:
    """`write` turns a report into bytes, in a language (`fr`, `en`)."""

    id: str
    media_type: str
    write: Callable[[Report, str], bytes]


FORMATS: Registry[Format] = Registry("cicclo.probes.reports", name=lambda fmt: fmt.id)
