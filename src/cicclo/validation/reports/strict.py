"""`strict`: the JSON report of Validata 0.13, to the letter."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO

from cicclo.validation import wording
from cicclo.validation.model import Fault, Report
from cicclo.validation.reports import REPORTS, Format

WHOLE_TABLE = frozenset(
    {
        "duplicate-label",
        "schema-error",
        "field-error",
        "error",
        "source-error",
        "resource-error",
        "check-error",
    }
)
"""Kinds whose errors have no place."""


def stats(report: Report, warnings: int) -> dict[str, Any]:
    """Return Validata's figures: -1 is its word for “not known”."""
    return {
        "errors": len(report.faults),
        "warnings": warnings,
        "seconds": round(report.seconds, 3),
        "fields": report.fields,
        "rows": report.rows,
        "rows_processed": report.rows_processed or -1,
    }


def error(fault: Fault) -> dict[str, Any]:
    """Return one error as Validata writes it."""
    title, message = wording.strict(fault)
    found: dict[str, Any] = {"title": title, "message": message, "type": fault.kind, "tags": list(fault.tags)}
    if fault.kind in WHOLE_TABLE:
        return found
    if fault.row:
        found["rowNumber"] = fault.row
    if "#cell" in fault.tags or "#label" in fault.tags:
        found["fieldName"] = fault.field
        found["fieldNumber"] = fault.position
    if "#cell" in fault.tags:
        found["cell"] = fault.cell
    return found


def plain(value: Any) -> Any:
    """Return what JSON has no word for as text."""
    if isinstance(value, (Decimal, date, datetime, time)):
        return str(value)
    return repr(value)


def parts(report: Report) -> Iterator[str]:
    """Return the document piece by piece: it may be larger than memory."""
    warnings = [text for text in map(wording.strict_notice, report.notices) if text]
    head = {"valid": not len(report.faults), "stats": stats(report, len(warnings)), "warnings": warnings}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "errors": ['
    comma = ""
    for fault in report.faults:
        yield comma + json.dumps(error(fault), ensure_ascii=False, default=plain)
        comma = ", "
    yield "]}\n"


def write(report: Report, out: BinaryIO, lang: str) -> None:  # noqa: ARG001 - Validata speaks French
    """Write the report."""
    out.writelines(part.encode("utf-8", "surrogatepass") for part in parts(report))


REPORTS.add(Format("strict", "application/json", write))
