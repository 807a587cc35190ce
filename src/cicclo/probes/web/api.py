"""The same facts for machines."""

from dataclasses import dataclass
from typing import Any

import msgspec

from cicclo.kernel.access import Action
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.probes.model import Finding
from cicclo.probes.store import Audit, Listed
from cicclo.probes.web.audits import AuditForm, AuditParams, NoParams
from cicclo.probes.web.desk import Desk
from cicclo.probes.web.library import SearchParams
from cicclo.probes.web.platforms import ListParams, PlatformParams, wanted
from cicclo.requirements import Requirement, library
from cicclo.web.operation import Operation, Params, Visit
from cicclo.web.replies import Data

MOST = 1000


class AuditOut(msgspec.Struct, frozen=True):
    """One audit. `summary` counts requirements by worst outcome, and mandatory failures."""

    id: str
    platform: str
    state: str
    targets: list[str]
    profile: str
    created: str
    started: str
    finished: str
    tool: str
    note: str
    resumed: int
    summary: dict[str, int]
    counts: dict[str, int]
    href: str


class PlatformOut(msgspec.Struct, frozen=True):
    id: str
    name: str
    operator: str
    homepage: str
    regions: list[str]
    software: list[str]
    targets: list[str]
    origin: str
    badge: str
    last: AuditOut | msgspec.UnsetType = msgspec.UNSET
    history: list[str] = []


class PlatformsOut(msgspec.Struct, frozen=True):
    platforms: list[PlatformOut]


class AuditsOut(msgspec.Struct, frozen=True):
    audits: list[AuditOut]


class FindingOut(msgspec.Struct, frozen=True):
    """`evidence` are keys of exchanges; `level` is the requirement's."""

    requirement: str
    level: str
    protocol: str
    endpoint: str
    subject: str
    facet: str
    outcome: str
    standing: str
    message: str
    at: str
    code: str
    evidence: list[str]


class FindingsOut(msgspec.Struct, frozen=True):
    """A page of findings; `next` is the address of the following page, empty on the last."""

    findings: list[FindingOut]
    total: int
    next: str


class RequirementOut(msgspec.Struct, frozen=True):
    id: str
    level: str
    title: str
    statement: str
    remedy: str
    standard: str
    version: str
    clause: str
    claim: str


class RequirementsOut(msgspec.Struct, frozen=True):
    requirements: list[RequirementOut]


class FindingsParams(Params, frozen=True):
    audit: str
    outcome: str = ""
    requirement: str = ""
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Api:
    desk: Desk

    def list_platforms(self, visit: Visit, params: ListParams) -> Data:
        shown = [entry for entry in self.desk.store.platforms() if wanted(entry, params)]
        return Data(PlatformsOut([self._platform(entry, visit) for entry in shown]))

    def get_platform(self, visit: Visit, params: PlatformParams) -> Data:
        entry = self.desk.store.platform(params.platform)
        history = [audit.id for audit in self.desk.store.history(params.platform)]
        return Data(msgspec.structs.replace(self._platform(entry, visit), history=history))

    def list_audits(self, visit: Visit, _params: NoParams) -> Data:
        return Data(AuditsOut([_audit(audit, visit) for audit in self.desk.store.history()]))

    def get_audit(self, visit: Visit, params: AuditParams) -> Data:
        audit = self.desk.store.audit(params.audit)
        return Data(msgspec.structs.replace(_audit(audit, visit), counts=self.desk.store.counts(audit.id)))

    def create_audit(self, visit: Visit, _params: NoParams, form: AuditForm) -> Data:
        if not 0 <= form.sample <= 1000:
            raise BadInput(Text("entre 0 et 1000", "between 0 and 1000"), at="sample")
        audit = self.desk.request_audit(form.target, form.profile, form.sample)
        return Data(_audit(audit, visit), 201, {"location": f"{visit.base}/api/audits/{audit.id}"})

    def list_findings(self, visit: Visit, params: FindingsParams) -> Data:
        if not (1 <= params.limit <= MOST and params.offset >= 0):
            raise BadInput(
                Text(
                    f"limit entre 1 et {MOST}, offset positif", f"limit between 1 and {MOST}, offset positive"
                ),
                at="limit, offset",
            )
        self.desk.store.audit(params.audit)
        found, total = self.desk.store.some_findings(
            params.audit, params.outcome, params.requirement, params.offset, params.limit
        )
        end = params.offset + params.limit
        url = visit.request.url.include_query_params(offset=end)
        page = [_finding(finding, visit) for finding in found]
        return Data(FindingsOut(page, total, str(url) if end < total else ""))

    def list_requirements(self, visit: Visit, params: SearchParams) -> Data:
        words = params.q.casefold().split()
        shown = [
            requirement
            for requirement in library().values()
            if params.family in ("", requirement.family)
            and all(
                word in f"{requirement.id} {visit.words.say(requirement.title)}".casefold() for word in words
            )
        ]
        return Data(RequirementsOut([_requirement(requirement, visit) for requirement in shown]))

    def _platform(self, entry: Listed, visit: Visit) -> PlatformOut:
        platform = entry.platform
        return PlatformOut(
            id=platform.id,
            name=platform.name,
            operator=platform.operator,
            homepage=platform.homepage,
            regions=list(platform.regions),
            software=list(platform.software),
            targets=list(entry.targets),
            origin=entry.origin,
            badge=f"{visit.base}/badges/{platform.id}.svg",
            last=_audit(entry.last, visit) if entry.last else msgspec.UNSET,
        )


