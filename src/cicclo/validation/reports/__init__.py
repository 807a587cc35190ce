"""Formats of a report: one file each, declared in `REPORTS`; found, never enrolled by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from cicclo.kernel.registry import Registry
from cicclo.validation.model import Report


@dataclass(frozen=True, slots=True)
class Format:
    """`write(report, out, lang)` writes the whole report, fault by fault, in French (`fr`) or English (`en`)."""

    name: str
    media_type: str
    write: Callable[[Report, BinaryIO, str], None]


REPORTS: Registry[Format] = Registry("cicclo.validation.reports", name=lambda form: form.name)
