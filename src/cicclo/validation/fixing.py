"""`--fix`: write the table again, mended; nothing is changed that is not listed.

A value is touched only when the exact reader refuses it and accepts what a repair proposes. A row where something
was mended is then judged whole, by the judge itself with its checks: a change that left its cell in fault is undone.
The source is never written to; the new file and its list of changes take their names only once they are complete.
"""

import csv
import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Protocol, TextIO

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.validation.accepting import acceptance
from cicclo.validation.judging import Judge
from cicclo.validation.model import Cell, Dialect, Field, Options, Schema, Severity, Table
from cicclo.validation.repairs import REPAIRS, FileRepair, HeaderRepair, Repair, of_values
from cicclo.validation.reports.csv import safe

CHANGES = ("row", "column", "repair", "before", "after")
MOST_REMEMBERED = 65_536


@dataclass(frozen=True, slots=True)
class Change:
    """`row` is the record number: 1 for the header, 0 for the file as a whole."""

    row: int
    column: str
    repair: str
    before: str
    after: str


@dataclass(slots=True)
class Mended:
    """What a run of `fix` did: number of changes by repair, and what was done to the file as a whole."""

    counts: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    values: int = 0


class Written(Protocol):
    """What is known of how a table was written."""

    @property
    def dialect(self) -> Dialect | None: ...


Mend = Callable[[str], tuple[str, str] | None]
"""A text that is not accepted → the text and the repair's name; None when nothing mends it."""


def fix(
    table: Table,
    schema: Schema,
    out: Path,
    log: Path,
    *,
    only: Collection[str] = (),
    source: Path | None = None,
) -> Mended:
    """Write the mended table to `out` (UTF-8, comma) and the list of changes to `log`.

    `only` names the repairs to apply (all when empty); `source` is the file given, when the table was unpacked from it.
    """
    chosen = frozenset(only or REPAIRS)
    for target in (out, log):
        for given in (table.path, source):
            _refuse_source(given, target)
    if _same(out, log):
        raise BadInput(Text("le même fichier pour deux usages", "one file for two uses"), at=str(out))
    with _written(out, "utf-8") as mended_file, _written(log, "utf-8-sig") as listed:
        notes = csv.writer(listed, lineterminator="\r\n")
        notes.writerow(CHANGES)
        mended = Mended()

        def tell(change: Change) -> None:
            mended.counts[change.repair] = mended.counts.get(change.repair, 0) + 1
            mended.values += change.row > 1
            notes.writerow(
                [change.row, safe(change.column), change.repair, safe(change.before), safe(change.after)]
            )

        if table.dialect is None:  # a workbook's cells are written as texts
            tell(Change(0, "", "format", Path(table.name).suffix.lstrip("."), "csv"))
        for change in of_the_file(table, chosen):
            tell(change)
        header = [as_text(name) for name in table.header]
        names, renamed = mended_header(header, schema, chosen)
        for change in renamed:
            tell(change)
        mended.rows = _write(table, mended_file, names, Mender(table, names, schema, chosen), tell)
        for change in of_what_was_seen(table):
            tell(change)
    return mended


def _write(
    table: Table, target: TextIO, names: Sequence[str], mender: "Mender", tell: Callable[[Change], None]
) -> int:
    """Write every record, mended or as it is; return how many were mended."""
    line_end = table.dialect.line_end if table.dialect and table.dialect.line_end != "\r" else "\n"
    writer = csv.writer(target, lineterminator=line_end)
    writer.writerow(names)
    rows = 0
    for number, cells in table.records():
        row, found = mender.row(number, cells)
        writer.writerow(row)
        rows += bool(found)
        for change in found:
            tell(change)
    return rows


def of_the_file(table: "Written", chosen: Collection[str]) -> Iterator[Change]:
    """What writing the file again changes: encoding, separator."""
    for repair in REPAIRS.values():
        if isinstance(repair, FileRepair) and repair.name in chosen and table.dialect:
            seen = repair.seen(table.dialect)
            if seen:
                yield Change(0, "", repair.name, *seen)


def of_what_was_seen(table: Table) -> Iterator[Change]:
    """What reading itself had to mend, known once the table was read: told, or refused when cells may be lost in it."""
    for remark in getattr(table, "remarks", ()):
        if remark.severity is Severity.ERROR:
            line = remark.facts.get("line", remark.row)
            raise BadInput(
                Text(
                    f"guillemet jamais refermé (ligne {line}) : les cellules ne sont pas sûres, rien n'est réparé",
                    f"a quote is never closed (line {line}): cells are not certain, nothing is mended",
                ),
                at=table.name,
                remedy=Text("refermer le guillemet dans un éditeur", "close the quote in an editor"),
            )
        lines = remark.facts.get("lines", "")
        yield Change(0, "", "encoding", f"cp1252 ({lines} lines)" if lines else "cp1252", "utf-8")


