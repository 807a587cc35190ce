"""A process that validates one file for the hub: its memory and time are its own, and it can be ended at any moment.

Reads a `Task` on its input, writes `Event`s on its output. When its input closes, whoever asked is gone: it ends too.
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import msgspec

from cicclo.kernel.errors import CiccloError
from cicclo.kernel.settings import load
from cicclo.kernel.text import LANGS, Text
from cicclo.validation import catalogue, fetching
from cicclo.validation.model import Options, Report
from cicclo.validation.reports import REPORTS as REPORT_FORMATS
from cicclo.validation.settings import Settings
from cicclo.validation.tasks import FILE, REPORTS, Event, Problem, Task
from cicclo.validation.validating import is_geographic, validate_file
from cicclo.validation.view import Suggestion, View

Progress = Callable[[str, float], None]
FORMATS = ("html", "csv", "json", "sarif", "strict")
BOTH_LANGUAGES = 10_000  # faults: more are written in the language asked for only
EVERY = 0.2
SUGGESTED = 6


def main() -> None:
    """Do one task."""
    os.nice(5)  # pages come first
    task = msgspec.json.decode(sys.stdin.buffer.readline(), type=Task)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    _bounded(task.memory)
    said = Said(sys.stdout.buffer)
    try:
        said.event(work(task, said.progress))
    except CiccloError as error:
        said.event(Event("problem", problem=Problem(error.message, error.at, error.remedy)))
    except MemoryError:
        message = Text("plus assez de mémoire pour ce fichier", "not enough memory for this file")
        said.event(Event("problem", problem=Problem(message)))


def work(task: Task, progress: Progress) -> Event:
    """Validate, write the reports, and say what the page shows; or suggest schemas when none is given."""
    with _source(task, progress) as path:
        if not (task.schema or task.schema_file or is_geographic(path.name)):
            progress("suggesting", 0)
            view = View(suggestions=suggestions(path, task))
            return Event("choose", view=msgspec.json.encode(view).decode())
        view = validated(path, task, progress)
    return Event("done", view=msgspec.json.encode(view).decode())


@contextmanager
def _source(task: Task, progress: Progress) -> Iterator[Path]:
    """The file under its own name, which tells how it is read: fetched, or as it was received."""
    if task.address:
        with fetching.downloaded(task.address, _settings(task), _fetched(progress)) as path:
            yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        name = Path(folder) / (Path(task.source).name or "data.csv")
        name.symlink_to((Path(task.folder) / FILE).absolute())
        yield name


def validated(path: Path, task: Task, progress: Progress) -> View:
    """Validate, then write each format of the report."""
    from cicclo.validation.showing import show  # noqa: PLC0415 - after what may fail early

    progress("schema", 0)
    found = _schema(task)
    progress("validating", 0)
    wishes = task.wishes
    options = Options(
        limit=wishes.limit,
        strict=wishes.strict,
        ignore_case=wishes.ignore_case,
        progress=lambda share: progress("validating", share),
    )
    started = time.perf_counter()
    outcome = validate_file(path, found, options)
    report = replace(
        outcome.report, source=task.source, seconds=outcome.report.seconds or time.perf_counter() - started
    )
    progress("writing", 0)
    written = write(report, Path(task.folder) / REPORTS, task.lang)
    return show(report, written, outcome.notes, task.schema)


def write(report: Report, folder: Path, lang: str) -> list[str]:
    """Write every format; in both languages unless that would be long. Return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [REPORT_FORMATS[name] for name in FORMATS if name in REPORT_FORMATS]
    for spoken in LANGS if len(report.faults) <= BOTH_LANGUAGES else (lang,):
        for form in written:
            with (folder / f"{spoken}.{form.name}").open("wb") as file:
                form.write(report, file, spoken)
    return [form.name for form in written]


def suggestions(path: Path, task: Task) -> list[Suggestion]:
    """Schemas of the catalogue that fit the file, best first."""
    return []


def _schema(task: Task) -> catalogue.Found | None:
    """The schema asked for: a file of ours, an address, or a name; never a path that someone gave."""
    if task.schema_file:
        found = catalogue.schema(task.schema_file, _settings(task))
        return replace(found, address=task.schema)
    if not task.schema:
        return None
    if fetching.is_address(task.schema):
        return catalogue.schema(task.schema, _settings(task))
    return catalogue.named(task.schema, _settings(task))


def _settings(task: Task) -> Settings:
    """The operator's own settings, within the bounds of this task."""
    given = load(Settings, os.environ)
    return replace(
        given,
        largest=task.largest or given.largest,
        longest=task.seconds or given.longest,
        allow_private=task.allow_private,
    )


def _fetched(progress: Progress) -> Callable[[int, int], None]:
    return lambda came, announced: progress("fetching", came / announced if announced else 0)


class Said:
    """Events on our output; progress at most a few times a second."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._last = ("", 0.0)

    def event(self, event: Event) -> None:
        with suppress(BrokenPipeError):  # nobody listens any more: our input tells, and ends us
            self._out.write(msgspec.json.encode(event) + b"\n")
            self._out.flush()

    def progress(self, phase: str, share: float) -> None:
        now = time.monotonic()
        if phase != self._last[0] or now - self._last[1] >= EVERY:
            self._last = (phase, now)
            self.event(Event("progress", phase, min(1.0, max(0.0, share))))


def _die_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def _bounded(memory: int) -> None:
    """A last guard behind the parent's watch: libraries reserve more than they use, so it is wide."""
    if not memory:
        return
    with suppress(ImportError, ValueError, OSError):  # not on every system
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_DATA, (4 * memory, 4 * memory))


if __name__ == "__main__":
    main()
