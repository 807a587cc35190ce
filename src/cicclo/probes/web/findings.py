"""Findings of one family, grouped by requirement; and the exchange that proves one, with the line to repeat it."""

import shlex
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from cicclo.kernel.errors import NotFound
from cicclo.kernel.text import Text
from cicclo.probes.documents import text_of
from cicclo.probes.model import OUTCOME_NAMES, STANDING_NAMES, Finding, Outcome
from cicclo.probes.summary import by_requirement, worst
from cicclo.probes.web.desk import Desk
from cicclo.probes.web.paging import slice_of
from cicclo.requirements import families, find, library
from cicclo.requirements.model import LEVEL_NAMES
from cicclo.web.operation import Operation, Params, Visit
from cicclo.web.outgoing import Answer, Request
from cicclo.web.outgoing.model import FAILURE_TEXTS
from cicclo.web.replies import Page

FIRST_BYTES = 4000
MOST_SHOWN = 10  # of one requirement, among the others; its own page shows them all, one hundred at a time
MOST_PROVED = 50
ORDER = (Outcome.FAILED, Outcome.CANT_TELL, Outcome.PASSED, Outcome.UNTESTED, Outcome.INAPPLICABLE)


class FamilyParams(Params, frozen=True):
    audit: str
    family: str
    outcome: Literal["", "passed", "failed", "cantTell", "inapplicable", "untested"] = ""
    requirement: str = ""
    page: int = 1


class ExchangeParams(Params, frozen=True):
    audit: str
    key: str


@dataclass(frozen=True, slots=True)
class Findings:
    desk: Desk

    def family(self, _visit: Visit, params: FamilyParams) -> Page:
        audit = self.desk.store.audit(params.audit)
        if params.family not in families():
            raise NotFound(Text("aucune famille de ce nom", "no family of this name"), at=params.family)
        mine = [f for f in self.desk.store.family(audit.id, params.family) if f.requirement in library()]
        shown = [
            f
            for f in mine
            if params.outcome in ("", f.outcome.value) and params.requirement in ("", f.requirement)
        ]
        grouped = groups(shown)
        one = grouped.get(params.requirement, [])
        kept = {"requirement": params.requirement, "outcome": params.outcome}
        data = {
            "audit": audit,
            "platform": self.desk.store.platform(audit.platform).platform,
            "family": families()[params.family],
            "params": params,
            "counts": Counter(finding.outcome for finding in mine),
            "groups": grouped,
            "pager": slice_of(one, params.page, kept=kept) if params.requirement else None,
            "most": MOST_SHOWN,
            "worst": worst,
            "find": find,
            "outcomes": ORDER,
            "outcome_names": OUTCOME_NAMES,
            "standing_names": STANDING_NAMES,
            "level_names": LEVEL_NAMES,
        }
        return Page("probes/family.html", data)

    def exchange(self, _visit: Visit, params: ExchangeParams) -> Page:
        audit = self.desk.store.audit(params.audit)
        answer = self.desk.store.book(audit.id).get(params.key)
        if answer is None:
            raise NotFound(
                Text("aucun échange de ce nom dans cet audit", "no exchange of this name in this audit"),
                at=params.key[:80],
            )
        data = {
            "audit": audit,
            "platform": self.desk.store.platform(audit.platform).platform,
            "key": params.key,
            "answer": answer,
            "failure": FAILURE_TEXTS[answer.failure] if answer.failure else None,
            "first": first_bytes(answer),
            "cut": len(answer.body) > FIRST_BYTES,
            "curl": curl(answer.request),
            "findings": self.desk.store.proved_by(audit.id, params.key, MOST_PROVED),
            "find": find,
            "outcome_names": OUTCOME_NAMES,
        }
        return Page("probes/exchange.html", data)


def groups(findings: list[Finding]) -> dict[str, list[Finding]]:
    """Group by requirement, worst outcome first; inside a group too."""
    grouped = by_requirement(sorted(findings, key=lambda finding: ORDER.index(finding.outcome)))
    return dict(sorted(grouped.items(), key=lambda pair: (ORDER.index(worst(pair[1])), pair[0])))


def first_bytes(answer: Answer) -> str:
    """Return the beginning of a body as text, or as hexadecimal when it is not text."""
    start = answer.body[:FIRST_BYTES]
    if b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start[:256].hex(" ", 1)
    return text_of(answer)[:FIRST_BYTES]


def curl(request: Request) -> str:
    """Return a shell line that asks the same."""
    words = ["curl", "-i", "--compressed"]
    if request.method == "HEAD":
        words = ["curl", "-I"]
    elif request.method != "GET":
        words += ["-X", request.method]
    for name, value in request.headers:
        if not name.startswith("x-cicclo"):
            words += ["-H", f"{name}: {value}"]
    if request.body:
        words += ["--data-binary", request.body.decode("utf-8", "replace")]
    return shlex.join([*words, "--", request.url])


def operations(desk: Desk) -> list[Operation]:
    pages = Findings(desk)
    return [
        Operation(
            "GET",
            "/audits/{audit}/familles/{family}",
            pages.family,
            Text("Constats d'une famille", "Findings of a family"),
            FamilyParams,
        ),
        Operation(
            "GET",
            "/audits/{audit}/echanges/{key}",
            pages.exchange,
            Text("Un échange", "An exchange"),
            ExchangeParams,
        ),
    ]
