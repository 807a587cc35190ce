"""From a report to what its page shows: counts, causes, a few samples of each kind, faulty places; in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation import view
from cicclo.validation.causes import causes
from cicclo.validation.model import Fault, Report
from cicclo.validation.reports import _saying as saying
from cicclo.validation.view import View

LONGEST_MESSAGE = 600


def show(report: Report, written: Sequence[str], notes: Sequence[Text] = (), name: str = "") -> View:
    """Walk the faults once more, and keep little of them; `name` is how the schema was asked for."""
    found = causes(report)
    kinds, points = _walk(report)
    schema, dialect = report.schema, report.dialect
    columns = report.columns[: view.MOST_COLUMNS]
    return View(
        valid=report.valid,
        errors=report.faults.errors,
        warnings=len(report.faults) - report.faults.errors + len(report.notices) + report.unlisted,
        rows=report.rows,
        rows_processed=report.rows_processed,
        fields=report.fields,
        seconds=report.seconds,
        complete=report.complete,
        schema=name or (schema.name if schema else ""),
        schema_title=schema.title if schema else "",
        schema_address=schema.address if schema else "",
        encoding=dialect.encoding if dialect else "",
        delimiter=dialect.delimiter if dialect else "",
        causes=[
            view.Cause(
                each.title, each.remedy, each.count, each.requirement, bool(each.repair), each.severity.value
            )
            for each in found[: view.MOST_CAUSES]
        ],
        more_causes=max(0, len(found) - view.MOST_CAUSES),
        kinds=sorted(kinds.values(), key=lambda kind: (kind.severity != "error", -kind.count)),
        columns=[
            view.ColumnView(each.name, each.position, each.known, each.filled, sum(each.faults.values()))
            for each in columns
        ],
        more_columns=len(report.columns) - len(columns),
        notices=[saying.about(notice) for notice in report.notices],
        points=points,
        notes=list(notes),
        reports=dict.fromkeys(written, ""),
    )


def together(tables: Sequence[tuple[str, Report]], written: Sequence[str], notes: Sequence[Text]) -> View:
    """The tables of a data package: each its own, and the counts of all."""
    views = [replace(show(report, ()), table=name) for name, report in tables]
    return View(
        valid=all(each.valid for each in views),
        errors=sum(each.errors for each in views),
        warnings=sum(each.warnings for each in views),
        rows=sum(each.rows for each in views),
        rows_processed=sum(each.rows_processed for each in views),
        fields=sum(each.fields for each in views),
        seconds=sum(each.seconds for each in views),
        complete=all(each.complete for each in views),
        notes=list(notes),
        reports=dict.fromkeys(written, ""),
        tables=views,
    )


def _walk(report: Report) -> tuple[Mapping[tuple[str, str], view.Kind], list[view.Point]]:
    samples: dict[tuple[str, str], list[view.Sample]] = {}
    counts: dict[tuple[str, str], int] = {}
    firsts: dict[tuple[str, str], Fault] = {}
    points: list[view.Point] = []
    for fault in report.faults:
        key = (fault.requirement, fault.severity.value)
        if key not in firsts:
            if len(firsts) >= view.MOST_KINDS:
                continue
            firsts[key], samples[key], counts[key] = fault, [], 0
        counts[key] += 1
        if len(samples[key]) < view.SAMPLES:
            samples[key].append(_sample(fault))
        if fault.point and len(points) < view.MOST_POINTS:
            points.append(_point(fault, fault.point))
    kinds = {
        key: view.Kind(
            fault.requirement, saying.title(fault), counts[key], fault.severity.value, samples[key]
        )
        for key, fault in firsts.items()
    }
    return kinds, points


def _sample(fault: Fault) -> view.Sample:
    message = _short(saying.message(fault))
    return view.Sample(
        fault.row, fault.field, _cell(saying.value(fault)), message, str(fault.key), fault.where
    )


def _point(fault: Fault, place: tuple[float, float]) -> view.Point:
    name = fault.where or (f"{fault.row}" if fault.row else "")
    return view.Point(place[0], place[1], name, _short(saying.message(fault)))


def _cell(value: Any) -> str:
    """A value of the file, bounded: a cell may be a megabyte."""
    if value is None:
        return ""
    text = " · ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= view.LONGEST else f"{text[: view.LONGEST]}…"


def _short(text: Text) -> Text:
    if max(len(text.fr), len(text.en)) <= LONGEST_MESSAGE:
        return text
    return Text(f"{text.fr[:LONGEST_MESSAGE]}…", f"{text.en[:LONGEST_MESSAGE]}…")
