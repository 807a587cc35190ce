"""Audits: start one, watch it, read its report, see what changed since another."""

from collections import Counter
from dataclasses import dataclass
from itertools import dropwhile
from typing import Literal

from cicclo.kernel.access import Action
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.probes.compare import KINDS, compare
from cicclo.probes.model import OUTCOME_NAMES, ClientRun, Outcome, Report
from cicclo.probes.protocol import PROTOCOLS
from cicclo.probes.reports import FORMATS
from cicclo.probes.store import Audit
from cicclo.probes.summary import by_requirement, summarise, worst
from cicclo.probes.web.desk import Desk, names
from cicclo.probes.web.paging import slice_of
from cicclo.requirements import Level, families, find, library, profiles
from cicclo.requirements.model import LEVEL_NAMES
from cicclo.web.operation import Form, Operation, Params, Visit
from cicclo.web.replies import Page, Redirect

LATEST = 12
SERVICES = 40  # services on one page of a report, and columns of its works-with matrix
MOST_CHANGES = 20  # of one kind, among the others
LEVELS = tuple(Level)


class NoParams(Params, frozen=True):
    pass


class NewParams(Params, frozen=True):
    target: str = ""


class AuditParams(Params, frozen=True):
    audit: str


class ReportParams(AuditParams, frozen=True):
    services: int = 1


class DifferenceParams(Params, frozen=True):
    before: str
    after: str
    kind: Literal["", "broken", "appeared", "mended", "gone", "other"] = ""
    page: int = 1


class AuditForm(Form, frozen=True):
    target: str
    profile: str = "all"
    sample: int = 3


@dataclass(frozen=True, slots=True)
class Audits:
    desk: Desk

    def new_audit(self, _visit: Visit, params: NewParams) -> Page:
        platforms = self.desk.store.platforms()
        return Page("probes/new.html", {"params": params, "platforms": platforms, "profiles": profiles()})

    def start_audit(self, _visit: Visit, _params: NoParams, form: AuditForm) -> Redirect:
        if not 0 <= form.sample <= 1000:
            raise BadInput(Text("entre 0 et 1000", "between 0 and 1000"), at="sample")
        return Redirect(f"/audits/{self.desk.request_audit(form.target, form.profile, form.sample).id}")

    def history(self, _visit: Visit, _params: NoParams) -> Page:
        audits = self.desk.store.history()
        return Page(
            "probes/history.html", {"audits": audits, "names": names(audits, self.desk.store.platforms())}
        )

    def one_audit(self, _visit: Visit, params: ReportParams) -> Page:
        audit = self.desk.store.audit(params.audit)
        if not audit.ended:
            return Page("probes/live.html", self._progress(audit))
        return Page(
            "probes/report.html",
            {**self._about(audit), **report_data(self.desk.store.report(audit.id), params.services)},
        )

    def progress(self, _visit: Visit, params: AuditParams) -> Page:
        """The part of the live page that changes; once the audit has ended, the page loads its report."""
        audit = self.desk.store.audit(params.audit)
        return Page(
            "probes/progress.html",
            self._progress(audit),
            headers={"HX-Refresh": "true"} if audit.ended else {},
        )

    def difference(self, _visit: Visit, params: DifferenceParams) -> Page:
        before, after = self.desk.store.audit(params.before), self.desk.store.audit(params.after)
        changes = compare(self.desk.store.report(before.id), self.desk.store.report(after.id))
        wanted = [change for change in changes if change.kind == params.kind]
        kept = {"before": before.id, "after": after.id, "kind": params.kind}
        data = {
            "before": before,
            "after": after,
            "changes": changes,
            "params": params,
            "most": MOST_CHANGES,
            "pager": slice_of(wanted, params.page, kept=kept) if params.kind else None,
            "counts": Counter(change.kind for change in changes),
        }
        return Page(
            "probes/difference.html",
            {**self._about(after), **data, "kinds": KINDS, "find": find, "outcome_names": OUTCOME_NAMES},
        )

    def _about(self, audit: Audit) -> dict[str, object]:
        return {
            "audit": audit,
            "platform": self.desk.store.platform(audit.platform).platform,
            "previous": self._previous(audit),
        }

    def _previous(self, audit: Audit) -> Audit | None:
        """The last finished audit of the same targets before this one."""
        history = self.desk.store.history(audit.platform)
        earlier = dropwhile(lambda entry: entry.id != audit.id, history)
        same = (
            e for e in earlier if e.id != audit.id and e.state == "finished" and e.targets == audit.targets
        )
        return next(same, None)

    def _progress(self, audit: Audit) -> dict[str, object]:
        return {
            **self._about(audit),
            "counts": self.desk.store.counts(audit.id),
            "latest": self.desk.store.latest_findings(audit.id, LATEST),
            "endpoints": self.desk.store.endpoints(audit.id),
            "outcome_names": OUTCOME_NAMES,
            "outcomes": tuple(Outcome),
            "find": find,
        }


