"""Validations that the hub runs: bounded, stoppable, and nothing kept longer than its retention says."""

import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.validation.web.desk_world import ended, files, jobs, send, wait

from cicclo.kernel.errors import NotFound, Unavailable
from cicclo.validation import tables
from cicclo.validation.jobs import Jobs
from cicclo.validation.store import Validation
from cicclo.validation.tasks import FILE
from cicclo.web.problems import TooMany


def ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).isoformat(timespec="seconds")


def running(made: Jobs, name: str) -> int:
    """Wait for a slow worker and return its process."""
    pid = made.folder(name) / "pid"
    return int(wait(lambda: pid.exists() and pid.read_text()))


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "zombie" not in Path(f"/proc/{process}/status").read_text()


def test_the_file_goes_with_the_validation_and_the_report_stays(tmp_path: Path) -> None:
    """Only the reports are left, and neither the file nor what the worker left behind."""
    with jobs(tmp_path) as made:
        name = send(made, "good.csv").id
        found = ended(made, name)
        assert (found.state, found.share) == ("finished", 1.0)
        assert files(made) == {f"{name}/reports/fr.json", f"{name}/reports/fr.html"}
        assert made.store.view(name)["errors"] == 2


@pytest.mark.parametrize(("source", "words"), [("crash.csv", "it broke"), ("wrong.csv", "unreadable")])
def test_a_failure_is_told_and_leaves_nothing(tmp_path: Path, source: str, words: str) -> None:
    """What the worker says, or its last words, are shown; the folder is gone; the next validation goes on."""
    with jobs(tmp_path) as made:
        found = ended(made, send(made, source).id)
        assert found.state == "failed"
        assert words in found.problem.message.en
        assert files(made) == set()
        assert ended(made, send(made, "good.csv").id).state == "finished"


@pytest.mark.parametrize(
    ("source", "setting", "words"),
    [
        ("hungry.csv", {"validation_memory": 100 * 2**20}, "memory"),
        ("slow.csv", {"validation_seconds": 0.5}, "seconds"),
    ],
)
def test_a_worker_is_held_to_its_bounds(
    tmp_path: Path, source: str, setting: dict[str, float], words: str
) -> None:
    """Too long or too much memory: it is ended, and the reason is said."""
    with jobs(tmp_path, **setting) as made:
        found = ended(made, send(made, source).id)
        assert found.state == "failed"
        assert words in found.problem.message.en
        assert files(made) == set()


def test_a_running_validation_can_be_stopped(tmp_path: Path) -> None:
    """Its process ends, its file goes, and the one that waited behind it runs."""
    with jobs(tmp_path) as made:
        first, second = send(made, "slow.csv").id, send(made, "good.csv").id
        process = running(made, first)
        assert made.store.validation(second).state == "waiting"
        made.cancel(first)
        assert ended(made, second).state == "finished"
        assert made.store.validation(first).state == "cancelled"
        assert not alive(process)
        assert not made.folder(first).exists()


def test_a_validation_that_waits_can_be_stopped(tmp_path: Path) -> None:
    """It never runs."""
    with jobs(tmp_path) as made:
        first, second = send(made, "slow.csv").id, send(made, "good.csv").id
        running(made, first)
        made.cancel(second)
        made.cancel(first)
        assert made.store.validation(second).state == "cancelled"
        assert files(made) == set()


def test_an_unknown_schema_is_chosen_later(tmp_path: Path) -> None:
    """The file waits for the choice, then is validated and goes."""
    with jobs(tmp_path) as made:
        name = send(made, "good.csv", schema="").id
        wait(lambda: made.store.validation(name).state == "choosing")
        assert files(made) == {f"{name}/{FILE}"}
        made.choose(name, "etalab/schema-irve-statique")
        assert ended(made, name).state == "finished"
        assert f"{name}/{FILE}" not in files(made)


def test_an_interrupted_validation_is_done_again(tmp_path: Path) -> None:
    """What was running when the server died starts again, and says so; a worker does not outlive its server."""
    with jobs(tmp_path) as made:
        name = send(made, "slow.csv").id
        process = running(made, name)
        with made._lock:  # the state that `kill -9` leaves behind: nobody wrote an end
            made._closing.set()
            os.kill(process, signal.SIGKILL)
    with jobs(tmp_path) as again:
        assert again.store.validation(name).state in ("waiting", "running")
        running(again, name)
        assert again.store.validation(name).resumed == 1
        again.cancel(name)


def test_a_file_that_brings_the_server_down_is_given_up(tmp_path: Path) -> None:
    """After two interruptions the validation is said interrupted, and its file goes."""
    with jobs(tmp_path) as made:
        folder = made.room()
        (folder / FILE).write_text("a\n")
        made.store.create(Validation(folder.name, "running", "good.csv", created=ago(hours=1), resumed=2))
    with jobs(tmp_path) as again:
        found = again.store.validation(folder.name)
        assert found.state == "interrupted"
        assert "interrupted" in found.problem.message.en
        assert files(again) == set()


def test_a_restart_removes_what_is_over(tmp_path: Path) -> None:
    """Half a file, a folder nobody knows, a file too old, a report past its days; a report within them stays."""
    with jobs(tmp_path) as made:
        kept, old = send(made, "good.csv").id, send(made, "good.csv").id
        ended(made, kept)
        ended(made, old)
        made.store.update(old, finished=ago(days=8))
        half = made.room()  # what an upload that was cut leaves
        (half / FILE).write_text("a\n")
        late = made.room()
        (late / FILE).write_text("a\n")
        made.store.create(Validation(late.name, "choosing", "good.csv", created=ago(hours=25)))
    with jobs(tmp_path, report_days=7, upload_hours=24) as again:
        assert {path.split("/")[0] for path in files(again)} == {kept}
        with pytest.raises(NotFound):
            again.store.validation(old)
        assert again.store.validation(late.name).state == "interrupted"


def test_a_removed_validation_leaves_nothing(tmp_path: Path) -> None:
    """Neither a row nor a file."""
    with jobs(tmp_path) as made:
        name = send(made, "good.csv").id
        ended(made, name)
        made.forget(name)
        assert files(made) == set()
        assert made.store.names() == set()


def test_no_more_files_are_taken_than_there_is_room(tmp_path: Path) -> None:
    """A queue that is full, or a disk quota that is used, refuses the next file and says what to do."""
    with jobs(tmp_path, validations_waiting=1) as made:
        name = send(made, "slow.csv").id
        with pytest.raises(TooMany):
            made.room()
        made.cancel(name)
    with jobs(tmp_path / "other", upload_bytes=10, uploads_bytes=5) as made, pytest.raises(Unavailable):
        made.room()


@pytest.mark.parametrize("base", ["sqlite", "postgresql"])
def test_migrations_make_the_table_that_the_code_uses(
    base: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Columns, key and index, in a database that audits may share; migrating twice changes nothing."""
    state = str(tmp_path / "state.sqlite") if base == "sqlite" else request.getfixturevalue("postgresql")
    with jobs(tmp_path, state, uploads=str(tmp_path / "files")) as made:
        made.store.migrate()
        inspector = sa.inspect(made.store._engine)
        columns = {column["name"] for column in inspector.get_columns("validations")}
        assert columns == set(tables.validations.columns.keys())
        assert inspector.get_pk_constraint("validations")["constrained_columns"] == ["id"]
        assert {each["name"] for each in inspector.get_indexes("validations")} == {"validations_by_state"}
        name = send(made, "good.csv", size=5 * 10**9).id
        assert ended(made, name).size == 5 * 10**9
        made.forget(name)