def mended_header(
    header: Sequence[str], schema: Schema, chosen: Collection[str]
) -> tuple[list[str], list[Change]]:
    """Give columns the name of the field they are meant for, when there is no doubt about which."""
    repairs = [r for r in REPAIRS.values() if isinstance(r, HeaderRepair) and r.name in chosen]
    fields = [known.name for known in schema.fields]
    names, changes = list(header), []
    for place, name in enumerate(header):
        absent = [known for known in fields if known not in names]
        for repair in repairs if name not in fields else ():
            proposed = repair.mend(name, absent)
            if proposed is not None:
                names[place] = proposed
                changes.append(Change(1, proposed, repair.name, name, proposed))
                break
    return names, changes


class Mender:
    """Mends rows; remembers, for each column, what became of each text."""

    def __init__(self, table: Table, names: Sequence[str], schema: Schema, chosen: Collection[str]) -> None:
        repairs = [repair for repair in of_values() if repair.name in chosen]
        self._columns: list[tuple[int, str, Mend]] = []
        seen: set[str] = set()
        doubtful = _doubtful(table, names, schema, repairs)
        for place, name in enumerate(names):
            known = schema.field(name)
            if known is not None and name not in seen:  # the second of two columns of one name is not judged
                usable = [repair for repair in repairs if (name, repair.name) not in doubtful]
                self._columns.append((place, name, _mend(known, usable)))
            seen.add(name)
        alone = replace(
            schema,
            fields=tuple(_without_unique(known) for known in schema.fields),
            primary_key=(),
            foreign_keys=(),
        )
        self._judge = Judge(alone, list(names), Options(limit=0))

    def row(self, number: int, cells: Sequence[Cell]) -> tuple[list[str], list[Change]]:
        """Return the row to write, and what was changed in it."""
        before = [as_text(cell) for cell in cells]
        after, changes = list(before), []
        for place, name, mend in self._columns:
            if place < len(before) and (found := mend(before[place])) is not None:
                after[place] = found[0]
                changes.append((place, Change(number, name, found[1], before[place], found[0])))
        return (after, self._kept(number, after, changes)) if changes else (before, [])

    def _kept(self, number: int, after: list[str], changes: list[tuple[int, Change]]) -> list[Change]:
        """Undo what the judge still finds fault with."""
        refused = {fault.position for fault in self._judge.record(number, after)}
        for place, change in changes:
            if place + 1 in refused:
                after[place] = change.before
        return [change for place, change in changes if place + 1 not in refused]


def _without_unique(known: Field) -> Field:
    return replace(known, constraints={k: v for k, v in known.constraints.items() if k != "unique"})


def _mend(known: Field, repairs: Sequence[Repair]) -> Mend:
    accepts = acceptance(known)
    remembered: dict[str, tuple[str, str] | None] = {}

    def look(text: str) -> tuple[str, str] | None:
        if accepts(text):
            return None
        for repair in repairs:
            proposed = repair.mend(known, text)
            if proposed is not None and proposed != text and accepts(proposed):
                return proposed, repair.name
        return None

    def mend(text: str) -> tuple[str, str] | None:
        if text not in remembered:
            if len(remembered) >= MOST_REMEMBERED:
                remembered.clear()
            remembered[text] = look(text)
        return remembered[text]

    return mend


def _doubtful(
    table: Table, names: Sequence[str], schema: Schema, repairs: Sequence[Repair]
) -> set[tuple[str, str]]:
    """Walk the columns that could be misread, once, before anything is changed."""
    asked = [
        (place, known, repair)
        for place, name in enumerate(names)
        for repair in repairs
        if repair.doubt and (known := schema.field(name)) and known.type in ("date", "datetime")
    ]
    found: set[tuple[str, str]] = set()
    for _number, cells in table.records() if asked else ():
        for place, known, repair in asked:
            text = cells[place] if place < len(cells) else ""
            if isinstance(text, str) and text and repair.doubt and repair.doubt(known, text):
                found.add((known.name, repair.name))
    return found


def as_text(cell: Any) -> str:
    """Return what a workbook's cell is in a CSV file; a text is itself."""
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | datetime | time) else str(cell)


def _refuse_source(source: str | Path | None, target: Path) -> None:
    if source and _same(Path(source), target):
        raise BadInput(
            Text("le fichier source n'est jamais réécrit", "the source file is never written to"),
            at=str(target),
            remedy=Text("donner un autre nom de fichier", "give another file name"),
        )


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))


@contextmanager
def _written(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a file that takes its name when it is complete; nothing is left of it when it is not."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    except OSError as error:
        raise BadInput(
            Text(f"impossible d'y écrire : {error.strerror}", f"cannot write there: {error.strerror}"),
            at=str(path),
        ) from error
    try:
        with os.fdopen(handle, "w", encoding=encoding, newline="") as file:
            yield file
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
