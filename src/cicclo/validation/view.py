"""What the page of a report shows: small whatever the file, made once by the worker, kept in the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cicclo.kernel.text import NOTHING, Text

SAMPLES = 5
MOST_CAUSES = 100
MOST_KINDS = 100
MOST_COLUMNS = 1000
MOST_POINTS = 2000
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """One fault as an example: where, what was read, what is said of it."""

    row: int = 0
    field: str = ""
    cell: str = ""
    message: Text = NOTHING
    key: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """Many faults, one thing to mend."""

    title: Text
    remedy: Text = NOTHING
    count: int = 0
    requirement: str = ""
    fixable: bool = False
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Kind:
    """The faults of one requirement."""

    requirement: str
    title: Text
    count: int
    severity: str = "error"
    samples: list[Sample] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ColumnView:
    name: str
    position: int
    known: bool
    filled: int
    faults: int


@dataclass(frozen=True, slots=True)
class Point:
    """A faulty feature on the map (CRS84)."""

    lon: float
    lat: float
    name: str
    message: Text


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A schema that may fit; `share` is how well, between 0 and 1."""

    schema: str
    title: str
    share: float
    why: Text = NOTHING


@dataclass(frozen=True, slots=True)
class View:
    valid: bool = False
    errors: int = 0
    warnings: int = 0
    rows: int = 0
    rows_processed: int = 0
    fields: int = 0
    seconds: float = 0.0
    complete: bool = True
    schema: str = ""
    schema_title: str = ""
    schema_address: str = ""
    encoding: str = ""
    delimiter: str = ""
    causes: list[Cause] = field(default_factory=list)
    more_causes: int = 0
    kinds: list[Kind] = field(default_factory=list)
    columns: list[ColumnView] = field(default_factory=list)
    more_columns: int = 0
    notices: list[Text] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)
    reports: Mapping[str, str] = field(default_factory=dict)
    """Formats that were written."""
    table: str = ""
    tables: "list[View]" = field(default_factory=list)
    """A data package has several, and only counts of its own."""

    def causes_of(self, severity: str) -> list[Cause]:
        return [cause for cause in self.causes if cause.severity == severity]

    @property
    def extent(self) -> tuple[float, float, float, float] | None:
        """The box around the faulty features, grown so that a single one has some ground around it."""
        if not self.points:
            return None
        lons, lats = [p.lon for p in self.points], [p.lat for p in self.points]
        room = 0.02
        return min(lons) - room, min(lats) - room, max(lons) + room, max(lats) + room
