"""One page that stands alone: summary, clients, then what to change, then everything, without any script."""

from functools import cache

from jinja2 import Environment, PackageLoader

from cicclo.probes.model import OUTCOME_NAMES, STANDING_NAMES, Outcome, Report, Standing
from cicclo.probes.reports import FORMATS, Format
from cicclo.probes.reports.text import MARKS
from cicclo.probes.summary import by_requirement, summarise, worst
from cicclo.requirements import find
from cicclo.requirements.model import LEVEL_NAMES


@cache
def environment() -> Environment:
    """Templates of the reports; every value is escaped."""
    return Environment(
        loader=PackageLoader("cicclo.probes", "reports/templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def write(report: Report, lang: str) -> bytes:
    groups = by_requirement(report.findings)
    failures = {rid: group for rid, group in groups.items() if worst(group) is Outcome.FAILED}
    page = (
        environment()
        .get_template("report.html")
        .render(
            report=report,
            lang=lang,
            summary=summarise(report),
            failures=failures,
            groups=groups,
            find=find,
            worst=worst,
            Outcome=Outcome,
            Standing=Standing,
            marks=MARKS,
            outcome_names=OUTCOME_NAMES,
            standing_names=STANDING_NAMES,
            level_names=LEVEL_NAMES,
            t=lambda fr, en: en if lang == "en" else fr,
        )
    )
    return page.encode()


FORMATS.add(Format("html", "text/html; charset=utf-8", write))