def report_data(report: Report, page: int = 1) -> dict[str, object]:
    """What the report page shows: summary, families, what to change first; one page of services and clients."""
    services = slice_of(report.endpoints, page, SERVICES, "services")
    columns, rows = client_matrix(report)
    seen = {(endpoint.protocol, endpoint.url) for endpoint in services.things}
    known = library()
    groups = {rid: group for rid, group in by_requirement(report.findings).items() if rid in known}
    failures = [(find(rid), group) for rid, group in groups.items() if worst(group) is Outcome.FAILED]
    failures.sort(key=lambda pair: LEVELS.index(pair[0].level))
    return {
        "report": report,
        "summary": summarise(report),
        "families": families(),
        "failures": failures,
        "services": services,
        "clients": ([column for column in columns if column in seen], rows),
        "outcomes": tuple(Outcome),
        "outcome_names": OUTCOME_NAMES,
        "level_names": LEVEL_NAMES,
        "protocols": PROTOCOLS,
        "formats": [name for name in FORMATS if name != "text"],
        "endpoint_outcomes": endpoint_outcomes(report),
    }


def endpoint_outcomes(report: Report) -> dict[str, Counter[Outcome]]:
    """Count the outcomes of each endpoint."""
    counts: dict[str, Counter[Outcome]] = {endpoint.id: Counter() for endpoint in report.endpoints}
    for finding in report.findings:
        counts.setdefault(f"{finding.protocol} {finding.endpoint}", Counter())[finding.outcome] += 1
    return counts


def client_matrix(
    report: Report,
) -> tuple[list[tuple[str, str]], dict[tuple[str, str], dict[str, ClientRun]]]:
    """Return the columns (endpoints) and the rows (client and kind) of the works-with matrix."""
    columns = list(dict.fromkeys((run.protocol, run.endpoint) for run in report.clients))
    rows: dict[tuple[str, str], dict[str, ClientRun]] = {}
    for run in report.clients:
        rows.setdefault((run.client, run.kind), {})[f"{run.protocol} {run.endpoint}"] = run
    return columns, rows


def operations(desk: Desk) -> list[Operation]:
    pages = Audits(desk)
    return [
        Operation(
            "GET",
            "/audits",
            pages.history,
            Text("Derniers audits", "Latest audits"),
            NoParams,
            json="/api/audits",
        ),
        Operation(
            "GET",
            "/audits/nouveau",
            pages.new_audit,
            Text("Lancer un audit", "Start an audit"),
            NewParams,
            action=Action.WRITE,
        ),
        Operation(
            "POST",
            "/audits",
            pages.start_audit,
            Text("Lancer un audit", "Start an audit"),
            NoParams,
            AuditForm,
            Action.WRITE,
        ),
        Operation(
            "GET",
            "/audits/difference",
            pages.difference,
            Text("Différence de deux audits", "Difference of two audits"),
            DifferenceParams,
        ),
        Operation(
            "GET",
            "/audits/{audit}",
            pages.one_audit,
            Text("Un audit", "An audit"),
            ReportParams,
            json="/api/audits/{audit}",
        ),
        Operation(
            "GET", "/audits/{audit}/avancement", pages.progress, Text("Avancement", "Progress"), AuditParams
        ),
    ]
