"""Take an audit away: its evidence, replayable offline, and its report in every format."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from cicclo.kernel.errors import NotFound
from cicclo.kernel.text import Text
from cicclo.probes.evidence import save
from cicclo.probes.reports import FORMATS
from cicclo.probes.web.audits import AuditParams
from cicclo.probes.web.desk import Desk
from cicclo.web.operation import Operation, Params, Visit
from cicclo.web.replies import Raw

SUFFIXES = {"text": "txt", "earl": "jsonld", "junit": "xml"}


class FormatParams(Params, frozen=True):
    audit: str
    format: str


@dataclass(frozen=True, slots=True)
class Downloads:
    desk: Desk

    def evidence(self, visit: Visit, params: AuditParams) -> Raw:
        audit = self.desk.store.audit(params.audit)
        report = self.desk.store.report(audit.id)
        manifest = {
            "tool": report.tool,
            "targets": list(report.targets),
            "options": msgspec.to_builtins(report.options),
            "started": report.started,
        }
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "evidence.zip"
            digest = save(
                path, self.desk.store.book(audit.id), FORMATS["json"].write(report, visit.lang), manifest
            )
            headers = {"x-cicclo-digest": f"sha256:{digest}"}
            return Raw(path.read_bytes(), "application/zip", f"cicclo-{audit.id}.zip", headers)

    def report_format(self, visit: Visit, params: FormatParams) -> Raw:
        if params.format not in FORMATS:
            names = ", ".join(FORMATS)
            raise NotFound(
                Text("format inconnu", "unknown format"), at=params.format, remedy=Text(names, names)
            )
        chosen = FORMATS[params.format]
        data = chosen.write(self.desk.store.report(params.audit), visit.lang)
        return Raw(data, chosen.media_type, f"cicclo-{params.audit}.{SUFFIXES.get(chosen.id, chosen.id)}")


def operations(desk: Desk) -> list[Operation]:
    pages = Downloads(desk)
    return [
        Operation(
            "GET",
            "/api/audits/{audit}/evidence.zip",
            pages.evidence,
            Text("Preuves, à rejouer hors ligne", "Evidence, to replay offline"),
            AuditParams,
            media_type="application/zip",
        ),
        Operation(
            "GET",
            "/api/audits/{audit}/report.{format}",
            pages.report_format,
            Text("Rapport dans un format", "Report in a format"),
            FormatParams,
            media_type="application/octet-stream",
        ),
    ]
