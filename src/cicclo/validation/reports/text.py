"""For a person: first whether the file is right and how much is wrong, then the causes and what to do, then details.

Plain text; `show` marks lines with a style for who can draw it (Rich, on a terminal).
"""

import io
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from cicclo.kernel.text import Text
from cicclo.validation.causes import Cause, Sample, causes
from cicclo.validation.model import Fault, Notice, Report, Severity
from cicclo.validation.reports import REPORTS, Format
from cicclo.validation.reports import _saying as saying

MOST_CAUSES = 20
MOST_NAMES = 12
LONGEST = 80
LONGEST_LINE = 240
SHOWN_SAMPLES = 2

Line = tuple[str, str]
"""A line and its style: title, good, bad, warning, dim, or nothing."""


def write(report: Report, out: BinaryIO, lang: str) -> None:
    text = io.TextIOWrapper(out, "utf-8", errors="replace", write_through=False)
    show(report, lang, lambda line, _style: text.write(f"{line}\n"))
    text.flush()
    text.detach()


def show(report: Report, lang: str, put: Callable[[str, str], Any], *, details: bool = False) -> None:
    """Give each line to `put`, with its style."""
    found = causes(report)
    for line, style in _lines(report, found, lang, details=details):
        put(_harmless(line), style)


def _harmless(line: str) -> str:
    """A file's text must not command the terminal it is shown on."""
    if line.isprintable():
        return line
    return "".join(mark if mark.isprintable() or mark in "\u00a0\u202f" else "\ufffd" for mark in line)


def _lines(report: Report, found: list[Cause], lang: str, *, details: bool) -> Iterator[Line]:
    yield _verdict(report, lang), "good" if report.valid else "bad"
    yield _counts(report, lang), ""
    yield from _causes(found, Severity.ERROR, Text("À corriger", "To correct"), lang)
    yield from _causes(found, Severity.WARNING, Text("À vérifier", "To look at"), lang)
    yield from _notices(report, lang)
    yield from _repairs(report, found, lang)
    if details:
        yield from _details(report, lang)


def _verdict(report: Report, lang: str) -> str:
    schema = report.schema
    named = f"{schema.title or schema.name} {schema.version}".strip() if schema else ""
    if report.valid:
        verdict = Text("conforme au schéma", "conforms to the schema")
    else:
        verdict = Text("non conforme au schéma", "does not conform to the schema")
    if not named:
        verdict = Text("aucune faute", "no fault") if report.valid else Text("des fautes", "faults found")
    colon = " : " if lang != "en" else ": "
    return f"{'✓' if report.valid else '✗'} {report.source}{colon}{verdict.get(lang)} {named}".rstrip()


def _counts(report: Report, lang: str) -> str:
    errors = report.faults.errors
    warnings = len(report.faults) - errors + len(report.notices) + report.unlisted
    rows, fields = saying.number(report.rows, lang), saying.number(report.fields, lang)
    said = Text(
        f"  {rows} ligne{_s(report.rows)}, {fields} colonne{_s(report.fields)} ; "
        f"{saying.number(errors, lang)} erreur{_s(errors)}, {saying.number(warnings, lang)} avertissement{_s(warnings)}",
        f"  {rows} row{_s(report.rows)}, {fields} column{_s(report.fields)}; "
        f"{saying.number(errors, lang)} error{_s(errors)}, {saying.number(warnings, lang)} warning{_s(warnings)}",
    ).get(lang)
    if report.unlisted:
        told = saying.number(warnings - report.unlisted, lang)
        said += Text(f" (dont {told} détaillés)", f" ({told} of them in detail)").get(lang)
    if report.complete:
        return said
    stopped = Text(
        " (arrêté là : --all-errors pour tout voir)", " (stopped there: --all-errors to see everything)"
    )
    return said + stopped.get(lang)


def _s(count: int) -> str:
    return "s" if count > 1 else ""


