"""Formats: one file each, declared in `FORMATS`; found, never enrolled by hand."""

from cicclo.features.ports import Format
from cicclo.kernel.registry import Registry

FORMATS: Registry[Format] = Registry("cicclo.features.formats", name=lambda format_: format_.name)
