"""What must be unique, and what must be found elsewhere: known once every table has been read.

Values wait in a SQLite file that SQLite itself deletes: memory does not grow with the tables.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from cicclo.validation.documents.document import Document
from cicclo.validation.documents.model import Column, DocumentModel, ForeignKey, TableModel
from cicclo.validation.documents.tables import Rows
from cicclo.validation.model import Fault

TOLD = 1000
"""Most rows told for one broken reference; the fault's facts have the count."""
SEPARATOR = "\x1f"


class Keys:
    """Columns worth keeping are those that are unique, refer, or are referred to, and what a rule asked for."""

    def __init__(self, model: DocumentModel, asked: frozenset[str] = frozenset()) -> None:
        self.store = sqlite3.connect("", isolation_level=None)  # an empty name: a temporary file
        self.store.execute("pragma synchronous=off")
        self.store.execute("create table v (t text, c text, value text, row integer, id integer, place text)")
        self.tables = [table for file in model.files for table in file.tables]
        self.wanted = {table.name: self._columns(table, asked) for table in self.tables}
        self.lists = model.codes

    def _columns(self, table: TableModel, asked: frozenset[str]) -> dict[str, tuple[str, ...]]:
        """Return the columns, alone or together, that are to be kept for this table, by the name they are kept under."""
        names = {column.name for column in table.columns}
        alone = {c.name for c in table.columns if c.unique or c.reference} | (names & asked)
        together = {key.columns for key in table.keys}
        for other in self.tables:
            alone |= {c.reference.rpartition(".")[2] for c in other.columns if _points_at(c, table)}
            together |= {key.references for key in other.keys if key.table == table.name}
        kept = {name: (name,) for name in alone & names}
        return kept | {SEPARATOR.join(one): one for one in together if set(one) <= names}

    def take(self, table: TableModel, rows: Rows, places: dict[str, int], where: str) -> None:
        for name, columns in self.wanted.get(table.name, {}).items():
            found = [places.get(column.upper()) for column in columns]
            if None in found:
                continue
            cells = [rows.cells[place] for place in found if place is not None]
            self.store.executemany(
                "insert into v values (?, ?, ?, ?, ?, ?)",
                (
                    (table.name, name, _joined(values), rows.number + rank, rows.ids[rank], where)
                    for rank, values in enumerate(zip(*cells, strict=True))
                    if all(values)
                ),
            )

    def check(self, document: Document) -> Iterator[Fault]:
        self.store.execute("create index if not exists by_value on v (t, c, value)")
        for table in self.tables:
            for column in table.columns:
                if column.unique:
                    yield from self._unique(document, table, column)
            for column in table.columns:
                if column.reference:
                    yield from self._reference(document, table, column)
            for key in table.keys:
                yield from self._key(document, table, key)

    def _unique(self, document: Document, table: TableModel, column: Column) -> Iterator[Fault]:
        for value, count, row, place in self.repeated((table.name,), column.name):
            yield from document.fault(
                "ATTRIBUTE_NOT_UNIQUE", place, row=row, column=column.name, cell=value, facts={"count": count}
            )

    def repeated(self, tables: Sequence[str], column: str) -> list[tuple[Any, ...]]:
        """Return values met more than once in these tables together: value, count, first row, place."""
        marks = ",".join("?" * len(tables))
        return self.store.execute(
            f"select value, count(*), min(row), place from v where c = ? and t in ({marks}) "  # noqa: S608 - marks only
            "group by value having count(*) > 1 order by min(row) limit ?",
            (column, *tables, TOLD),
        ).fetchall()

    def values(self, table: str, column: str) -> list[str]:
        found = self.store.execute("select value from v where t = ? and c = ? order by row", (table, column))
        return [str(value) for (value,) in found]

    def lost(self, table: str, column: str, targets: Sequence[str], target: str) -> list[tuple[Any, ...]]:
        """Return values of a column that are in none of the target tables: value, row, id, place."""
        marks = ",".join("?" * len(targets))
        return self.store.execute(
            "select value, row, id, place from v where t = ? and c = ? and not exists "  # noqa: S608 - marks only
            f"(select 1 from v as w where w.c = ? and w.t in ({marks}) and w.value = v.value) order by row limit ?",
            (table, column, target, *targets, TOLD),
        ).fetchall()

    def _reference(self, document: Document, table: TableModel, column: Column) -> Iterator[Fault]:
        target, _, name = column.reference.partition(".")
        if target in self.lists:
            known = self.lists[target].column(name)
            found = [line for line in self._kept(table, column.name) if line[0] not in known]
        else:
            found = self.lost(table.name, column.name, (target,), name)
        for value, row, _, place in found:
            yield from document.fault(
                "ATTRIBUTE_REFERENCE_NOT_FOUND",
                place,
                row=row,
                column=column.name,
                cell=value,
                facts={"reference": column.reference},
            )

    def _kept(self, table: TableModel, name: str) -> Iterator[tuple[Any, ...]]:
        yield from self.store.execute(
            "select value, row, id, place from v where t = ? and c = ? order by row", (table.name, name)
        )

    def _key(self, document: Document, table: TableModel, key: ForeignKey) -> Iterator[Fault]:
        name = SEPARATOR.join(key.columns)
        found: Any
        if key.table in self.lists:
            known = self._known(key)
            found = (line for line in self._kept(table, name) if line[0] not in known)
        else:
            found = self.lost(table.name, name, (key.table,), SEPARATOR.join(key.references))
        for value, row, _, place in found:
            yield from document.fault(
                "TABLE_FOREIGN_KEY_NOT_FOUND",
                place,
                row=row,
                column=",".join(key.columns),
                cell=str(value).replace(SEPARATOR, ","),
                facts={"reference": f"{key.table}({','.join(key.references)})"},
            )

    def _known(self, key: ForeignKey) -> frozenset[str]:
        codes = self.lists[key.table]
        places = [codes.header.index(name) for name in key.references if name in codes.header]
        return frozenset(_joined([row[place] for place in places]) for row in codes.rows)

    def close(self) -> None:
        self.store.close()


def _points_at(column: Column, table: TableModel) -> bool:
    return column.reference.partition(".")[0] == table.name


def _joined(values: Sequence[Any]) -> str:
    return SEPARATOR.join(str(value) for value in values)
