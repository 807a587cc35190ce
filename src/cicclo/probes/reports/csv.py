"""One line a finding, safe to open in a spreadsheet."""

import csv
import io

from cicclo.probes.model import OUTCOME_NAMES, STANDING_NAMES, Finding, Report
from cicclo.probes.reports import FORMATS, Format
from cicclo.requirements import find

COLUMNS = (
    "endpoint",
    "protocol",
    "requirement",
    "title",
    "level",
    "subject",
    "facet",
    "outcome",
    "standing",
    "message",
    "at",
    "code",
    "remedy",
    "evidence",
)
# a cell that starts with one of these is a formula to a spreadsheet (OWASP, CSV injection)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(report: Report, lang: str) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for finding in report.findings:
        writer.writerow([safe(cell) for cell in _row(finding, lang)])
    return buffer.getvalue().encode("utf-8-sig")


def _row(finding: Finding, lang: str) -> list[str]:
    requirement = find(finding.requirement)
    return [
        finding.endpoint,
        finding.protocol,
        finding.requirement,
        requirement.title.get(lang),
        requirement.level.value,
        finding.subject,
        finding.facet,
        OUTCOME_NAMES[finding.outcome].get(lang),
        STANDING_NAMES[finding.standing].get(lang),
        finding.message.get(lang),
        finding.at,
        finding.code,
        requirement.remedy.get(lang),
        " ".join(key[:12] for key in finding.evidence),
    ]


def safe(cell: str) -> str:
    """Prefix with an apostrophe what a spreadsheet would run."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


FORMATS.add(Format("csv", "text/csv; charset=utf-8", write))
