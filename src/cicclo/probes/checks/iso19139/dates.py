"""Dates of the resource and of the record (M21): there, readable, in order, not to come."""

import re
from collections.abc import Iterable

from cicclo.probes.checks.iso19139._rule import PASSED, inapplicable, rule, with_text, without
from cicclo.probes.iso.parts import Dated
from cicclo.probes.iso.record import Record
from cicclo.probes.iso.xml import place
from cicclo.probes.model import Verdict, cannot_tell, failed

_ISO = re.compile(
    r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?(Z|[+-]\d{2}:\d{2})?)?)?$"
)
KNOWN = ("creation", "publication", "revision")
# future dates are what these types are for
_PLANNED = frozenset(
    {
        "nextUpdate",
        "lastUpdate",
        "unavailable",
        "inForce",
        "validityExpires",
        "validityBegins",
        "released",
        "deprecated",
        "superseded",
        "expiry",
        "notAvailable",
    }
)


@rule("iso19139/dates/present", breaks=without("//gmd:citation/gmd:CI_Citation/gmd:date"))
def present(record: Record, today: str) -> Verdict:
    types = [dated.type for dated in record.dates if dated.value]
    if not any(kind in KNOWN for kind in types):
        fr = "aucune date de création, de publication ou de révision"
        return failed(fr, "no date of creation, publication or revision", at=_where(record), code="missing")
    for kind in ("creation", "revision"):
        if types.count(kind) > 1:
            fr, en = (
                f"{types.count(kind)} dates « {kind} » : une au plus",
                f"{types.count(kind)} “{kind}” dates: one at most",
            )
            return failed(fr, en, at=_where(record), code=f"repeated-{kind}")
    return PASSED


def _where(record: Record) -> str:
    return place(record.citation if record.citation is not None else record.root)


@rule(
    "iso19139/dates/iso-8601",
    breaks=with_text("//gmd:citation/gmd:CI_Citation/gmd:date//gco:Date", "31/08/2026"),
)
def iso_8601(record: Record, today: str) -> Verdict:
    return next((fault for dated in _all(record) if (fault := _unreadable(dated))), PASSED)


def _all(record: Record) -> Iterable[Dated]:
    return (*record.dates, *record.stamps)


def _unreadable(dated: Dated) -> Verdict | None:
    if not dated.value or _ISO.match(dated.value):
        return None
    fr, en = f"« {dated.value} » n'est pas une date ISO 8601", f"“{dated.value}” is not an ISO 8601 date"
    return failed(fr, en, at=place(dated.element), code="not-a-date")


@rule("iso19139/dates/not-future", breaks=with_text("//gmd:dateStamp/gco:Date", "2999-01-01"))
def not_future(record: Record, today: str) -> Verdict:
    if not today:
        return cannot_tell("jour de l'audit inconnu", "day of the audit unknown")
    for dated in _all(record):
        if dated.type not in _PLANNED and _ISO.match(dated.value) and dated.value[:10] > today:
            fr = f"date « {dated.type} » à venir : {dated.value} (audit du {today})"
            en = f"“{dated.type}” date in the future: {dated.value} (audited on {today})"
            return failed(fr, en, at=place(dated.element), code="future-date")
    return PASSED


@rule(
    "iso19139/dates/order",
    breaks=with_text("//gmd:citation/gmd:CI_Citation/gmd:date[2]//gco:Date", "2019-01-01"),
)
def order(record: Record, today: str) -> Verdict:
    by_type = {dated.type: dated for dated in reversed(record.dates) if _ISO.match(dated.value)}
    pairs = [
        (early, late)
        for early, late in (("creation", "publication"), ("creation", "revision"))
        if {early, late} <= by_type.keys()
    ]
    if not pairs:
        return inapplicable("pas deux dates à comparer", "no two dates to compare")
    for early, late in pairs:
        first, second = by_type[early], by_type[late]
        size = min(len(first.value), len(second.value), 10)
        if second.value[:size] < first.value[:size]:
            fr = f"« {late} » ({second.value}) précède « {early} » ({first.value})"
            return failed(
                fr,
                f"“{late}” ({second.value}) is before “{early}” ({first.value})",
                at=place(second.element),
                code="dates-reversed",
            )
    return PASSED
