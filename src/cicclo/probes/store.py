"""The state of the hub in one database: SQLite (a path) or PostgreSQL (a URL).

Everything shown is read from here, so what is shown is what was committed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.resources import as_file, files
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar
from zlib import compress, decompress

import msgspec
import sqlalchemy as sa

from cicclo.kernel.errors import BadInput, NotFound, Unavailable
from cicclo.kernel.text import Text
from cicclo.probes import tables
from cicclo.probes.evidence import pack, unpack
from cicclo.probes.model import (
    ClientRun,
    Endpoint,
    Event,
    Finding,
    KnownProblem,
    Options,
    Outcome,
    Report,
    Trouble,
)
from cicclo.probes.platforms import Platform
from cicclo.web.outgoing import Answer

T = TypeVar("T")
UNFINISHED = ("waiting", "running")
VERSIONS = files("cicclo.probes") / "migrations" / "versions"


@dataclass(frozen=True, slots=True)
class Audit:
    """One audit as listed. `summary` counts requirements by worst outcome, empty until it ends."""

    id: str
    platform: str
    state: str
    targets: tuple[str, ...]
    options: Options
    created: str
    started: str = ""
    finished: str = ""
    tool: str = ""
    note: str = ""
    summary: Mapping[str, int] = field(default_factory=dict)
    resumed: int = 0

    @property
    def ended(self) -> bool:
        return self.state not in UNFINISHED


@dataclass(frozen=True, slots=True)
class Listed:
    """A platform with the state of its last audit."""

    platform: Platform
    origin: str
    targets: tuple[str, ...]
    last: Audit | None = None


def engine(state: str) -> sa.Engine:
    """Open a database: a path is a SQLite file in WAL mode, anything with `://` a URL."""
    if "://" in state:
        return _postgresql(state)
    Path(state).parent.mkdir(parents=True, exist_ok=True)
    made = sa.create_engine(f"sqlite:///{state}", connect_args={"timeout": 30})

    @sa.event.listens_for(made, "connect")
    def configure(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=wal", "synchronous=normal", "busy_timeout=30000", "foreign_keys=on"):
            connection.execute(f"pragma {pragma}")

    return made


def _postgresql(url: str) -> sa.Engine:
    parsed = sa.make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername != "postgresql+psycopg":
        raise BadInput(
            Text(f"base de données inconnue : {parsed.drivername}", f"unknown database: {parsed.drivername}"),
            at="CICCLO_STATE",
            remedy=Text("un chemin (SQLite) ou postgresql://…", "a path (SQLite) or postgresql://…"),
        )
    try:
        return sa.create_engine(parsed, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise Unavailable(
            Text("le pilote PostgreSQL manque", "the PostgreSQL driver is missing"),
            remedy=Text("installer cicclo[postgresql]", "install cicclo[postgresql]"),
        ) from error


class Store:
    """Platforms, audits and their proofs. Safe to use from several threads."""

    def __init__(self, state: str) -> None:
        self._engine = engine(state)
        # only the dialect in use is imported: both know “insert or update”, each in its own module
        self._insert: Any = import_module(f"sqlalchemy.dialects.{self._engine.dialect.name}").insert

    def close(self) -> None:
        self._engine.dispose()

    def migrate(self) -> None:
        """Bring the tables to their present shape; cheap when they have it already."""
        if (
            self._revision()
            == max(file.name for file in VERSIONS.iterdir() if file.name[0].isdigit()).split("_")[0]
        ):
            return
        from alembic import command  # noqa: PLC0415 - a third of the start-up time
        from alembic.config import Config  # noqa: PLC0415

        with as_file(files("cicclo.probes") / "migrations") as folder, self._begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(folder))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _revision(self) -> str:
        """The last migration that this database went through, empty for a new one."""
        if not sa.inspect(self._engine).has_table("alembic_version"):
            return ""
        with self._begin() as connection:
            return str(connection.execute(sa.text("select version_num from alembic_version")).scalar())

    # platforms

    def add_platform(self, platform: Platform, targets: Sequence[str], origin: str = "added") -> None:
        """Add a platform, or replace what we know of it."""
        self.add_platforms([(platform, targets)], origin)

    def add_platforms(self, entries: Iterable[tuple[Platform, Sequence[str]]], origin: str) -> None:
        rows = [
            {
                "id": p.id,
                "name": p.name,
                "origin": origin,
                "targets": _json(list(targets)),
                "document": _json(p),
            }
            for p, targets in entries
        ]
        insert = self._insert(tables.platforms)
        changed = {name: insert.excluded[name] for name in ("name", "origin", "targets", "document")}
        with self._begin() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=changed), rows)

    def platforms(self) -> list[Listed]:
        """Every platform by name, with its last audit."""
        with self._begin() as connection:
            rows = connection.execute(
                sa.select(tables.platforms).order_by(sa.func.lower(tables.platforms.c.name))
            ).all()
            last = {
                row.platform: _audit(row)
                for row in connection.execute(sa.select(tables.audits).order_by(tables.audits.c.created))
            }
        return [replace(_listed(row), last=last.get(row.id)) for row in rows]

    def platform(self, name: str) -> Listed:
        """Return one platform; raise NotFound."""
        with self._begin() as connection:
            row = connection.execute(sa.select(tables.platforms).where(tables.platforms.c.id == name)).first()
        if row is None:
            raise NotFound(Text(f"aucune plateforme « {name} »", f"no platform “{name}”"))
        history = self.history(name)
        return replace(_listed(row), last=history[0] if history else None)

    # audits

    def create(self, platform: str, targets: Sequence[str], options: Options, created: str) -> Audit:
        """Record an audit to be done."""
        audit = Audit(_new_id(created), platform, "waiting", tuple(targets), options, created)
        row = {**{column.name: "" for column in tables.audits.c}, "resumed": 0, "summary": "{}"}
        row |= {name: getattr(audit, name) for name in ("id", "platform", "state", "created")}
        with self._begin() as connection:
            connection.execute(
                sa.insert(tables.audits), row | {"targets": _json(targets), "options": _json(options)}
            )
        return audit

    def audit(self, name: str) -> Audit:
        """Return one audit; raise NotFound."""
        with self._begin() as connection:
            row = connection.execute(sa.select(tables.audits).where(tables.audits.c.id == name)).first()
        if row is None:
            raise NotFound(Text(f"aucun audit « {name} »", f"no audit “{name}”"))
        return _audit(row)

    def history(self, platform: str = "", *, states: Sequence[str] = (), most: int = 200) -> list[Audit]:
        """Audits, latest first: of one platform, in some states."""
        query = (
            sa.select(tables.audits)
            .order_by(tables.audits.c.created.desc(), tables.audits.c.id.desc())
            .limit(most)
        )
        if platform:
            query = query.where(tables.audits.c.platform == platform)
        if states:
            query = query.where(tables.audits.c.state.in_(states))
        with self._begin() as connection:
            return [_audit(row) for row in connection.execute(query)]

    def update(self, audit: str, **values: Any) -> None:
        """Change columns of an audit; `summary` is given as a mapping."""
        if "summary" in values:
            values["summary"] = _json(values["summary"])
        with self._begin() as connection:
            connection.execute(sa.update(tables.audits).where(tables.audits.c.id == audit).values(**values))

    # what an audit found

    def book(self, audit: str) -> "Book":
        """The pages of one audit, to be written by one job at a time."""
        return Book(self, audit)

    def counts(self, audit: str) -> dict[str, int]:
        """How many exchanges and findings, and how many of each outcome, without reading them."""
        found = (
            sa.select(tables.findings.c.outcome, sa.func.count())
            .where(tables.findings.c.audit == audit)
            .group_by(tables.findings.c.outcome)
        )
        sent = (
            sa.select(sa.func.count()).select_from(tables.exchanges).where(tables.exchanges.c.audit == audit)
        )
        with self._begin() as connection:
            outcomes = {row[0]: row[1] for row in connection.execute(found)}
            requests = connection.execute(sent).scalar_one()
        return {
            **{o.value: 0 for o in Outcome},
            **outcomes,
            "findings": sum(outcomes.values()),
            "requests": requests,
        }

    def latest_findings(self, audit: str, most: int) -> list[Finding]:
        """The last findings, latest first."""
        query = sa.select(tables.findings.c.document).where(tables.findings.c.audit == audit)
        with self._begin() as connection:
            rows = connection.execute(query.order_by(tables.findings.c.number.desc()).limit(most))
            return [msgspec.json.decode(row.document, type=Finding) for row in rows]

    def endpoints(self, audit: str) -> list[Endpoint]:
        """The services found so far."""
        with self._begin() as connection:
            return _documents(connection, tables.endpoints, audit, Endpoint)

    def family(self, audit: str, family: str) -> list[Finding]:
        """The findings of one family of requirements."""
        within = tables.findings.c.requirement.startswith(f"{family}/", autoescape=True)
        return self._findings(audit, within)

    def proved_by(self, audit: str, key: str, most: int) -> list[Finding]:
        """The first findings that rest on an exchange."""
        within = tables.findings.c.document.contains(f'"{key}"', autoescape=True)
        return [finding for finding in self._findings(audit, within, most) if key in finding.evidence]

    def some_findings(
        self, audit: str, outcome: str, requirement: str, offset: int, limit: int
    ) -> tuple[list[Finding], int]:
        """Some of the findings of an outcome and a requirement (empty: of any), and how many there are in all."""
        found = tables.findings.c
        within = sa.and_(
            found.audit == audit,
            *([found.outcome == outcome] if outcome else []),
            *([found.requirement == requirement] if requirement else []),
        )
        query = sa.select(found.document).where(within).order_by(found.number).offset(offset).limit(limit)
        decoder = msgspec.json.Decoder(Finding)
        with self._begin() as connection:
            shown = [decoder.decode(document) for document in connection.execute(query).scalars()]
            total = connection.execute(
                sa.select(sa.func.count()).select_from(tables.findings).where(within)
            ).scalar_one()
        return shown, int(total)

    def _findings(self, audit: str, within: Any, most: int | None = None) -> list[Finding]:
        found = tables.findings.c
        query = (
            sa.select(found.document).where(found.audit == audit, within).order_by(found.number).limit(most)
        )
        decoder = msgspec.json.Decoder(Finding)
        with self._begin() as connection:
            return [decoder.decode(document) for document in connection.execute(query).scalars()]

    def report(self, name: str) -> Report:
        """Everything an audit found so far."""
        audit = self.audit(name)
        with self._begin() as connection:
            sent = (
                sa.select(sa.func.count())
                .select_from(tables.exchanges)
                .where(tables.exchanges.c.audit == name)
            )
            return Report(
                targets=audit.targets,
                options=audit.options,
                started=audit.started,
                finished=audit.finished,
                tool=audit.tool,
                endpoints=_documents(connection, tables.endpoints, name, Endpoint),
                findings=_documents(connection, tables.findings, name, Finding),
                clients=_documents(connection, tables.clients, name, ClientRun),
                known=_documents(connection, tables.known, name, KnownProblem),
                troubles=_documents(connection, tables.troubles, name, Trouble),
                requests=connection.execute(sent).scalar_one(),
            )

    def keep(
        self, platform: str, report: Report, evidence: Iterable[Answer], summary: Mapping[str, int]
    ) -> Audit:
        """Keep a finished audit made elsewhere (the command line, a replayed package) with its proofs."""
        audit = self.create(platform, report.targets, report.options, report.started)
        book = self.book(audit.id)
        for answer in evidence:
            book.put(answer)
        kinds: dict[str, Sequence[Any]] = {
            "endpoint": report.endpoints,
            "finding": report.findings,
            "client": report.clients,
            "known": report.known,
        }
        for kind, things in {**kinds, "trouble": report.troubles}.items():
            for thing in things:
                book.add(Event(kind, thing))
        book.write()
        ended = {"started": report.started, "finished": report.finished, "tool": report.tool}
        self.update(audit.id, state="finished", summary=summary, **ended)
        return self.audit(audit.id)

    def failing(self, requirement: str) -> list[str]:
        """Audits in which a requirement has a failure."""
        found = tables.findings
        query = (
            sa.select(found.c.audit)
            .distinct()
            .where(found.c.requirement == requirement, found.c.outcome == "failed")
        )
        with self._begin() as connection:
            return list(connection.execute(query).scalars())

    # keys

    def key(self, name: str) -> str:
        """What the hub keeps under this name, empty when nothing."""
        with self._begin() as connection:
            value = connection.execute(
                sa.select(tables.keys.c.value).where(tables.keys.c.name == name)
            ).scalar()
        return str(value or "")

    def set_key(self, name: str, value: str) -> None:
        insert = self._insert(tables.keys)
        statement = insert.on_conflict_do_update(
            index_elements=["name"], set_={"value": insert.excluded.value}
        )
        with self._begin() as connection:
            connection.execute(statement, {"name": name, "value": value})

    def _begin(self) -> Any:
        return self._engine.begin()


class Book:
    """One audit's events and exchanges, written in batches; also the `Evidence` of the audit.

    `put` and `add` keep things in memory; `write` commits them all at once, exchanges with the findings that
    rest on them.
    """

    def __init__(self, store: Store, audit: str) -> None:
        self._store = store
        self._audit = audit
        self._answers: dict[str, Answer] = {}
        self._events: list[Event] = []
        self._next: dict[str, int] = {}

    def put(self, answer: Answer) -> None:
        self._answers[answer.request.key] = answer

    def add(self, event: Event) -> None:
        self._events.append(event)

    def get(self, key: str) -> Answer | None:
        if key in self._answers:
            return self._answers[key]
        found = tables.exchanges
        query = sa.select(found.c.head, found.c.body).where(found.c.audit == self._audit, found.c.key == key)
        with self._store._begin() as connection:  # noqa: SLF001 - the store's own other half
            row = connection.execute(query).first()
        return unpack(row.head, decompress(row.body)) if row else None

    def __iter__(self) -> Iterator[Answer]:
        found = tables.exchanges
        query = (
            sa.select(found.c.head, found.c.body).where(found.c.audit == self._audit).order_by(found.c.number)
        )
        with self._store._begin() as connection:  # noqa: SLF001
            for row in connection.execute(query):
                yield unpack(row.head, decompress(row.body))

    def write(self) -> int:
        """Commit what was added since the last time; return how many things that was."""
        answers, self._answers = self._answers, {}
        events, self._events = self._events, []
        if not answers and not events:
            return 0
        with self._store._begin() as connection:  # noqa: SLF001
            for table, rows in self._rows(connection, answers, events).items():
                if rows:
                    insert = self._store._insert(table)  # noqa: SLF001
                    keys = [column.name for column in table.primary_key]
                    changed = {
                        c.name: insert.excluded[c.name] for c in table.c if c.name not in (*keys, "number")
                    }
                    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed), rows)
        return len(answers) + len(events)

    def _rows(
        self, connection: Any, answers: Mapping[str, Answer], events: Sequence[Event]
    ) -> dict[sa.Table, list[dict[str, Any]]]:
        rows: dict[sa.Table, list[dict[str, Any]]] = {tables.exchanges: []}
        for key, answer in answers.items():
            head, body = pack(answer)
            row = {"key": key, "head": head, "body": compress(body, 1)}
            rows[tables.exchanges].append({**row, **self._place(connection, tables.exchanges)})
        for event in events:
            if event.kind in _TABLES:
                table, extra = _TABLES[event.kind]
                row = {"document": _json(event.thing), **extra(event.thing)}
                rows.setdefault(table, []).append({**row, **self._place(connection, table)})
        # within one statement PostgreSQL refuses two rows with one key: the last one counts
        if tables.endpoints in rows:
            rows[tables.endpoints] = list({row["id"]: row for row in rows[tables.endpoints]}.values())
        return rows

    def _place(self, connection: Any, table: sa.Table) -> dict[str, Any]:
        if table.name not in self._next:
            last = sa.select(sa.func.max(table.c.number)).where(table.c.audit == self._audit)
            self._next[table.name] = (connection.execute(last).scalar() or 0) + 1
        number = self._next[table.name]
        self._next[table.name] += 1
        return {"audit": self._audit, "number": number}


_TABLES: dict[str, tuple[sa.Table, Any]] = {
    "endpoint": (tables.endpoints, lambda e: {"id": e.id}),
    "finding": (
        tables.findings,
        lambda f: {"requirement": f.requirement, "outcome": f.outcome.value, "standing": f.standing.value},
    ),
    "client": (tables.clients, lambda _: {}),
    "known": (tables.known, lambda _: {}),
    "trouble": (tables.troubles, lambda _: {}),
}


def _documents(connection: Any, table: sa.Table, audit: str, kind: type[T]) -> list[T]:
    rows = connection.execute(
        sa.select(table.c.document).where(table.c.audit == audit).order_by(table.c.number)
    )
    decoder = msgspec.json.Decoder(kind)
    return [decoder.decode(document) for document in rows.scalars()]


def _audit(row: Any) -> Audit:
    values = {name: getattr(row, name) for name in Audit.__slots__}
    values["targets"] = msgspec.json.decode(row.targets, type=tuple[str, ...])
    values["options"] = msgspec.json.decode(row.options, type=Options)
    values["summary"] = msgspec.json.decode(row.summary)
    return Audit(**values)


def _listed(row: Any) -> Listed:
    platform = msgspec.json.decode(row.document, type=Platform)
    return Listed(platform, row.origin, msgspec.json.decode(row.targets, type=tuple[str, ...]))


def _json(thing: Any) -> str:
    return msgspec.json.encode(thing).decode()


def _new_id(created: str) -> str:
    """Return an id that sorts by date and cannot be guessed."""
    return f"{created[:10].replace('-', '')}-{token_hex(5)}"
