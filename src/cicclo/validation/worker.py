"""A process that validates one file for the hub: its memory and time are its own, and it can be ended at any moment.

Reads a `Task` on its input, writes `Event`s on its output. When its input closes, whoever asked is gone: it ends too.
"""

import os
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from cicclo.kernel.errors import CiccloError
from cicclo.kernel.settings import load
from cicclo.kernel.text import LANGS, Text
from cicclo.validation import fetching
from cicclo.validation.archives import LIMITS, Limits, unpacked
from cicclo.validation.model import Options, Report
from cicclo.validation.packages import is_package
from cicclo.validation.readers import open_table
from cicclo.validation.reports import REPORTS as REPORT_FORMATS
from cicclo.validation.running import Run, Wish
from cicclo.validation.settings import Settings
from cicclo.validation.showing import show, together
from cicclo.validation.suggestion import Fit, sure
from cicclo.validation.tasks import FILE, REPORTS, Event, Problem, Task
from cicclo.validation.validating import is_geographic
from cicclo.validation.view import Suggestion, View

Progress = Callable[[str, float], None]
FORMATS = ("html", "csv", "json", "sarif")
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
        said.event(Event("problem", problem=Problem(error.message, _place(error.at, task), error.remedy)))
    except MemoryError:
        message = Text("plus assez de mémoire pour ce fichier", "not enough memory for this file")
        said.event(Event("problem", problem=Problem(message)))


def work(task: Task, progress: Progress) -> Event:
    """Validate, write the reports, and say what the page shows; or suggest schemas when none is given."""
    with _source(task, progress) as received, _opened(received, task) as path:
        notes: list[Text] = []
        run = _run(task, progress, notes)
        if not run.wish.schema and _is_table(path):
            progress("suggesting", 0)
            fits = run.fits(open_table(path))
            best = sure(fits)
            if best is None:
                view = View(suggestions=[_suggestion(fit) for fit in fits[:SUGGESTED]], notes=notes)
                return Event("choose", view=msgspec.json.encode(view).decode())
            run = replace(run, wish=replace(run.wish, schema=best.reference))
            notes.append(_deduced(best))
        view = validated(path, task, run, progress, notes)
    return Event("done", view=msgspec.json.encode(view).decode())


@contextmanager
def _opened(path: Path, task: Task) -> Iterator[Path]:
    """The folder of a data package that comes as a zip; anything else as it is."""
    if not _is_zipped_package(path):
        yield path
        return
    with unpacked(path, Limits(size=4 * task.largest or LIMITS.size)) as folder:
        yield folder


def _is_zipped_package(path: Path) -> bool:
    if path.suffix.lower() != ".zip" or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return "datapackage.json" in archive.namelist()


def _is_table(path: Path) -> bool:
    """Tell what is compared with the catalogue's schemas: neither a layer nor a package, which say what they are."""
    return not is_geographic(path.name) and not is_package(path)


def _run(task: Task, progress: Progress, notes: list[Text]) -> Run:
    wishes = task.wishes
    options = Options(
        limit=wishes.limit,
        strict=wishes.strict,
        ignore_case=wishes.ignore_case,
        progress=lambda share: progress("validating", share),
    )
    wish = Wish(schema=task.schema_file or task.schema, despite=True)

    def tell(text: Text) -> None:
        notes.append(Text(_anonymous(text.fr, task), _anonymous(text.en, task)))

    return Run(_settings(task), options, wish, tell)


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


def validated(path: Path, task: Task, run: Run, progress: Progress, notes: list[Text]) -> View:
    """Validate, then write each format of the report."""
    progress("validating", 0)
    with ExitStack() as opened:
        reports = list(run.reports(str(path), opened))
        if len(reports) != 1:
            return _package(reports, task, progress, notes)
        report = _without_places(reports[0], task)
        written = write(report, Path(task.folder) / REPORTS, task, progress)
        return show(report, written, notes, task.schema)


def _package(reports: list[Report], task: Task, progress: Progress, notes: list[Text]) -> View:
    """Every table's report, each in every format, in one archive."""
    folder = Path(task.folder) / REPORTS
    folder.mkdir(parents=True, exist_ok=True)
    tables = [(Path(report.source).name, report) for report in reports]
    with zipfile.ZipFile(folder / f"{task.lang}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, report) in enumerate(tables):
            progress("writing", number / len(tables))
            for form in FORMATS:
                with archive.open(f"{number + 1}-{name}.{form}", "w", force_zip64=True) as file:
                    REPORT_FORMATS[form].write(replace(report, source=name), cast(BinaryIO, file), task.lang)
    return together(tables, ["zip"], notes)


def _without_places(report: Report, task: Task) -> Report:
    """Where our copies lie on this machine is nobody's business: files go by the names their owner gave."""
    schema = (
        replace(report.schema, address=task.schema) if report.schema and task.schema_file else report.schema
    )
    return replace(report, source=task.source, schema=schema)


def _anonymous(sentence: str, task: Task) -> str:
    return sentence.replace(task.schema_file, task.schema) if task.schema_file else sentence


def _place(at: str, task: Task) -> str:
    if at == task.schema_file:
        return task.schema
    return Path(at).name if at.startswith(os.sep) else at


def write(report: Report, folder: Path, task: Task, progress: Progress) -> list[str]:
    """Write every format; in both languages unless that would be long. Return their names.

    Validata's own report is for Validata's verdicts only: it has no words for ours.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [REPORT_FORMATS[name] for name in (*FORMATS, *(("strict",) if task.wishes.strict else ()))]
    langs = LANGS if len(report.faults) <= BOTH_LANGUAGES else (task.lang,)
    for number, (spoken, form) in enumerate(product(langs, written)):
        progress("writing", number / (len(langs) * len(written)))
        with (folder / f"{spoken}.{form.name}").open("wb") as file:
            form.write(report, file, spoken)
    return [form.name for form in written]


def _suggestion(fit: Fit) -> Suggestion:
    why = Text(" ; ".join(each.fr for each in fit.reasons), "; ".join(each.en for each in fit.reasons))
    return Suggestion(fit.reference, fit.schema.title, fit.score, why)


def _deduced(fit: Fit) -> Text:
    return Text(
        f"Aucun schéma n'était donné : {fit.reference} convient ({fit.reasons[0].fr}).",
        f"No schema was given: {fit.reference} fits ({fit.reasons[0].en}).",
    )


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
    os.read(sys.stdin.fileno(), 1)  # not through the buffer: its lock would be held when we end
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
