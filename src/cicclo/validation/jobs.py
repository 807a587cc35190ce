"""Validations that the hub runs: each in a process of its own, bounded in time and memory, a few at a time.

The file is removed as soon as its validation ends, however it ends. After an interruption (`kill -9` included) a file
that was whole is validated again, twice at most; one that was still coming is gone. A sweep at start and every few minutes
removes whatever is older than its retention, and whatever nobody knows.
"""

import logging
import os
import queue
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import disk_usage, rmtree
from typing import Any

import msgspec

import cicclo
from cicclo.kernel.errors import NotFound, Unavailable
from cicclo.kernel.text import NOTHING, Text
from cicclo.validation.hosting import Hosting
from cicclo.validation.store import (
    CANCELLED,
    CHOOSING,
    FAILED,
    FINISHED,
    INTERRUPTED,
    RUNNING,
    UNFINISHED,
    WAITING,
    Store,
    Validation,
    new_id,
)
from cicclo.validation.tasks import FILE, REPORTS, SCHEMA, Event, Problem, Task
from cicclo.web.outgoing.redaction import safe_url
from cicclo.web.problems import TooMany

log = logging.getLogger(__name__)
# -P: what lies in the folder it works in, a stranger's file, is never imported
WORKER = (sys.executable, "-P", "-m", "cicclo.validation.worker")
EVERY = 0.5  # seconds between two writings of the progress: what a page shows is at most this old
LOOK = 0.2  # seconds between two looks at the memory of a worker
SWEEP = 300.0  # seconds between two removals of what is over
MOST_RESUMED = 2  # a file that takes the server down with it must not do so for ever
LEAST_FREE = 500 * 10**6  # bytes of the disk that are left to others


