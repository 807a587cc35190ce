"""Validate a file, watch it, read its report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cicclo.kernel.access import Action
from cicclo.kernel.text import Text
from cicclo.requirements import library
from cicclo.validation import catalogue
from cicclo.validation.store import CHOOSING, FINISHED, Validation
from cicclo.validation.view import View
from cicclo.validation.web.desk import Desk, ValidationForm
from cicclo.web.gate import SESSION_COOKIE
from cicclo.web.operation import Form, Operation, Params, Visit
from cicclo.web.reception import Files
from cicclo.web.replies import Data, Page, Redirect

PHASES = {
    "fetching": Text("Le fichier est demandé à son adresse", "The file is fetched from its address"),
    "schema": Text("Le schéma est lu", "The schema is read"),
    "suggesting": Text(
        "Le fichier est comparé aux schémas connus", "The file is compared with known schemas"
    ),
    "validating": Text("Le fichier est validé", "The file is validated"),
    "writing": Text("Le rapport est écrit", "The report is written"),
}
STATES = {
    "waiting": Text("en attente", "waiting"),
    "running": Text("en cours", "running"),
    "choosing": Text("attend un schéma", "waits for a schema"),
    "finished": Text("terminée", "finished"),
    "failed": Text("arrêtée par une erreur", "stopped by an error"),
    "interrupted": Text("interrompue", "interrupted"),
    "cancelled": Text("arrêtée à la demande", "stopped on request"),
}
LATEST = 20


class NoParams(Params, frozen=True):
    pass


class NewParams(Params, frozen=True):
    schema: str = ""
    url: str = ""


class ValidationParams(Params, frozen=True):
    validation: str


class NoForm(Form, frozen=True):
    pass


class SchemaForm(Form, frozen=True):
    schema: str


@dataclass(frozen=True, slots=True)
class Validations:
    desk: Desk

    def new_validation(self, visit: Visit, params: NewParams) -> Page | Redirect:
        """The form needs a ticket, even an anonymous one, for its token: the first visit takes it and comes back."""
        if not visit.csrf:
            return Redirect(str(visit.request.url), {SESSION_COOKIE: self.desk.ticket()})
        latest = self.desk.store.history(most=LATEST) if visit.actor.known else []
        data = {"params": params, "schemas": schemas(), "latest": latest, "states": STATES}
        return Page("validation/new.html", {**data, "hosting": self.desk.jobs.hosting})

    def start_validation(
        self, visit: Visit, _params: NoParams, form: ValidationForm, files: Files
    ) -> Redirect:
        return Redirect(f"/validations/{self.desk.request(form, files, name='', lang=visit.lang).id}")

    def one_validation(self, _visit: Visit, params: ValidationParams) -> Page:
        validation = self.desk.store.validation(params.validation)
        view = self.desk.view(validation.id)
        if validation.state == FINISHED and view is not None:
            return Page("validation/report.html", self._report(validation, view))
        if validation.state == CHOOSING and view is not None:
            return Page(
                "validation/choose.html", {**self._about(validation), "view": view, "schemas": schemas()}
            )
        return Page("validation/live.html", self._about(validation))

    def validation_progress(self, _visit: Visit, params: ValidationParams) -> Page:
        """The part of the live page that changes; once it has ended, the page loads its report."""
        validation = self.desk.store.validation(params.validation)
        over = validation.ended or validation.state == CHOOSING
        headers = {"HX-Refresh": "true"} if over else {}
        return Page("validation/progress.html", self._about(validation), headers=headers)

    def stop_validation(self, _visit: Visit, params: ValidationParams, _form: NoForm) -> Redirect:
        self.desk.store.validation(params.validation)
        self.desk.jobs.cancel(params.validation)
        return Redirect(f"/validations/{params.validation}")

    def remove_validation(self, _visit: Visit, params: ValidationParams, _form: NoForm) -> Redirect:
        self.desk.store.validation(params.validation)
        self.desk.jobs.forget(params.validation)
        return Redirect("/validations")

    def choose_schema(self, _visit: Visit, params: ValidationParams, form: SchemaForm) -> Redirect:
        self.desk.choose(params.validation, form.schema)
        return Redirect(f"/validations/{params.validation}")

    def faulty_places(self, visit: Visit, params: ValidationParams) -> Data:
        """The faulty features that the map shows, as GeoJSON."""
        self.desk.store.validation(params.validation)
        view = self.desk.view(params.validation) or View()
        features = [
            {
                "type": "Feature",
                "id": number,
                "geometry": {"type": "Point", "coordinates": [point.lon, point.lat]},
                "properties": {"name": point.name, "message": visit.words.say(point.message)},
            }
            for number, point in enumerate(view.points, 1)
        ]
        return Data({"type": "FeatureCollection", "features": features})

    def _about(self, validation: Validation) -> dict[str, object]:
        phase = PHASES.get(validation.phase)
        return {"validation": validation, "phase": phase, "states": STATES, "hosting": self.desk.jobs.hosting}

    def _report(self, validation: Validation, view: View) -> dict[str, object]:
        layer = {"name": "faults", "title": "", "ink": "mark", "shape": "point"}
        layer["features"] = f"/validations/{validation.id}/points"
        return {
            **self._about(validation),
            "view": view,
            "requirements": library(),
            "layers": [layer],
            "until": until(validation.finished, self.desk.jobs.hosting.report_days),
        }


def schemas() -> Mapping[str, str]:
    """Names of the catalogue that can be validated against, with their titles."""
    return {
        entry.name: entry.title.strip() for entry in catalogue.shipped().values() if entry.kind != "other"
    }


def until(moment: str, days: float) -> str:
    """When a report is removed."""
    return (datetime.fromisoformat(moment) + timedelta(days=days)).isoformat() if moment else ""


def operations(desk: Desk) -> list[Operation]:
    pages = Validations(desk)
    validate, one = Text("Valider un fichier", "Validate a file"), Text("Une validation", "A validation")

    def get(path: str, handler: Any, summary: Text, params: type[Params], **more: Any) -> Operation:
        return Operation("GET", path, handler, summary, params, action=Action.VALIDATE, **more)

    def post(
        path: str, handler: Any, summary: Text, params: type[Params], form: type[Form], **more: Any
    ) -> Operation:
        return Operation("POST", path, handler, summary, params, form, Action.VALIDATE, **more)

    here = "/validations/{validation}"
    return [
        get("/validations", pages.new_validation, validate, NewParams),
        post(
            "/validations",
            pages.start_validation,
            validate,
            NoParams,
            ValidationForm,
            reception=desk.reception,
        ),
        get(here, pages.one_validation, one, ValidationParams, json=f"/api{here}"),
        get(
            f"{here}/avancement", pages.validation_progress, Text("Avancement", "Progress"), ValidationParams
        ),
        get(
            f"{here}/points",
            pages.faulty_places,
            Text("Objets en faute", "Faulty features"),
            ValidationParams,
        ),
        post(
            f"{here}/arreter",
            pages.stop_validation,
            Text("Arrêter une validation", "Stop a validation"),
            ValidationParams,
            NoForm,
        ),
        post(
            f"{here}/supprimer",
            pages.remove_validation,
            Text("Supprimer un rapport", "Remove a report"),
            ValidationParams,
            NoForm,
        ),
        post(
            f"{here}/schema",
            pages.choose_schema,
            Text("Choisir un schéma", "Choose a schema"),
            ValidationParams,
            SchemaForm,
        ),
    ]
