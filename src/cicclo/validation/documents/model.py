"""Nouns of documents: what a standard asks of a folder, of its tables, of their columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Presence(StrEnum):
    """What the absence of a file is worth."""

    ERROR = "ERROR"
    WARN = "WARN"
    OPTIONAL = "OPTIONAL"


GEOMETRIES = frozenset(
    {
        "Geometry",
        "Point",
        "LineString",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
        "GeometryCollection",
    }
)


@dataclass(frozen=True, slots=True)
class Column:
    """`presence` says that the column must exist, `required` that no value may be empty. `reference` is `TABLE.COLUMN`."""

    name: str
    type: str = "String"
    required: bool = True
    presence: bool = True
    unique: bool = False
    pattern: str = ""
    values: tuple[str, ...] = ()
    shortest: int = 0
    longest: int = 0
    reference: str = ""

    @property
    def geometric(self) -> bool:
        return self.type in GEOMETRIES


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Several columns at once that must be a row of another table, or of a list of codes."""

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableModel:
    name: str
    columns: tuple[Column, ...]
    keys: tuple[ForeignKey, ...] = ()

    @property
    def geometry(self) -> Column | None:
        return next((column for column in self.columns if column.geometric), None)


@dataclass(frozen=True, slots=True)
class FileModel:
    """`path` is a regular expression without extension; `tables` what the file holds (several in a multi_table)."""

    name: str
    type: str
    path: str
    presence: Presence = Presence.WARN
    tables: tuple[TableModel, ...] = ()


@dataclass(frozen=True, slots=True)
class Codes:
    """A list of codes given with the standard, as a small table."""

    header: tuple[str, ...]
    rows: frozenset[tuple[str, ...]]

    def column(self, name: str) -> frozenset[str]:
        index = self.header.index(name) if name in self.header else -1
        return frozenset(row[index] for row in self.rows) if index >= 0 else frozenset()


@dataclass(frozen=True, slots=True)
class DocumentModel:
    """`folder` is the regular expression of the folder's name, empty for any."""

    name: str
    files: tuple[FileModel, ...]
    folder: str = ""
    codes: Mapping[str, Codes] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    """What an error code is worth in this standard, where it differs."""

    @property
    def of_sup(self) -> bool:
        return "_SUP_" in self.name.upper()

    @property
    def version(self) -> str:
        return self.name.rpartition("_")[2]
