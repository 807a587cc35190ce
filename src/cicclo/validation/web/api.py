"""The same for machines: send a file, ask where it stands, take its report."""

from dataclasses import dataclass
from typing import Any

import msgspec

from cicclo.kernel.access import Action
from cicclo.kernel.text import Text
from cicclo.validation.store import Validation
from cicclo.validation.web.desk import Desk, ValidationForm
from cicclo.validation.web.pages import NoForm, NoParams, ValidationParams
from cicclo.web.operation import Operation, Params, Visit
from cicclo.web.reception import Files
from cicclo.web.replies import Data, Stored

MEDIA_TYPES = {
    "json": "application/json",
    "strict": "application/json",
    "sarif": "application/sarif+json",
    "html": "text/html",
    "csv": "text/csv",
    "zip": "application/zip",
}
SUFFIXES = {"strict": "validata.json"}


class SuggestionOut(msgspec.Struct, frozen=True):
    schema: str
    title: str
    share: float


class ValidationOut(msgspec.Struct, frozen=True):
    """One validation. `share` is the part done, between 0 and 1; `valid` and the counts are there once it is finished.

    `reports` gives the address of each format. `problem` says why there is no report.
    """

    id: str
    state: str
    source: str
    schema: str
    size: int
    created: str
    started: str
    finished: str
    tool: str
    phase: str
    share: float
    resumed: int
    problem: str
    href: str
    valid: bool | msgspec.UnsetType = msgspec.UNSET
    errors: int = 0
    warnings: int = 0
    rows: int = 0
    complete: bool = True
    reports: dict[str, str] = {}
    suggestions: list[SuggestionOut] = []


class ValidationsOut(msgspec.Struct, frozen=True):
    validations: list[ValidationOut]


class NewParams(Params, frozen=True):
    """For a body that is the file itself; `name` is what the file is called, its ending tells how it is read."""

    name: str = ""
    schema: str = ""
    all_errors: bool = False
    strict: bool = False
    ignore_case: bool = False


class ReportParams(Params, frozen=True):
    validation: str
    format: str = "json"


@dataclass(frozen=True, slots=True)
class Api:
    desk: Desk

    def list_validations(self, visit: Visit, _params: NoParams) -> Data:
        return Data(ValidationsOut([_validation(found, visit) for found in self.desk.store.history()]))

    def create_validation(self, visit: Visit, params: NewParams, form: ValidationForm, files: Files) -> Data:
        asked = ValidationForm(
            schema=form.schema or params.schema,
            url=form.url,
            all_errors=form.all_errors or params.all_errors,
            strict=form.strict or params.strict,
            ignore_case=form.ignore_case or params.ignore_case,
        )
        made = self.desk.request(asked, files, name=params.name, lang=visit.lang)
        return Data(_validation(made, visit), 201, {"location": f"{visit.base}/api/validations/{made.id}"})

    def get_validation(self, visit: Visit, params: ValidationParams) -> Data:
        found = _validation(self.desk.store.validation(params.validation), visit)
        view = self.desk.view(params.validation)
        if view is None:
            return Data(found)
        if found.state != "finished":
            given = [SuggestionOut(each.schema, each.title, each.share) for each in view.suggestions]
            return Data(msgspec.structs.replace(found, suggestions=given))
        base = f"{visit.base}/api/validations/{found.id}/report?format="
        return Data(
            msgspec.structs.replace(
                found,
                valid=view.valid,
                errors=view.errors,
                warnings=view.warnings,
                rows=view.rows,
                complete=view.complete,
                reports={name: base + name for name in view.reports},
            )
        )

    def get_validation_report(self, visit: Visit, params: ReportParams) -> Stored:
        path, validation = self.desk.report(params.validation, params.format, visit.lang)
        ending = SUFFIXES.get(params.format, params.format)
        stem = validation.source.rpartition(".")[0] or validation.source
        media_type = MEDIA_TYPES.get(params.format, "application/octet-stream")
        return Stored(
            path, media_type, f"{stem}.rapport.{ending}" if visit.lang == "fr" else f"{stem}.report.{ending}"
        )

    def remove_validation_and_report(self, visit: Visit, params: ValidationParams, _form: NoForm) -> Data:
        found = self.desk.store.validation(params.validation)
        self.desk.jobs.forget(found.id)
        return Data(_validation(found, visit))


def _validation(found: Validation, visit: Visit) -> ValidationOut:
    problem = found.problem
    parts = (problem.at, visit.words.say(problem.message), visit.words.say(problem.remedy))
    return ValidationOut(
        id=found.id,
        state=found.state,
        source=found.source,
        schema=found.schema_wanted,
        size=found.size,
        created=found.created,
        started=found.started,
        finished=found.finished,
        tool=found.tool,
        phase=found.phase,
        share=found.share,
        resumed=found.resumed,
        problem=" — ".join(part for part in parts if part),
        href=f"{visit.base}/validations/{found.id}",
    )


def operations(desk: Desk) -> list[Operation]:
    api = Api(desk)
    media = "application/json"
    one = "/api/validations/{validation}"

    def get(path: str, handler: Any, summary: Text, params: type[Params], **more: Any) -> Operation:
        return Operation(
            "GET", path, handler, summary, params, **{"action": Action.VALIDATE, "media_type": media, **more}
        )

    return [
        # a list of other people's files is for the operator
        get(
            "/api/validations",
            api.list_validations,
            Text("Dernières validations", "Latest validations"),
            NoParams,
            returns=ValidationsOut,
            action=Action.WRITE,
        ),
        Operation(
            "POST",
            "/api/validations",
            api.create_validation,
            Text("Valider un fichier", "Validate a file"),
            NewParams,
            ValidationForm,
            Action.VALIDATE,
            returns=ValidationOut,
            media_type=media,
            status=201,
            reception=desk.reception,
        ),
        get(
            one,
            api.get_validation,
            Text("Une validation", "A validation"),
            ValidationParams,
            returns=ValidationOut,
        ),
        get(
            f"{one}/report",
            api.get_validation_report,
            Text("Son rapport, dans un format", "Its report, in a format"),
            ReportParams,
            media_type="application/octet-stream",
        ),
        Operation(
            "DELETE",
            one,
            api.remove_validation_and_report,
            Text("Arrêter et supprimer une validation", "Stop and remove a validation"),
            ValidationParams,
            NoForm,
            Action.VALIDATE,
            returns=ValidationOut,
            media_type=media,
        ),
    ]
