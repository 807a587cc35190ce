"""One page that stands alone: verdict, causes and remedies, where they are, columns, then each fault; no script."""

from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from cicclo.validation.causes import causes
from cicclo.validation.model import Report, Severity
from cicclo.validation.reports import REPORTS, Format, _map
from cicclo.validation.reports import _saying as saying
from cicclo.validation.reports.text import quoted

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_FAULTS = 1000


@cache
def environment() -> "Environment":
    """Templates of the reports; every value is escaped."""
    from jinja2 import Environment, PackageLoader  # noqa: PLC0415 - loaded by who wants a page, not by every report

    return Environment(
        loader=PackageLoader("cicclo.validation", "reports/templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write(report: Report, out: BinaryIO, lang: str) -> None:
    found = causes(report)
    pieces = (
        environment()
        .get_template("report.html")
        .generate(
            report=report,
            lang=lang,
            errors=[cause for cause in found if cause.severity is Severity.ERROR],
            warnings=[cause for cause in found if cause.severity is not Severity.ERROR],
            repairs=saying.proposed(report, found),
            faults=islice(report.faults, MOST_FAULTS),
            most=MOST_FAULTS,
            map=_map.draw(islice(_points(report, lang), _map.MOST_POINTS)),
            saying=saying,
            quoted=lambda value: quoted(value, lang),
            number=lambda count: saying.number(count, lang),
            t=lambda fr, en: en if lang == "en" else fr,
        )
    )
    out.writelines(piece.encode("utf-8", "replace") for piece in pieces)


def _points(report: Report, lang: str) -> Iterator[_map.Point]:
    for fault in report.faults:
        if fault.point:
            place = fault.key or fault.where or (f"{fault.row}" if fault.row else "")
            title = (
                f"{place} – {saying.message(fault).get(lang)}" if place else saying.message(fault).get(lang)
            )
            yield _map.Point(*fault.point, fault.severity.value, title)


REPORTS.add(Format("html", "text/html; charset=utf-8", write))
