"""One line a fault, safe to open in a spreadsheet."""

import csv
import io
import re
from typing import BinaryIO

from cicclo.requirements import find
from cicclo.validation.model import Report
from cicclo.validation.reports import REPORTS, Format

COLUMNS = (
    "severity",
    "kind",
    "requirement",
    "title",
    "row",
    "key",
    "column",
    "position",
    "value",
    "message",
    "remedy",
    "where",
    "longitude",
    "latitude",
)
# a cell that starts with one of these is a formula to a spreadsheet (OWASP, CSV injection)…
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# …unless it is a plain number, which no spreadsheet runs
_NUMBER = re.compile(r"[+-]?\d[\d.,]*")


def safe(cell: str) -> str:
    """Prefix with an apostrophe what a spreadsheet would run."""
    return f"'{cell}" if cell.startswith(_FORMULA) and not _NUMBER.fullmatch(cell) else cell


def write(report: Report, out: BinaryIO, lang: str) -> None:
    from cicclo.validation.reports import _saying as saying  # noqa: PLC0415 - it needs `safe`

    text = io.TextIOWrapper(out, "utf-8-sig", errors="replace", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for fault in report.faults:
        found = saying.value(fault)
        shown = (
            " | ".join(map(str, found)) if isinstance(found, list) else "" if found is None else str(found)
        )
        longitude, latitude = fault.point or ("", "")
        writer.writerow(
            [
                fault.severity.value,
                fault.kind,
                fault.requirement,
                safe(saying.title(fault).get(lang)),
                fault.row or "",
                safe(fault.key),
                safe(fault.field),
                fault.position or "",
                safe(shown),
                safe(saying.message(fault).get(lang)),
                safe(find(fault.requirement).remedy.get(lang)),
                safe(fault.where),
                longitude,
                latitude,
            ]
        )
    for notice in report.notices:
        said = saying.about(notice).get(lang)
        title = saying.name(notice).get(lang)
        row = [
            "warning",
            notice.kind,
            notice.requirement,
            title,
            "",
            "",
            safe(notice.field),
            "",
            "",
            safe(said),
        ]
        writer.writerow([*row, safe(find(notice.requirement).remedy.get(lang)), "", "", ""])
    text.flush()
    text.detach()


REPORTS.add(Format("csv", "text/csv; charset=utf-8", write))
