"""What the hub and a worker say to each other, one JSON document a line."""

from dataclasses import dataclass, field

from cicclo.kernel.text import NOTHING, Text

FILE, SCHEMA, REPORTS = "file.part", "schema_file.part", "reports"


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a file is to be validated: as `model.Options`, but for what only a caller in memory can give."""

    limit: int = 1000
    strict: bool = False
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is no report: a fact, and what to do."""

    message: Text = NOTHING
    at: str = ""
    remedy: Text = NOTHING

    def __bool__(self) -> bool:
        return bool(self.message)


@dataclass(frozen=True, slots=True)
class Task:
    """One file to validate. `folder` holds the file, unless `address` says where it is; reports are written there.

    `schema` is a name of the catalogue or an address, never a path; `schema_file` a file of ours. Without either,
    schemas are suggested.
    """

    folder: str
    source: str
    address: str = ""
    schema: str = ""
    schema_file: str = ""
    wishes: Wishes = field(default_factory=Wishes)
    lang: str = "fr"
    allow_private: bool = False
    largest: int = 0
    seconds: float = 0.0
    memory: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` is `progress`, `done` (a report was written), `choose` (a schema must be chosen) or `problem`.

    `view` is what the page shows, as JSON text.
    """

    kind: str
    phase: str = ""
    share: float = 0.0
    view: str = ""
    problem: Problem = field(default_factory=Problem)
