"""What each format says of a fault, whoever found it."""

from collections.abc import Sequence
from typing import Any

from cicclo.kernel.text import Text
from cicclo.requirements import find
from cicclo.validation import coherence, wording
from cicclo.validation.causes import Cause
from cicclo.validation.documents import wording as documents_wording
from cicclo.validation.fixing import mended_header, of_the_file
from cicclo.validation.geo import wording as geo_wording
from cicclo.validation.model import Fault, Notice, Report
from cicclo.validation.repairs import REPAIRS

OWN = (geo_wording, documents_wording)
"""What words its own faults: geographic files, documents."""


def message(fault: Fault) -> Text:
    if fault.kind == coherence.KIND:
        return coherence.say(fault)
    if wording.words(fault):
        return wording.say(fault)
    own = next((module for module in OWN if module.words(fault)), None)
    return own.say(fault) if own is not None else find(fault.requirement).title


def of_tables(fault: Fault) -> bool:
    """Tell whether a fault is one of a table's cells, rows or columns: its title then says what is wrong."""
    return wording.words(fault)


def title(fault: Fault) -> Text:
    return wording.title(fault) if wording.words(fault) else find(fault.requirement).title


def about(notice: Notice) -> Text:
    """Say what a notice is about, in one sentence."""
    own = _own(notice)
    return own.say(notice) if own is not None else wording.say_notice(notice)


def name(notice: Notice) -> Text:
    return find(notice.requirement).title if _own(notice) is not None else wording.notice_title(notice)


def _own(notice: Notice) -> Any:
    return next((module for module in OWN if module.words(notice)), None)


def value(fault: Fault) -> Any:
    """Return what was read: one cell, several, or nothing."""
    return list(fault.cells) if fault.cells is not None else fault.cell


def number(count: int, lang: str) -> str:
    """Write a count as people do: thin spaces in French, commas in English."""
    return f"{count:,}" if lang == "en" else f"{count:,}".replace(",", "\u202f")


def proposed(report: Report, found: Sequence[Cause]) -> list[tuple[str, Text, int]]:
    """Return the repairs that `--fix` would apply: name, title, how many times (0: the file as a whole)."""
    repairs = [(change.repair, 0) for change in of_the_file(report, REPAIRS)]
    if report.schema and report.columns:
        header = [column.name for column in report.columns]
        changes = mended_header(header, report.schema, REPAIRS)[1]
        repairs += [("header", len(changes))] if changes else []
    counts: dict[str, int] = {}
    for cause in found:
        if cause.repair:
            counts[cause.repair] = counts.get(cause.repair, 0) + cause.count
    return [(name, REPAIRS[name].title, count) for name, count in [*repairs, *counts.items()]]
