"""A store, jobs and a worker of these tests, whose behaviour the name of the file chooses."""

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cicclo.probes.store import engine
from cicclo.validation.hosting import Hosting
from cicclo.validation.jobs import Jobs, now
from cicclo.validation.store import Store, Validation
from cicclo.validation.tasks import FILE

WORKER = """
import json, os, sys, time
from pathlib import Path
task = json.loads(sys.stdin.readline())
say = lambda **event: print(json.dumps(event), flush=True)
name = task["source"].split(".")[0]
folder = Path(task["folder"])
say(kind="progress", phase="validating", share=0.25)
if name == "slow":
    (folder / "pid").write_text(str(os.getpid()))
    sys.stdin.read()  # until whoever asked is gone
    os._exit(1)
elif name == "crash":
    sys.exit("it broke")
elif name == "hungry":
    held = bytearray(os.urandom(1 << 20) * 200)
    time.sleep(60)
elif name == "wrong":
    say(kind="problem", problem={"message": {"fr": "illisible", "en": "unreadable"}, "at": "x", "remedy": {"fr": "a", "en": "b"}})
elif not task["schema"]:
    say(kind="choose", view=json.dumps({"suggestions": [{"schema": "etalab/schema-irve-statique", "title": "IRVE", "share": 0.9}]}))
else:
    Path(os.environ["TMPDIR"], "left").write_text("behind")
    (folder / "reports").mkdir(exist_ok=True)
    for form in ("json", "html"):
        (folder / "reports" / f"fr.{form}").write_text(form)
    view = {"valid": False, "errors": 2, "rows": 3, "fields": 1, "rows_processed": 3, "schema": task["schema"],
            "reports": {"json": "", "html": ""}, "points": [{"lon": 2.35, "lat": 48.85, "name": "1", "message": {"fr": "f", "en": "e"}}]}
    say(kind="done", view=json.dumps(view))
"""
COMMAND = shlex.join([sys.executable, "-c", WORKER])


@contextmanager
def jobs(folder: Path, state: str = "", **settings: Any) -> Iterator[Jobs]:
    """Jobs that are started, and stopped at the end."""
    hosting = Hosting(state or str(folder / "state.sqlite"), worker=COMMAND, **settings)
    store = Store(engine(hosting.state))
    store.migrate()
    made = Jobs(store, hosting)
    made.start()
    yield made
    made.stop()
    store.close()


def send(made: Jobs, source: str, schema: str = "etalab/schema-irve-statique", **more: Any) -> Validation:
    """Hand a small file in, as the page does."""
    folder = made.room()
    (folder / FILE).write_text("a\n1\n")
    return made.submit(Validation(folder.name, "waiting", source, "", schema, created=now(), **more))


def wait(true: Callable[[], Any], most: float = 30.0) -> Any:
    """Wait for a state, not for a time."""
    end = time.monotonic() + most
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)  # between two looks at another thread
    raise AssertionError("it never came")


def ended(made: Jobs, name: str) -> Validation:
    return wait(lambda: (found := made.store.validation(name)).ended and found)


def files(made: Jobs) -> set[str]:
    """What is left on the disk."""
    root = made.hosting.folder
    return (
        {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
        if root.is_dir()
        else set()
    )
