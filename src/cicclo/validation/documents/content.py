"""Tables of a document against their models: header, values, geometries; what must be unique or found elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from cicclo.validation.documents._csv import CsvTable
from cicclo.validation.documents.attributes import Judge
from cicclo.validation.documents.document import Document, DocumentFile
from cicclo.validation.documents.geometries import Geometries
from cicclo.validation.documents.keys import Keys
from cicclo.validation.documents.model import TableModel
from cicclo.validation.documents.rules import RULES
from cicclo.validation.documents.tables import Rows, SourceTable, open_tables
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.geo import srs
from cicclo.validation.model import Fault


@dataclass(slots=True)
class Content:
    """What was seen of the tables, for the rules that look at several of them; `rows` counts by table's model."""

    document: Document
    keys: Keys
    rows: dict[str, int] = field(default_factory=dict)
    geometries: int = 0
    columns: int = 0
    seen: Any = None
    """Told how many rows were gone through, for the progress of a run."""


def judge_files(content: Content) -> Iterator[Fault]:
    for file in content.document.files:
        if file.model.tables:
            yield from _file(content, file)


def _file(content: Content, file: DocumentFile) -> Iterator[Fault]:
    document = content.document
    try:
        tables = open_tables(file.path, document.charset)
    except SourceUnreadable as error:
        facts = {"why": {"fr": error.message.fr, "en": error.message.en}}
        yield from document.fault("FILE_NOT_OPENED", file.relative, facts=facts)
        return
    for table in tables:
        model = _model_of(table, file)
        if model is None:
            yield from document.fault("MULTITABLE_UNEXPECTED", f"{file.relative}#{table.name}")
            continue
        where = file.relative if file.model.type == "table" else f"{file.relative}#{table.name}"
        try:
            yield from _table(content, table, model, where)
        except SourceUnreadable as error:
            facts = {"why": {"fr": error.message.fr, "en": error.message.en}}
            yield from document.fault("FILE_NOT_OPENED", where, facts=facts)


def _model_of(table: Any, file: DocumentFile) -> TableModel | None:
    if file.model.type == "table":
        return file.model.tables[0]
    return next((model for model in file.model.tables if model.name.upper() == table.name.upper()), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """One table being read: `places` are its columns by name, in capitals; `where` names it in faults."""

    document: Document
    model: TableModel
    places: dict[str, int]
    judges: dict[str, Judge]
    where: str


def _table(content: Content, table: SourceTable | CsvTable, model: TableModel, where: str) -> Iterator[Fault]:
    document = content.document
    places = {name.upper(): index for index, name in reversed(list(enumerate(table.header)))}
    reading = Reading(document, model, places, _judges(content, model), where)
    content.columns += len(table.header)
    if table.misdeclared:
        yield from document.fault("TABLE_UNEXPECTED_ENCODING", where, facts={"declared": document.charset})
    yield from _header(document, table, model, where)
    count = 0
    for rows in table.rows():
        yield from _cells(reading, rows)
        if rows.geometries is not None and model.geometry is not None:
            content.geometries += int((~shapely.is_missing(rows.geometries)).sum())
            yield from Geometries(document, rows, model.geometry, where).judge()
        content.keys.take(model, rows, places, where)
        count += len(rows)
        if content.seen is not None:
            content.seen(len(rows))
    content.rows[model.name] = content.rows.get(model.name, 0) + count
    if not count:
        yield from document.fault("FILE_EMPTY", where)


def _header(
    document: Document, table: SourceTable | CsvTable, model: TableModel, where: str
) -> Iterator[Fault]:
    known = {column.name.upper() for column in model.columns}
    have = {name.upper() for name in table.header}
    for name in table.header:
        if name.upper() not in known:
            yield from document.fault("TABLE_UNEXPECTED_ATTRIBUTE", where, column=name)
    for column in model.columns:
        if column.geometric:
            if not table.geometric and column.presence:
                yield from document.fault("TABLE_MISSING_GEOMETRY", where, column=column.name)
        elif column.name.upper() not in have:
            code = "TABLE_MISSING_ATTRIBUTE" if column.presence else "TABLE_MISSING_NULLABLE_ATTRIBUTE"
            yield from document.fault(code, where, column=column.name)


def _judges(content: Content, model: TableModel) -> dict[str, Judge]:
    """Return a judge by column, with the rules of the standard that look at it."""
    every = content.document.every
    names = frozenset(path.rsplit("/", 1)[-1] for path in every)

    def exists(value: str) -> bool:
        said = value.rpartition("#")[0] or value
        return said in every if "/" in said else said in names

    judges = {}
    for column in model.columns:
        if column.geometric:
            continue
        looks = [
            rule.value(content.document, model, column)
            for rule in RULES.values()
            if rule.value is not None and rule.of(content.document)
        ]
        judges[column.name] = Judge(column, exists, tuple(look for look in looks if look is not None))
    return judges


def _cells(reading: Reading, rows: Rows) -> Iterator[Fault]:
    """Yield what is wrong with the values, row by row and in the model's order of columns."""
    wrong: list[tuple[int, int, str, str | None, Any]] = []
    for order, column in enumerate(reading.model.columns):
        place = reading.places.get(column.name.upper())
        if place is None or column.geometric:
            continue
        verdicts = reading.judges[column.name].verdicts
        for rank, value in enumerate(rows.cells[place]):
            wrong += [(rank, order, column.name, value, verdict) for verdict in verdicts(value)]
    wrong.sort(key=lambda found: found[:2])
    for rank, _, name, value, (code, facts) in wrong:
        yield from reading.document.fault(
            code,
            f"{reading.where}/{rows.ids[rank]}",
            row=rows.number + rank,
            column=name,
            cell=value,
            key=str(rows.ids[rank]),
            facts=facts,
            point=position(reading.document.srs, rows, rank),
        )


def position(system: str, rows: Rows, rank: int) -> tuple[float, float] | None:
    """Return a place for the map, when the row has a geometry."""
    if rows.geometries is None or rows.geometries[rank] is None:
        return None
    first = shapely.get_coordinates(rows.geometries[rank])
    return (
        srs.point(system, float(first[0][0]), float(first[0][1]))
        if len(first) and np.isfinite(first[0]).all()
        else None
    )