def _audit(audit: Audit, visit: Visit) -> AuditOut:
    return AuditOut(
        id=audit.id,
        platform=audit.platform,
        state=audit.state,
        targets=list(audit.targets),
        profile=audit.options.profile,
        created=audit.created,
        started=audit.started,
        finished=audit.finished,
        tool=audit.tool,
        note=audit.note,
        resumed=audit.resumed,
        summary=dict(audit.summary),
        counts={},
        href=f"{visit.base}/audits/{audit.id}",
    )


def _finding(finding: Finding, visit: Visit) -> FindingOut:
    known = library().get(finding.requirement)
    return FindingOut(
        requirement=finding.requirement,
        level=known.level.value if known else "",
        protocol=finding.protocol,
        endpoint=finding.endpoint,
        subject=finding.subject,
        facet=finding.facet,
        outcome=finding.outcome.value,
        standing=finding.standing.value,
        message=visit.words.say(finding.message),
        at=finding.at,
        code=finding.code,
        evidence=list(finding.evidence),
    )


def _requirement(requirement: Requirement, visit: Visit) -> RequirementOut:
    say, source = visit.words.say, requirement.source
    return RequirementOut(
        requirement.id,
        requirement.level.value,
        say(requirement.title),
        say(requirement.statement),
        say(requirement.remedy),
        source.standard,
        source.version,
        source.clause,
        requirement.claim,
    )


def operations(desk: Desk) -> list[Operation]:
    api = Api(desk)

    def get(path: str, handler: Any, summary: Text, params: type[Params], returns: Any) -> Operation:
        return Operation(
            "GET", path, handler, summary, params, returns=returns, media_type="application/json"
        )

    return [
        get("/api/platforms", api.list_platforms, Text("Plateformes", "Platforms"), ListParams, PlatformsOut),
        get(
            "/api/platforms/{platform}",
            api.get_platform,
            Text("Une plateforme", "A platform"),
            PlatformParams,
            PlatformOut,
        ),
        get("/api/audits", api.list_audits, Text("Derniers audits", "Latest audits"), NoParams, AuditsOut),
        Operation(
            "POST",
            "/api/audits",
            api.create_audit,
            Text("Lancer un audit", "Start an audit"),
            NoParams,
            AuditForm,
            Action.WRITE,
            returns=AuditOut,
            media_type="application/json",
            status=201,
        ),
        get("/api/audits/{audit}", api.get_audit, Text("Un audit", "An audit"), AuditParams, AuditOut),
        get(
            "/api/audits/{audit}/findings",
            api.list_findings,
            Text("Ses constats", "Its findings"),
            FindingsParams,
            FindingsOut,
        ),
        get(
            "/api/requirements",
            api.list_requirements,
            Text("Exigences", "Requirements"),
            SearchParams,
            RequirementsOut,
        ),
    ]