def _causes(found: list[Cause], severity: Severity, title: Text, lang: str) -> Iterator[Line]:
    mine = [cause for cause in found if cause.severity is severity]
    if not mine:
        return
    yield "", ""
    yield title.get(lang), "title"
    for index, cause in enumerate(mine[:MOST_CAUSES], 1):
        yield f"  {index}. {cause.say(lang)}", "bad" if severity is Severity.ERROR else "warning"
        for sample in cause.samples[:SHOWN_SAMPLES]:
            if line := _sample(sample, lang):
                yield f"       {line}", "dim"
    if len(mine) > MOST_CAUSES:
        more = saying.number(len(mine) - MOST_CAUSES, lang)
        yield Text(f"  … et {more} autres causes", f"  … and {more} other causes").get(lang), "dim"


def _sample(sample: Sample, lang: str) -> str:
    place = Text(f"ligne {sample.row}", f"row {sample.row}").get(lang) if sample.row else sample.where
    if sample.key:
        place = f"{place} ({sample.key})"
    if sample.note:
        colon = " : " if lang != "en" else ": "
        return f"{place}{colon}{_short(sample.note.get(lang))}"
    if sample.cell in (None, ""):
        return place
    cell = quoted(sample.cell, lang)
    after = f" → {quoted(sample.proposed, lang)}" if sample.proposed else ""
    colon = " : " if lang != "en" else ": "
    return f"{place}{colon}{cell}{after}" if place else f"{cell}{after}"


def quoted(value: Any, lang: str) -> str:
    """Put a value between the quotation marks of the language, shortened, on one line."""
    plain = "".join(
        mark if mark.isprintable() else "␣" if mark.isspace() else "\ufffd" for mark in str(value)
    )
    short = plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…"
    return f"“{short}”" if lang == "en" else f"« {short} »"


def _notices(report: Report, lang: str) -> Iterator[Line]:
    if not report.notices:
        return
    yield "", ""
    yield Text("Remarques", "Remarks").get(lang), "title"
    kinds: dict[str, list[Notice]] = {}
    for notice in report.notices:
        kinds.setdefault(notice.kind, []).append(notice)
    for notices in kinds.values():
        yield f"  – {_of_a_kind(notices, lang)}", "warning"


def _of_a_kind(notices: list[Notice], lang: str) -> str:
    """Name the columns together: an export may have fifty that the schema does not know."""
    if len(notices) == 1 or not notices[0].field:
        return _short(saying.about(notices[0]).get(lang))
    names = ", ".join(notice.field for notice in notices[:MOST_NAMES])
    more = len(notices) - MOST_NAMES
    others = Text(f" et {more} autres", f" and {more} others").get(lang) if more > 0 else ""
    colon = " : " if lang != "en" else ": "
    return f"{saying.name(notices[0]).get(lang)} ({saying.number(len(notices), lang)}){colon}{names}{others}"


def _repairs(report: Report, found: list[Cause], lang: str) -> Iterator[Line]:
    repairs = saying.proposed(report, found)
    if not repairs:
        return
    named = ", ".join(
        f"{title.get(lang).lower()} ({saying.number(count, lang)})" if count else title.get(lang).lower()
        for _name, title, count in repairs
    )
    yield "", ""
    yield (
        Text(f"--fix SORTIE.csv peut réparer : {named}", f"--fix OUT.csv can mend: {named}").get(lang),
        "title",
    )


def _details(report: Report, lang: str) -> Iterator[Line]:
    if len(report.faults):
        yield "", ""
        yield Text("Détail", "Details").get(lang), "title"
    for fault in report.faults:
        yield f"  {_detail(fault, lang)}", ""


def _detail(fault: Fault, lang: str) -> str:
    place = [Text(f"ligne {fault.row}", f"row {fault.row}").get(lang)] if fault.row else []
    place += [part for part in (fault.where, fault.field) if part]
    colon = " : " if lang != "en" else ": "
    said = _one_line(saying.message(fault).get(lang))
    value = saying.value(fault)
    shown = f" [{quoted(value, lang)}]" if isinstance(value, str) and value else ""
    return f"{', '.join(place)}{colon if place else ''}{said}{shown}"


def _short(text: str) -> str:
    line = _one_line(text)
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"


def _one_line(text: str) -> str:
    return " ".join(text.split())


REPORTS.add(Format("text", "text/plain; charset=utf-8", write))
