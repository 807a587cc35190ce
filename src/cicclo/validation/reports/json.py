"""Our report, for machines and for those who help producers: counts by column, causes, samples, repairs, every fault.

Faults are written as they are read: memory does not grow with them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from cicclo.requirements import find
from cicclo.validation.causes import SAMPLES, Cause, causes
from cicclo.validation.model import Fault, Report
from cicclo.validation.reports import REPORTS, Format
from cicclo.validation.reports import _saying as saying
from cicclo.validation.reports._encoding import encode

VERSION = 1


def write(report: Report, out: BinaryIO, lang: str) -> None:
    found = causes(report)
    head = {
        **_summary(report, found),
        "columns": [_column(column) for column in report.columns],
        "causes": [_cause(cause, lang) for cause in found],
        "notices": [
            {
                "kind": notice.kind,
                "requirement": notice.requirement,
                "column": notice.field,
                "title": saying.name(notice).get(lang),
                "message": saying.about(notice).get(lang),
            }
            for notice in report.notices
        ],
        "repairs": [
            {"name": name, "title": title.get(lang), "count": count}
            for name, title, count in saying.proposed(report, found)
        ],
    }
    out.write(encode(head)[:-1] + b',\n"faults":[\n')
    kinds: dict[tuple[str, str], dict[str, Any]] = {}
    for index, fault in enumerate(report.faults):
        out.write((b",\n" if index else b"") + encode(_fault(fault, lang)))
        _sample(kinds, fault, lang)
    out.write(b'\n],\n"kinds":' + encode(list(kinds.values())) + b"}\n")


def _summary(report: Report, found: Iterable[Cause]) -> Mapping[str, Any]:
    schema, dialect = report.schema, report.dialect
    return {
        "version": VERSION,
        "valid": report.valid,
        "complete": report.complete,
        "source": report.source,
        "date": report.date,
        "seconds": round(report.seconds, 3),
        "schema": schema
        and {
            "name": schema.name,
            "title": schema.title,
            "version": schema.version,
            "address": schema.address,
        },
        "file": dialect
        and {
            "encoding": dialect.encoding,
            "bom": dialect.bom,
            "delimiter": dialect.delimiter,
            "line_end": dialect.line_end,
        },
        "counts": {
            "fields": report.fields,
            "rows": report.rows,
            "rows_processed": report.rows_processed,
            "errors": report.faults.errors,
            "warnings": len(report.faults) - report.faults.errors + report.unlisted,
            "unlisted": report.unlisted,
            "notices": len(report.notices),
            "causes": sum(1 for _ in found),
        },
    }


def _column(column: Any) -> Mapping[str, Any]:
    return {
        "name": column.name,
        "position": column.position,
        "known": column.known,
        "filled": column.filled,
        "faults": dict(column.faults),
    }


def _cause(cause: Cause, lang: str) -> Mapping[str, Any]:
    return {
        "name": cause.name,
        "column": cause.field,
        "requirement": cause.requirement,
        "severity": cause.severity.value,
        "count": cause.count,
        "message": cause.title.get(lang),
        "remedy": cause.remedy.get(lang),
        "repair": cause.repair,
        "samples": [
            {
                "row": s.row,
                "key": s.key,
                "value": s.cell,
                "proposed": s.proposed,
                "where": s.where,
                "message": s.note.get(lang),
            }
            for s in cause.samples
        ],
    }


def _fault(fault: Fault, lang: str) -> dict[str, Any]:
    told = {
        "severity": fault.severity.value,
        "kind": fault.kind,
        "requirement": fault.requirement,
        "title": saying.title(fault).get(lang),
        "message": saying.message(fault).get(lang),
        "row": fault.row or None,
        "key": fault.key,
        "column": fault.field,
        "position": fault.position or None,
        "value": saying.value(fault),
        "where": fault.where,
        "point": fault.point,
    }
    return {name: said for name, said in told.items() if said is not None and (said != "" or name == "value")}


def _sample(kinds: dict[tuple[str, str], dict[str, Any]], fault: Fault, lang: str) -> None:
    key = (fault.kind, fault.requirement)
    if key not in kinds:
        requirement = find(fault.requirement)
        kinds[key] = {
            "kind": fault.kind,
            "requirement": fault.requirement,
            "title": requirement.title.get(lang),
            "remedy": requirement.remedy.get(lang),
            "level": requirement.level.value,
            "count": 0,
            "samples": [],
        }
    kinds[key]["count"] += 1
    if len(kinds[key]["samples"]) < SAMPLES:
        kinds[key]["samples"].append(
            {"row": fault.row, "key": fault.key, "column": fault.field, "value": saying.value(fault)}
        )


REPORTS.add(Format("json", "application/json", write))
