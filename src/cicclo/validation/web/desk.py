"""What every page of validation needs."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from cicclo.kernel.errors import BadInput, NotFound
from cicclo.kernel.text import Text
from cicclo.validation.jobs import Jobs, now
from cicclo.validation.store import CHOOSING, FINISHED, Store, Validation
from cicclo.validation.tasks import Wishes
from cicclo.validation.view import View
from cicclo.web.operation import Form
from cicclo.web.reception import Files, Reception, safe_name

FILE_FIELD, SCHEMA_FIELD = "file", "schema_file"
MOST_SCHEMA = 8 << 20
LONGEST_ADDRESS = 2000
_NAME = re.compile(r"[\w.-]{1,100}(/[\w.-]{1,100})?(@[\w.-]{1,50})?")


class ValidationForm(Form, frozen=True):
    """A file comes with it, or `url` says where one is; `schema` is a name of the catalogue or an address.

    Without schema, those that fit the file are suggested.
    """

    schema: str = ""
    url: str = ""
    all_errors: bool = False
    strict: bool = False
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """The state, the validations that run, and how an unknown visitor gets a ticket for the forms."""

    store: Store
    jobs: Jobs
    ticket: Callable[[], str]

    def open(self) -> None:
        self.jobs.start()

    def close(self) -> None:
        self.jobs.stop()
        self.store.close()

    @property
    def reception(self) -> Reception:
        largest = self.jobs.hosting.upload_bytes
        return Reception(
            {FILE_FIELD: largest, SCHEMA_FIELD: MOST_SCHEMA}, FILE_FIELD, self.jobs.room, self.jobs.given_up
        )

    def request(self, form: ValidationForm, files: Files, *, name: str, lang: str) -> Validation:
        """Start the validation of what was sent; raise BadInput when there is no file, or several."""
        try:
            return self.jobs.submit(self._asked(form, files, name, lang))
        except BaseException:
            files.discard()
            raise

    def _asked(self, form: ValidationForm, files: Files, name: str, lang: str) -> Validation:
        sent, address = files.get(FILE_FIELD), form.url.strip()
        if bool(sent) == bool(address):
            raise BadInput(
                Text(
                    "un fichier, ou l'adresse d'un fichier, est attendu",
                    "a file, or the address of one, is expected",
                ),
                at="file, url",
                remedy=Text("donner l'un des deux", "give one of the two"),
            )
        if address:
            check_address(address, "url")
        if files.folder is None:
            files.folder = self.jobs.room()
        if (schema := files.get(SCHEMA_FIELD)) is None:
            wanted = check_schema(form.schema)
        else:
            wanted = f"{schema.name or 'schema.json'}"
        source = safe_name(name) or (sent.name if sent else _last_part(address)) or "data.csv"
        return Validation(
            files.folder.name,
            "waiting",
            source,
            address,
            wanted,
            Wishes(0 if form.all_errors else Wishes().limit, form.strict, form.ignore_case),
            lang,
            now(),
            size=sent.size if sent else 0,
        )

    def choose(self, name: str, schema: str) -> None:
        """Go on with one of the schemas suggested, or another."""
        if not schema.strip():
            raise BadInput(Text("un schéma est attendu", "a schema is expected"), at="schema")
        if self.store.validation(name).state != CHOOSING:
            raise BadInput(
                Text("cette validation n'attend pas de schéma", "this validation waits for no schema")
            )
        self.jobs.choose(name, check_schema(schema))

    def view(self, name: str) -> View | None:
        """The report as its page shows it; None when there is none."""
        found = self.store.view(name)
        return msgspec.convert(found, View) if found else None

    def report(self, name: str, form: str, lang: str) -> tuple[Path, Validation]:
        """Where a report is, in the language asked for when it was written in it; raise NotFound."""
        validation = self.store.validation(name)
        view = self.view(name)
        if validation.state != FINISHED or view is None:
            raise NotFound(
                Text("pas encore de rapport", "no report yet")
                if not validation.ended
                else Text("pas de rapport", "no report"),
                at=name,
            )
        if form not in view.reports:
            names = ", ".join(view.reports)
            raise NotFound(Text("format inconnu", "unknown format"), at=form, remedy=Text(names, names))
        folder = self.jobs.reports(name)
        for spoken in (lang, validation.lang):
            path = folder / f"{spoken}.{form}"
            if path.exists():
                return path, validation
        raise NotFound(Text("ce rapport a été retiré", "this report was removed"), at=form)


def check_schema(schema: str) -> str:
    """A name of the catalogue or a web address; never a path of this machine."""
    wanted = schema.strip()
    if wanted.lower().startswith(("http://", "https://")):
        return check_address(wanted, "schema")
    if wanted and not _NAME.fullmatch(wanted):
        raise BadInput(
            Text("ni un nom du catalogue, ni une adresse", "neither a name of the catalogue nor an address"),
            at="schema",
            remedy=Text(
                "par exemple etalab/schema-irve-statique@2.3.1",
                "for instance etalab/schema-irve-statique@2.3.1",
            ),
        )
    return wanted


def check_address(address: str, at: str) -> str:
    """Return a web address; raise BadInput when it is not one, or carries a password."""
    wrong = len(address) > LONGEST_ADDRESS or any(c.isspace() or not c.isprintable() for c in address)
    try:
        parts = urlsplit(address)
        wrong = wrong or parts.scheme not in ("http", "https") or not parts.hostname or bool(parts.username)
        _ = parts.port
    except ValueError:
        wrong = True
    if wrong:
        raise BadInput(
            Text("une adresse http(s)://… est attendue", "an http(s)://… address is expected"),
            at=at,
            remedy=Text("sans mot de passe dans l'adresse", "without a password in the address"),
        )
    return address


def _last_part(address: str) -> str:
    return safe_name(unquote(urlsplit(address).path.rpartition("/")[2]))