@dataclass(slots=True)
class Jobs:
    store: Store
    hosting: Hosting
    _queue: "queue.Queue[str]" = field(default_factory=queue.Queue)
    _threads: list[threading.Thread] = field(default_factory=list)
    _running: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)
    _receiving: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _closing: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Sweep, start the threads, and resume what was interrupted."""
        self.sweep()
        self._recover()
        work = [("validations", self._work)] * self.hosting.validations_at_once
        for name, target in (*work, ("validations-sweep", self._keep_sweeping)):
            thread = threading.Thread(target=target, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop; what is unfinished resumes at the next start."""
        self._closing.set()
        with self._lock:
            for process in self._running.values():
                process.kill()
        for _ in range(self.hosting.validations_at_once):
            self._queue.put("")
        for thread in self._threads:
            thread.join(timeout=10)

    # what comes in

    def room(self) -> Path:
        """Make the folder of one validation; raise when there is no room for another file."""
        if self.store.waiting() + len(self._receiving) >= self.hosting.validations_waiting:
            raise TooMany(
                Text("trop de validations attendent déjà", "too many validations are waiting already"),
                remedy=Text("réessayer dans quelques minutes", "try again in a few minutes"),
            )
        self.hosting.folder.mkdir(parents=True, exist_ok=True)
        used = sum(size for _, size in _sizes(self.hosting.folder))
        free = disk_usage(self.hosting.folder).free
        coming = self.hosting.upload_bytes * (len(self._receiving) + 1)  # each may be as large as allowed
        if used + coming > self.hosting.uploads_bytes or free < LEAST_FREE:
            raise Unavailable(
                Text("plus assez de place pour recevoir un fichier", "no room left to receive a file"),
                remedy=Text(
                    "réessayer plus tard ; l'exploitant peut relever CICCLO_UPLOADS_BYTES",
                    "try again later; the operator may raise CICCLO_UPLOADS_BYTES",
                ),
            )
        made = self.hosting.folder / new_id()
        made.mkdir()
        self._receiving.add(made.name)
        return made

    def given_up(self, folder: Path) -> None:
        """Forget a folder whose request failed."""
        self._receiving.discard(folder.name)
        rmtree(folder, ignore_errors=True)

    def submit(self, validation: Validation) -> Validation:
        """Record a validation whose files are in its folder, and have it done as soon as there is room."""
        self.store.create(validation)
        self._receiving.discard(validation.id)
        self._queue.put(validation.id)
        return validation

    def choose(self, name: str, schema: str) -> None:
        """Go on with a file whose schema was not known."""
        changed = self.store.update(
            name, unless=_all_but(CHOOSING), state=WAITING, schema_wanted=schema, view="", share=0
        )
        if changed:
            self._queue.put(name)

    def cancel(self, name: str) -> None:
        """Stop a validation; its file goes at once."""
        changed = self.store.update(name, unless=_all_but(*UNFINISHED), state=CANCELLED, finished=now())
        with self._lock:
            process = self._running.get(name)
        if process:
            process.kill()
        if changed:
            rmtree(self.folder(name), ignore_errors=True)

    def forget(self, name: str) -> None:
        """Remove a validation and all that is left of it."""
        self.cancel(name)
        self.store.forget(name)
        rmtree(self.folder(name), ignore_errors=True)

    def folder(self, name: str) -> Path:
        return self.hosting.folder / name

    def reports(self, name: str) -> Path:
        return self.folder(name) / REPORTS

    # what is removed

    def sweep(self) -> None:
        """Remove what is older than its retention, and folders that nobody knows."""
        for name in self.store.ended_before(_ago(days=self.hosting.report_days)):
            self.store.forget(name)
        old = _ago(hours=self.hosting.upload_hours)
        for validation in self.store.history(states=UNFINISHED, most=10_000):
            if validation.created < old and validation.id not in self._running:
                self._end(validation.id, INTERRUPTED, _TOO_LATE)
        known = self.store.names()
        for path in self.hosting.folder.glob("*"):  # nothing, before the first file
            if path.name not in known | self._receiving:
                rmtree(path, ignore_errors=True)

    def _keep_sweeping(self) -> None:
        while not self._closing.wait(SWEEP):
            try:
                self.sweep()
            except Exception:  # the next sweep may do better: the disk or the database may be back
                log.exception("sweep of validations")

    def _recover(self) -> None:
        """Resume what was interrupted with its file whole; what was not is told."""
        for validation in reversed(self.store.history(states=(WAITING, RUNNING), most=10_000)):
            was_running = validation.state == RUNNING
            whole = bool(validation.address) or (self.folder(validation.id) / FILE).exists()
            if not whole or validation.resumed >= MOST_RESUMED:
                self._end(validation.id, INTERRUPTED, _INTERRUPTED)
                continue
            self.store.update(validation.id, state=WAITING, share=0, resumed=validation.resumed + was_running)
            self._queue.put(validation.id)

    # what is done

    def _work(self) -> None:
        while name := self._queue.get():
            if self._closing.is_set():
                return
            try:
                self._one(name)
            except Exception as error:  # a fault of ours: shown with the validation, and the others go on
                log.exception("validation %s", name)
                self._end(name, FAILED, _ours(f"{type(error).__name__}: {error}"[:300]))

    def _one(self, name: str) -> None:
        started = {"state": RUNNING, "started": now(), "tool": f"cicclo {cicclo.__version__}", "share": 0}
        if not self.store.update(name, unless=_all_but(WAITING), **started):
            return  # cancelled or removed while it waited
        problem, asked = self._run(self.store.validation(name))
        if self._closing.is_set():
            return
        if asked:  # the file waits for its schema
            self.store.update(name, unless=(CANCELLED,), state=CHOOSING)
        else:
            self._end(name, FAILED if problem else FINISHED, problem)

    def _run(self, validation: Validation) -> tuple[Problem, bool]:
        """Have a worker validate; return what went wrong, and whether it asks which schema to use."""
        folder = self.folder(validation.id)
        scratch = folder.absolute() / "scratch"  # what the worker leaves behind goes with the folder
        rmtree(scratch, ignore_errors=True)  # of a run that was interrupted
        scratch.mkdir(parents=True)
        environment = {**os.environ, "TMPDIR": str(scratch)}
        worker = subprocess.Popen(  # noqa: S603 - our own program, by its own path
            shlex.split(self.hosting.worker) or WORKER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            cwd=scratch,
        )
        with self._lock:
            self._running[validation.id] = worker
        watch = Watch(worker, self.hosting)
        try:
            if not self.store.update(validation.id, unless=_all_but(RUNNING), state=RUNNING):
                worker.kill()  # stopped meanwhile
            return self._listen(validation, worker, watch)
        finally:
            watch.stop()
            worker.kill()
            worker.wait()
            for pipe in (worker.stdin, worker.stdout, worker.stderr):
                with suppress(BrokenPipeError):  # a task that a worker ended before reading
                    if pipe:
                        pipe.close()
            with self._lock:
                self._running.pop(validation.id, None)
            rmtree(scratch, ignore_errors=True)

    def _listen(
        self, validation: Validation, worker: "subprocess.Popen[bytes]", watch: "Watch"
    ) -> tuple[Problem, bool]:
        said = Tail(worker)
        last = Event("")
        written, phase = 0.0, ""
        for event in said.events(_task(validation, self.folder(validation.id), self.hosting)):
            last = event
            due = event.phase != phase or time.monotonic() - written >= EVERY
            if event.kind == "progress" and due:
                self.store.update(
                    validation.id, unless=_all_but(RUNNING), share=event.share, phase=event.phase
                )
                written, phase = time.monotonic(), event.phase
            if event.kind in ("done", "choose"):
                self.store.update(validation.id, view=event.view)
        if last.kind in ("done", "choose"):
            return Problem(), last.kind == "choose"
        if last.kind == "problem":
            return last.problem, False
        return watch.why or _ours(said.errors()), False

    def _end(self, name: str, state: str, problem: Problem | None = None) -> None:
        """Write how it ended, then remove the file."""
        values: dict[str, Any] = {"problem": problem} if problem else {}
        with suppress(NotFound):  # removed meanwhile
            values["address"] = safe_url(
                self.store.validation(name).address
            )  # its secrets are needed no longer
        kept = self.store.update(name, unless=(CANCELLED,), state=state, finished=now(), share=1, **values)
        for part in (FILE, SCHEMA):
            (self.folder(name) / part).unlink(missing_ok=True)
        if state != FINISHED or not kept:
            rmtree(self.folder(name), ignore_errors=True)


