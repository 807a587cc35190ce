"""The whole report as JSON: what machines, comparisons and replays read."""

from typing import Any

import msgspec

from cicclo.probes.model import Report
from cicclo.probes.reports import FORMATS, Format


def write(report: Report, _lang: str) -> bytes:
    return msgspec.json.format(msgspec.json.encode(report), indent=1)


def read(data: bytes) -> Report:
    """Read back what `write` wrote."""
    return msgspec.json.decode(data, type=Report)


def builtins(thing: Any) -> Any:
    """A dataclass of the model as plain dictionaries and lists."""
    return msgspec.to_builtins(thing)


FORMATS.add(Format("json", "application/json", write))
