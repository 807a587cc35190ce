"""Validations asked for, in the hub's database. Reports that are downloaded are files beside it: they may be large."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.resources import as_file, files
from secrets import token_hex
from typing import Any

import msgspec
import sqlalchemy as sa

from cicclo.kernel.errors import NotFound
from cicclo.kernel.text import Text
from cicclo.validation.tables import validations
from cicclo.validation.tasks import Problem, Wishes

WAITING, RUNNING, FINISHED, FAILED = "waiting", "running", "finished", "failed"
INTERRUPTED, CANCELLED = "interrupted", "cancelled"
CHOOSING = "choosing"  # the file is there, and waits for someone to say which schema it follows
UNFINISHED = (WAITING, RUNNING, CHOOSING)
VERSION_TABLE = "validation_version"
VERSIONS = files("cicclo.validation") / "migrations" / "versions"


@dataclass(frozen=True, slots=True)
class Validation:
    """One validation as listed. `share` is between 0 and 1."""

    id: str
    state: str
    source: str
    address: str = ""
    schema_wanted: str = ""
    options: Wishes = field(default_factory=Wishes)
    lang: str = "fr"
    created: str = ""
    started: str = ""
    finished: str = ""
    tool: str = ""
    phase: str = ""
    problem: Problem = field(default_factory=Problem)
    size: int = 0
    share: float = 0.0
    resumed: int = 0

    @property
    def ended(self) -> bool:
        return self.state not in UNFINISHED


class Store:
    """Validations and their reports. Safe to use from several threads; `engine` is shared with the rest of the hub."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        self._engine.dispose()

    def migrate(self) -> None:
        """Bring the table to its present shape; cheap when it has it already."""
        newest = max(file.name for file in VERSIONS.iterdir() if file.name[0].isdigit()).split("_")[0]
        if self._revision() == newest:
            return
        from alembic import command  # noqa: PLC0415 - a third of the start-up time
        from alembic.config import Config  # noqa: PLC0415

        with as_file(files("cicclo.validation") / "migrations") as folder, self._engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(folder))
            config.set_main_option("version_table", VERSION_TABLE)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _revision(self) -> str:
        if not sa.inspect(self._engine).has_table(VERSION_TABLE):
            return ""
        with self._engine.begin() as connection:
            return str(connection.execute(sa.text(f"select version_num from {VERSION_TABLE}")).scalar())  # noqa: S608 - our own name

    def create(self, validation: Validation) -> Validation:
        """Record a validation to be done."""
        with self._engine.begin() as connection:
            connection.execute(sa.insert(validations), _row(validation))
        return validation

    def validation(self, name: str) -> Validation:
        """Return one validation; raise NotFound."""
        with self._engine.begin() as connection:
            row = connection.execute(sa.select(*_LISTED).where(validations.c.id == name)).first()
        if row is None:
            raise NotFound(
                Text(
                    "cette validation n'existe pas, ou plus", "this validation does not exist, or no longer"
                ),
                remedy=Text("valider le fichier à nouveau", "validate the file again"),
            )
        return _validation(row)

    def history(self, *, states: Sequence[str] = (), most: int = 200) -> list[Validation]:
        """Validations, latest first, in some states."""
        query = sa.select(*_LISTED).order_by(validations.c.created.desc(), validations.c.id).limit(most)
        if states:
            query = query.where(validations.c.state.in_(states))
        with self._engine.begin() as connection:
            return [_validation(row) for row in connection.execute(query)]

    def waiting(self) -> int:
        """How many are not finished."""
        query = sa.select(sa.func.count()).where(validations.c.state.in_(UNFINISHED))
        with self._engine.begin() as connection:
            return int(connection.execute(query).scalar_one())

    def update(self, name: str, *, unless: Sequence[str] = (), **values: Any) -> bool:
        """Change columns, unless the validation is in one of these states; tell whether it was changed."""
        if "share" in values:
            values["share"] = round(1000 * values["share"])
        if "problem" in values:
            values["problem"] = _json(values["problem"])
        change = sa.update(validations).where(validations.c.id == name).values(**values)
        if unless:
            change = change.where(validations.c.state.not_in(unless))
        with self._engine.begin() as connection:
            return bool(connection.execute(change).rowcount)

    def view(self, name: str) -> Mapping[str, Any]:
        """What the page of the report shows; empty until there is a report."""
        with self._engine.begin() as connection:
            found = connection.execute(sa.select(validations.c.view).where(validations.c.id == name)).scalar()
        return msgspec.json.decode(found) if found else {}

    def forget(self, name: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(sa.delete(validations).where(validations.c.id == name))

    def ended_before(self, moment: str) -> list[str]:
        """Validations whose last event is older than a moment (ISO 8601, UTC)."""
        ended = validations.c.state.not_in(UNFINISHED)
        query = sa.select(validations.c.id).where(ended, validations.c.finished < moment)
        with self._engine.begin() as connection:
            return list(connection.execute(query).scalars())

    def names(self) -> set[str]:
        with self._engine.begin() as connection:
            return set(connection.execute(sa.select(validations.c.id)).scalars())


_LISTED = [validations.c[name] for name in validations.c.keys() if name != "view"]  # noqa: SIM118 - not a mapping


def new_id() -> str:
    """An id that nobody can guess: whoever has the address of a report may read it where visitors may validate."""
    return token_hex(16)


def _row(validation: Validation) -> dict[str, Any]:
    row = {**asdict(validation), "view": "", "share": round(1000 * validation.share)}
    return row | {"options": _json(validation.options), "problem": _json(validation.problem)}


def _validation(row: Any) -> Validation:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    values["options"] = msgspec.json.decode(row.options, type=Wishes)
    values["problem"] = msgspec.json.decode(row.problem, type=Problem)
    values["share"] = row.share / 1000
    return Validation(**values)


def _json(thing: Any) -> str:
    return msgspec.json.encode(thing).decode()