class Watch:
    """Ends a worker that takes too long or too much memory, and remembers why."""

    def __init__(self, worker: "subprocess.Popen[bytes]", hosting: Hosting) -> None:
        self.why = Problem()
        self._worker, self._hosting = worker, hosting
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, name="validation-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        end = time.monotonic() + self._hosting.validation_seconds
        while not self._over.wait(LOOK):
            if time.monotonic() > end:
                self.why = _too_long(self._hosting.validation_seconds)
            elif memory(self._worker.pid) > self._hosting.validation_memory:
                self.why = _too_large(self._hosting.validation_memory)
            if self.why:
                self._worker.kill()
                return


class Tail:
    """What a worker says: events on its output, and the end of what it writes on its error output."""

    def __init__(self, worker: "subprocess.Popen[bytes]") -> None:
        self._worker = worker
        self._last = b""
        self._thread = threading.Thread(target=self._read_errors, daemon=True)
        self._thread.start()

    def events(self, task: Task) -> Iterator[Event]:
        """Give the worker its task and yield what it says until it ends.

        Its input stays open: a worker whose input closes has lost us, and ends by itself.
        """
        assert self._worker.stdin is not None
        assert self._worker.stdout is not None
        try:
            self._worker.stdin.write(msgspec.json.encode(task) + b"\n")
            self._worker.stdin.flush()
        except BrokenPipeError:
            return  # it died at once: its errors say why
        decoder = msgspec.json.Decoder(Event)
        for line in self._worker.stdout:
            yield decoder.decode(line)

    def errors(self) -> str:
        self._thread.join(timeout=5)
        lines = self._last.decode("utf-8", "replace").strip().splitlines()
        return (lines[-1] if lines else f"code {self._worker.wait()}")[:300]

    def _read_errors(self) -> None:
        assert self._worker.stderr is not None
        for line in self._worker.stderr:
            self._last = (self._last + line)[-4000:]


def memory(process: int) -> int:
    """Bytes that a process holds for itself (pages of files it reads are not counted); 0 where that is not known."""
    try:
        status = Path(f"/proc/{process}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("RssAnon:")]
    return int(found[0]) * 1024 if found else 0


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _ago(**span: float) -> str:
    return (datetime.now(UTC) - timedelta(**span)).isoformat(timespec="seconds")


def _all_but(*states: str) -> tuple[str, ...]:
    every = (WAITING, RUNNING, CHOOSING, FINISHED, FAILED, INTERRUPTED, CANCELLED)
    return tuple(state for state in every if state not in states)


def _sizes(folder: Path) -> Iterator[tuple[Path, int]]:
    for path in folder.rglob("*"):
        try:
            if path.is_file():
                yield path, path.stat().st_size
        except OSError:  # removed meanwhile
            continue


def _task(validation: Validation, folder: Path, hosting: Hosting) -> Task:
    schema = folder.absolute() / SCHEMA
    return Task(
        folder=str(folder.absolute()),
        source=validation.source,
        address=validation.address,
        schema=validation.schema_wanted,
        schema_file=str(schema) if schema.exists() else "",
        wishes=validation.options,
        lang=validation.lang,
        allow_private=hosting.allow_private,
        largest=hosting.upload_bytes,
        seconds=hosting.validation_seconds,
        memory=hosting.validation_memory,
    )


_INTERRUPTED = Problem(
    Text(
        "le serveur a été interrompu pendant cette validation",
        "the server was interrupted during this validation",
    ),
    remedy=Text("envoyer le fichier à nouveau", "send the file again"),
)
_TOO_LATE = Problem(
    Text(
        "la durée de conservation du fichier est passée avant la fin",
        "the file's retention ended before its validation",
    ),
    remedy=Text("envoyer le fichier à nouveau", "send the file again"),
)
_BY_HAND = Text(
    "le valider sur son poste avec « cicclo validate »",
    "validate it on one's own machine with `cicclo validate`",
)


def _too_long(seconds: float) -> Problem:
    return Problem(
        Text(f"plus de {seconds:.0f} secondes : arrêtée", f"more than {seconds:.0f} seconds: stopped"),
        remedy=_BY_HAND,
    )


def _too_large(most: int) -> Problem:
    size = f"{most / 10**9:.1f}"
    return Problem(
        Text(
            f"plus de {size.replace('.', ',')} Go de mémoire : arrêtée",
            f"more than {size} GB of memory: stopped",
        ),
        remedy=_BY_HAND,
    )


def _ours(detail: str) -> Problem:
    return Problem(
        Text(
            f"erreur de cicclo pendant la validation ({detail})",
            f"an error of cicclo during the validation ({detail})",
        ),
        remedy=NOTHING,
    )
