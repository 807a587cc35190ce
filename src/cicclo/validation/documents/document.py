"""One document under examination: its folder, its files matched with the model, and how its faults are made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cicclo.validation.documents import names
from cicclo.validation.documents.codes import CODES, Level, level
from cicclo.validation.documents.model import DocumentModel, FileModel
from cicclo.validation.model import Fault, Notice, Severity


@dataclass(frozen=True, slots=True)
class DocumentFile:
    """A file of the folder and the place that the model gives it. `relative` is its path from the folder."""

    path: Path
    relative: str
    model: FileModel


@dataclass(slots=True)
class Document:
    """`notices` gathers what is only information; `paths` every file by its name, for columns that name files."""

    folder: Path
    name: str
    model: DocumentModel
    srs: str
    files: list[DocumentFile] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    levels: Mapping[str, Level] = field(default_factory=dict)
    footprint: Any = None
    """Where the document applies, a geometry in its reference system, when the caller knows it."""
    charset: str = "utf-8"
    """What its record says its texts are written in."""
    every: frozenset[str] = frozenset()
    """Relative paths of all the files, of whatever kind."""

    @property
    def named(self) -> names.Name | None:
        return names.read(self.name)

    def of_type(self, kind: str) -> list[DocumentFile]:
        return [file for file in self.files if file.model.type == kind]

    def fault(
        self,
        code: str,
        where: str = "",
        *,
        row: int = 0,
        column: str = "",
        cell: Any = None,
        point: tuple[float, float] | None = None,
        key: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> Iterator[Fault]:
        """Yield the fault, or keep a notice when the code is only information in this standard."""
        worth = level(code, self.model.levels, self.levels)
        requirement = CODES[code].requirement
        told = {"model": self.model.name, **(facts or {})}
        if worth is Level.INFO:
            self.notices.append(Notice(code, requirement, field=column, facts={"where": where, **told}))
            return
        severity = Severity.ERROR if worth is Level.ERROR else Severity.WARNING
        yield Fault(
            code,
            requirement,
            row=row,
            field=column,
            cell=cell,
            severity=severity,
            where=where,
            point=point,
            key=key,
            facts=told,
        )
