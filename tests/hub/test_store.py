"""The state, on SQLite and, where its programs are installed, on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from cicclo.kernel.errors import BadInput, NotFound
from cicclo.kernel.text import Text
from cicclo.probes import tables
from cicclo.probes.model import Endpoint, Event, Finding, Options, Outcome, Report, Standing, Trouble
from cicclo.probes.platforms import Platform
from cicclo.probes.store import Store
from cicclo.web.outgoing import Answer, Request

PLATFORM = Platform(
    "lyon",
    "Métropole de Lyon",
    "Grand Lyon",
    "https://lyon.example/",
    (("wfs", "https://lyon.example/wfs"),),
    ("84",),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    state = (
        str(tmp_path / "state.sqlite") if request.param == "sqlite" else request.getfixturevalue("postgresql")
    )
    made = Store(state)
    made.migrate()
    yield made
    with made._engine.begin() as connection:
        for table in tables.metadata.tables.values():
            connection.execute(sa.delete(table))
    made.close()


def finding(number: int, outcome: Outcome = Outcome.FAILED) -> Finding:
    message = Text("valeur « é\u202f» inattendue", "unexpected value “é”")
    return Finding(
        f"a/b/c{number}",
        "https://lyon.example/wfs",
        "wfs",
        outcome,
        Standing.BINDING,
        message,
        evidence=("k",),
    )


def answer(url: str, body: bytes) -> Answer:
    return Answer(
        Request("GET", url),
        url,
        200,
        (("content-type", "text/plain"),),
        body,
        length=len(body),
        sha256="0" * 64,
    )


def test_migrations_make_the_tables_that_the_code_uses(store: Store) -> None:
    """The tables written out in migrations and those of `tables.py` are the same, columns and keys."""
    inspector = sa.inspect(store._engine)
    for name, table in tables.metadata.tables.items():
        assert {c["name"] for c in inspector.get_columns(name)} == set(table.columns.keys())
        assert inspector.get_pk_constraint(name)["constrained_columns"] == [c.name for c in table.primary_key]
        assert {i["name"] for i in inspector.get_indexes(name)} >= {i.name for i in table.indexes}


def test_migrating_twice_changes_nothing(store: Store) -> None:
    """A start on an up-to-date state keeps what it holds."""
    store.add_platform(PLATFORM, ["lyon"])
    store.migrate()
    assert store.platform("lyon").platform == PLATFORM


def test_a_platform_is_replaced_not_doubled(store: Store) -> None:
    """The registry is imported at each start."""
    store.add_platforms([(PLATFORM, ["lyon"])], "registry")
    store.add_platforms([(PLATFORM, ["lyon"])], "registry")
    assert [entry.platform for entry in store.platforms()] == [PLATFORM]
    with pytest.raises(NotFound):
        store.platform("nothing")


def test_what_is_written_is_read_back(store: Store) -> None:
    """Findings, endpoints, troubles and exchanges come back as they were, in order."""
    store.add_platform(PLATFORM, ["lyon"])
    audit = store.create("lyon", ["lyon"], Options(sample=2), "2026-11-23T10:00:00+00:00")
    book = store.book(audit.id)
    endpoint = Endpoint("wfs", "https://lyon.example/wfs", claims=frozenset({"a", "b"}))
    exchange = answer("https://lyon.example/wfs?x=1", b"\x00\xff" * 1000)
    book.put(exchange)
    for event in (
        Event("endpoint", endpoint),
        Event("finding", finding(1)),
        Event("trouble", Trouble("x", Text("non", "no"))),
    ):
        book.add(event)
    assert store.report(audit.id).findings == []
    assert book.write() == 4
    assert book.write() == 0
    book.add(Event("finding", finding(2, Outcome.PASSED)))
    book.write()
    report = store.report(audit.id)
    assert report.findings == [finding(1), finding(2, Outcome.PASSED)]
    assert report.endpoints == [endpoint]
    assert report.troubles == [Trouble("x", Text("non", "no"))]
    assert report.options == Options(sample=2)
    assert store.book(audit.id).get(exchange.request.key) == exchange
    assert list(store.book(audit.id)) == [exchange]
    assert store.counts(audit.id)["failed"] == 1
    assert store.failing("a/b/c1") == [audit.id]


def test_an_endpoint_told_twice_in_one_batch_is_kept_once(store: Store) -> None:
    """First found, then read with its title: the last word counts."""
    audit = store.create("lyon", ["lyon"], Options(), "2026-11-23T10:00:00+00:00")
    book = store.book(audit.id)
    book.add(Event("endpoint", Endpoint("wfs", "https://a.example")))
    book.add(Event("endpoint", Endpoint("wfs", "https://a.example", title="Titre")))
    book.write()
    book.add(Event("endpoint", Endpoint("wfs", "https://a.example", title="Autre")))
    book.write()
    assert [endpoint.title for endpoint in store.report(audit.id).endpoints] == ["Autre"]


def test_a_second_book_goes_on_where_the_first_stopped(store: Store) -> None:
    """After a restart, new findings are added to those already there."""
    audit = store.create("lyon", ["lyon"], Options(), "2026-11-23T10:00:00+00:00")
    for number in (1, 2):
        book = store.book(audit.id)
        book.add(Event("finding", finding(number)))
        book.write()
    assert store.report(audit.id).findings == [finding(1), finding(2)]


def test_an_audit_made_elsewhere_is_kept_whole(store: Store) -> None:
    """The report of a command line comes back from the state as it went in."""
    exchange = answer("https://lyon.example/wfs", b"<x/>")
    report = Report(
        ("lyon",), Options(), "2026-11-23T10:00:00+00:00", "2026-11-23T10:01:00+00:00", "cicclo", requests=1
    )
    report.endpoints.append(Endpoint("wfs", "https://lyon.example/wfs"))
    report.findings += [finding(1), finding(2)]
    audit = store.keep("lyon", report, [exchange], {"failed": 2})
    assert audit.state == "finished"
    assert store.report(audit.id) == report
    assert list(store.book(audit.id)) == [exchange]


def test_history_is_latest_first(store: Store) -> None:
    """And a platform shows its last audit."""
    store.add_platform(PLATFORM, ["lyon"])
    old = store.create("lyon", ["lyon"], Options(), "2026-11-22T10:00:00+00:00")
    new = store.create("lyon", ["lyon"], Options(), "2026-11-23T10:00:00+00:00")
    store.update(new.id, state="finished", summary={"passed": 3})
    assert [audit.id for audit in store.history("lyon")] == [new.id, old.id]
    assert [audit.id for audit in store.history(states=("waiting",))] == [old.id]
    last = store.platforms()[0].last
    assert last is not None
    assert last.summary == {"passed": 3}


def test_an_unknown_database_is_refused_with_the_remedy() -> None:
    """Only SQLite paths and PostgreSQL URLs."""
    with pytest.raises(BadInput) as raised:
        Store("mysql://a.example/b")
    assert "postgresql://" in raised.value.remedy.en
