"""The only place where a verdict is made: the header, then record by record, in Validata's order."""

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from operator import contains
from typing import Any

from cicclo.validation import checks
from cicclo.validation.keys import Seen
from cicclo.validation.model import (
    NO_FACTS,
    Cell,
    CheckUse,
    Fault,
    Field,
    ForeignKey,
    Notice,
    Options,
    Schema,
)
from cicclo.validation.verdicts import MOST, Column, Verdict

USUAL = Options()

CELL = ("#table", "#row", "#cell")
ROW = ("#table", "#row")
LABEL = ("#table", "#header", "#label")
HEADER = ("#table", "#header")

Lookups = Mapping[tuple[str, tuple[str, ...]], Container[tuple[Any, ...]]]
"""Keys that exist, by resource (empty: this table) and fields: what foreign keys point at."""

Pick = tuple[list[Column], list[set[str]], list[int]]
"""The columns looked at, their texts known to be right, their places."""

PICKS = 10_000
"""Choices of columns remembered."""


class Judge:
    """The verdicts on one table: `header_faults`, then `record` for each record, then `closing_faults`.

    An engine may leave out records that it has proven valid, and name the columns worth looking at in the others. It
    must give: the first record; every record that is short, long, or might be blank; every record whose value of a
    unique column, or primary key, is met more than once; every record that a check or a foreign key could refuse
    (`needed` are the columns that those look at). Records come in their order.
    """

    def __init__(
        self,
        schema: Schema,
        header: Sequence[Any],
        options: Options = USUAL,
        lookups: Lookups | None = None,
    ) -> None:
        self.schema = schema
        self.options = options
        self.written = ["" if label is None else str(label) for label in header]
        self.labels = [label.strip() for label in self.written]
        self.columns = self._match() if self.labels else self._in_order()
        self.fields = len(self.columns)
        self._dull = [column.dull for column in self.columns]
        self._places = {column.name: column for column in reversed(self.columns)}
        self._unique = [(column, Seen(strict=options.strict)) for column in self.columns if column.unique]
        self._primary = [self._places[name] for name in schema.primary_key if name in self._places]
        if len(self._primary) != len(schema.primary_key):
            self._primary = []
        self._keys = Seen(strict=options.strict)
        self._foreign = list(self._foreign_keys(lookups or {}))
        checked = {key for _, (key, _known) in self._foreign}
        self.unchecked_keys = [key for key in schema.foreign_keys if key not in checked]
        self.uses = (*schema.checks, *(() if options.strict else checks.implied(schema)))
        """Custom checks: those that the schema asks for, then ours."""
        self._checks, self._unusable, self._old = self._prepare()
        self._opening = True
        self._identity = self._identifier()
        self._accessed = self._access()
        self.needed = self._needed()
        self._across = bool(self._accessed or self._checks)
        self._valued = [(column, column.position - 1) for column in self.columns if column.needed]
        self._picks: dict[Collection[int], Pick] = {}

    # what is compared with what

    def _match(self) -> list[Column]:
        """Give each label its field, by name; of two labels alike, the first."""
        fields = {self._fold(field.name): field for field in reversed(self.schema.fields)}
        room = max(1_000, MOST // max(1, len(self.labels)))
        columns = []
        for position, label in enumerate(self.labels, 1):
            field = fields.pop(self._fold(label), None)
            if field is None and not self.options.strict:
                field = fields.pop(self._fold(self.written[position - 1]), None)
            columns.append(Column(position, label, field, room))
        return columns

    def _in_order(self) -> list[Column]:
        """Without a header, Validata takes the fields in the schema's order."""
        return [Column(place, field.name, field) for place, field in enumerate(self.schema.fields, 1)]

    def _needed(self) -> frozenset[int]:
        names = {name for _, prepared in self._checks for name in prepared.columns}
        columns = [column for column, _ in self._unique] + self._primary
        columns += [column for key, _ in self._foreign for column in key]
        columns += [self._places[name] for name in names if name in self._places]
        for column in columns:
            column.needed = True
        return frozenset(column.position for column in columns)

    def _access(self) -> dict[Column, int]:
        """The columns of rules that look at other rows, in the order in which those rules read them."""
        columns = [column for column, _ in self._unique] + self._primary
        columns += [column for key, _ in self._foreign for column in key]
        ranks: dict[Column, int] = {}
        for rank, column in enumerate(columns):
            ranks.setdefault(column, rank)
        return ranks

    def _identifier(self) -> list[Column]:
        names = self.options.key or self.schema.primary_key
        return [self._places[name] for name in names if name in self._places]

    def _foreign_keys(
        self, lookups: Lookups
    ) -> Iterator[tuple[list[Column], tuple[ForeignKey, Container[Any]]]]:
        for key in self.schema.foreign_keys:
            known = lookups.get((key.resource, key.references))
            if known is not None and all(name in self._places for name in key.fields):
                yield [self._places[name] for name in key.fields], (key, known)

    def _prepare(self) -> tuple[list[tuple[checks.Check, checks.Prepared]], list[Fault], list[Notice]]:
        """Make the custom checks ready: those that are, what is wrong with the others, names that are deprecated."""
        ready, wrong, old = [], [], []
        header = [column.name for column in self.columns]
        for use in self.uses:
            found = checks.find(use.name)
            if found is None:
                wrong.append(_unusable(use, "unknown", {}))
                continue
            check, deprecated = found
            if deprecated:
                facts = {"check": check.name, "old": use.name}
                old.append(Notice("deprecated-check", "tableschema/schema/current-check", facts=facts))
            try:
                ready.append((check, check.prepare(use, header, self.options.strict)))
            except checks.CheckWrong as error:
                wrong.append(_unusable(use, "parameters", {"why": error.reason, "told": error.told}))
        return ready, wrong, old

    # the header

    @property
    def duplicates(self) -> list[Column]:
        """Columns whose label is that of a column before."""
        seen: set[str] = set()
        found = []
        for column in self.columns:
            label = self._fold(column.label)
            if label in seen:
                found.append(column)
            seen.add(label)
        return found

    def header_faults(self) -> list[Fault]:
        """What is wrong with the header: columns that must be there, labels that are empty or met twice."""
        if not self.labels:
            return []
        faults = self._refused_labels() if self._match_of in ("exact", "equal", "superset") else []
        if not self.options.strict:
            faults += self._own_header_faults()
        place = self.fields
        for field in self._absent():
            if self._must(field) or self._match_of in ("exact", "equal", "subset"):
                place += 1
                rule = "tableschema/header/required-column"
                faults.append(Fault("missing-label", rule, 0, field.name, place, tags=LABEL))
        return faults

    def _refused_labels(self) -> list[Fault]:
        """Columns that the schema does not want (`fieldsMatch`, Table Schema v2), or wants elsewhere."""
        rule = "tableschema/header/no-extra-column"
        faults = [
            Fault("extra-label", rule, 0, column.label, column.position, tags=LABEL)
            for column in self.columns
            if not column.known
        ]
        order = [field.name for field in self.schema.fields] if self._match_of == "exact" else []
        for wanted, column in zip(order, self.columns, strict=False):
            if wanted != column.name:
                facts = {"label": column.label}
                rule = "tableschema/header/order"
                faults.append(
                    Fault("incorrect-label", rule, 0, wanted, column.position, tags=LABEL, facts=facts)
                )
        return faults

    @property
    def _match_of(self) -> str:
        return str(self.schema.descriptor.get("fieldsMatch", "partial"))

    def _own_header_faults(self) -> list[Fault]:
        """What Validata 0.13 does not tell, or in a way that stops everything."""
        faults = []
        if not any(column.known for column in self.columns):
            facts = {
                "labels": tuple(self.labels[:20]),
                "fields": tuple(f.name for f in self.schema.fields[:20]),
            }
            faults.append(
                Fault("unmatched-header", "tableschema/header/known-column", tags=HEADER, facts=facts)
            )
        twice = set(self.duplicates)
        first = {self._fold(column.label): column.position for column in reversed(self.columns)}
        for column in self.columns:
            if not column.label:
                faults.append(_label_fault(column, "blank-label", "tableschema/header/named-column"))
            elif column in twice:
                first_of = {"first": first[self._fold(column.label)]}
                faults.append(
                    _label_fault(column, "duplicate-label", "tableschema/header/unique-names", first_of)
                )
        return faults

    def _fold(self, label: str) -> str:
        return label.lower() if self.options.ignore_case else label

    def _absent(self) -> list[Field]:
        present = {column.name for column in self.columns if column.known}
        return [field for field in self.schema.fields if field.name not in present]

    def notices(self) -> list[Notice]:
        """Columns that are missing, too many or in another order, then deprecated names of checks."""
        if not self.labels:
            return list(self._old)
        if (
            self.options.strict
        ):  # Validata's warnings are about labels as they are written, spaces around included
            labels = [self._fold(label) for label in self.written]
            wanted = [self._fold(field.name) for field in self.schema.fields]
            missing = [
                (name, field.required)
                for name, field in zip(wanted, self.schema.fields, strict=True)
                if name not in labels
            ]
            extra = [label for label in labels if label not in wanted]
        else:
            labels = [column.name for column in self.columns]
            wanted = [field.name for field in self.schema.fields]
            missing = [(field.name, field.required) for field in self._absent()]
            extra = [column.label for column in self.columns if not column.known]
        optional = "tableschema/header/optional-column"
        found = [Notice("missing-column", optional, name) for name, required in missing if not required]
        found += [Notice("extra-column", "tableschema/header/no-extra-column", label) for label in extra]
        if not extra and not missing and wanted != labels:
            facts = {"order": tuple(wanted)}
            found.append(Notice("column-order", "tableschema/header/order", facts=facts))
        return found + self._old

    def _must(self, field: Field) -> bool:
        return field.required or field.name in self.schema.primary_key

    # records

    def record(
        self, number: int, cells: Sequence[Cell], positions: Collection[int] | None = None
    ) -> list[Fault]:
        """Return what is wrong with a record; `positions` (a tuple) are the columns worth looking at, None for all."""
        if positions is None or len(cells) != self.fields:
            columns, dull, there = self.columns, self._dull, cells
        else:
            columns, dull, places = self._picks.get(positions) or self._pick(positions)
            there = [cells[place] for place in places]
        known = list(map(contains, dull, there))  # most cells are dull, and this is the fastest way to know
        wrong = _wrong(columns, there, known) if False in known else []
        if len(cells) < self.fields:
            absent = ((column, None, column.verdict(None)) for column in self.columns[len(cells) :])
            wrong += [found for found in absent if found[2].wrong]
        blank = self._maybe_blank(cells) and self._is_blank(cells)
        if self._across:
            faults = self._with_others(number, cells, wrong, blank=blank)
        elif blank:
            faults = [_blank_fault(number)]
        else:
            faults = self._row_faults(number, cells, wrong)
        return self._identified(faults, cells) if faults and self._identity else faults

    def _pick(self, positions: Collection[int]) -> Pick:
        if len(self._picks) >= PICKS:
            self._picks.clear()
        places = [place - 1 for place in sorted(self.needed.union(positions))]
        columns = [self.columns[place] for place in places]
        found = columns, [column.dull for column in columns], places
        self._picks[positions] = found
        return found

    def _maybe_blank(self, cells: Sequence[Cell]) -> bool:
        """Tell whether the first cell leaves it open: it is enough for most records."""
        first = cells[0] if cells else None
        return first.__class__ is not str or first in self.columns[0].missing

    def _is_blank(self, cells: Sequence[Cell]) -> bool:
        return all(column.verdict(cell).blank for column, cell in zip(self.columns, cells, strict=False))

    def _with_others(
        self, number: int, cells: Sequence[Cell], wrong: list[tuple[Column, Cell, Verdict]], *, blank: bool
    ) -> list[Fault]:
        """The faults of a record, those of rules that look at several cells or rows included."""
        wanted = self._valued if len(cells) >= self.fields else self._wanted(cells)
        values = {column.name: column.verdict(cells[place]).value for column, place in wanted}
        across, accessed = self._keys_faults(number, cells, values) if self._accessed else ([], 0)
        if blank:
            faults = [_blank_fault(number)]
        else:
            if len(wrong) > 1 and accessed:
                wrong.sort(key=lambda found: min(self._accessed.get(found[0], accessed), accessed))
            faults = self._row_faults(number, cells, wrong)
        faults += across
        if self._checks:
            faults.extend(self._checked(number, values))
        return faults

    def _wanted(self, cells: Sequence[Cell]) -> list[tuple[Column, int]]:
        """The columns whose values rules want, with their place: those that a short record has."""
        return [found for found in self._valued if found[1] < len(cells)]

    def _row_faults(
        self, number: int, cells: Sequence[Cell], wrong: list[tuple[Column, Cell, Verdict]]
    ) -> list[Fault]:
        faults = [
            Fault(kind, requirement, number, column.name, column.position, str(cell), None, CELL, facts=facts)
            for column, cell, verdict in wrong
            for kind, requirement, facts in verdict.wrong
        ]
        if len(cells) != self.fields:
            faults += self._length_faults(number, cells)
        return faults

    def _length_faults(self, number: int, cells: Sequence[Cell]) -> Iterator[Fault]:
        """One fault for each cell too many, or for each that is not there."""
        for place in range(self.fields, len(cells)):
            extra = "tableschema/row/no-extra-cell"
            yield Fault("extra-cell", extra, number, "", place + 1, str(cells[place]), None, CELL)
        for column in self.columns[len(cells) :]:
            short = "tableschema/row/no-missing-cell"
            yield Fault("missing-cell", short, number, column.name, column.position, "", None, CELL)

    def _keys_faults(
        self, number: int, cells: Sequence[Cell], values: dict[str, Any]
    ) -> tuple[list[Fault], int]:
        """Hold the record against the others: uniqueness, primary key, foreign keys.

        Frictionless reads the columns of these rules first, until one is broken: the second result is how many were
        read by then, which decides the order of the faults of cells.
        """
        faults: list[Fault] = []
        count = accessed = 0
        for column, seen in self._unique:
            count += 1
            value = values.get(column.name)
            before = 0 if value is None else seen.meet(value, number)
            if before:
                accessed = accessed or count
                rule, text = "tableschema/constraint/unique", self._met(value, cells[column.position - 1])
                place = (number, column.name, column.position)
                faults.append(Fault("unique-error", rule, *place, text, None, CELL, facts={"row": before}))
        if self._primary:
            count += len(self._primary)
            found = self._primary_fault(number, tuple([values.get(column.name) for column in self._primary]))
            if found:
                accessed = accessed or count
                faults.append(found)
        for columns, (rule_of, known) in self._foreign:
            count += len(columns)
            key = tuple([values.get(column.name) for column in columns])
            if any(part is not None for part in key) and key not in known:
                accessed = accessed or count
                faults.append(_foreign_fault(number, rule_of, key))
        return faults, accessed or count

    def _met(self, value: Any, cell: Cell) -> str:
        """Return what a unique column's fault shows: the text; for Validata, the value written by Python."""
        return str(value if self.options.strict else cell)

    def _primary_fault(self, number: int, key: tuple[Any, ...]) -> Fault | None:
        facts: dict[str, Any] = {"fields": self.schema.primary_key}
        if any(part is not None for part in key):
            before = self._keys.meet(key if len(key) > 1 else key[0], number)
            if not before:
                return None
            facts["row"] = before
        else:
            facts["empty"] = True
        return Fault("primary-key", "tableschema/key/primary", number, tags=ROW, facts=facts)

    def _checked(self, number: int, values: Mapping[str, Any]) -> Iterator[Fault]:
        opening, self._opening = self._opening, False
        for check, prepared in self._checks:
            if opening:
                for finding in prepared.opening:
                    yield self._fault(check, finding, 1, values, checks.HEADER)
            if prepared.row is not None:
                for finding in prepared.row(values):
                    yield self._fault(check, finding, number, values, checks.ROW)

    def _fault(
        self,
        check: checks.Check,
        finding: checks.Finding,
        number: int,
        values: Mapping[str, Any],
        tags: tuple[str, ...],
    ) -> Fault:
        facts = {"check": check.name, **finding.facts}
        kind, rule = finding.kind or check.kind, finding.requirement or check.requirement
        column = self._places.get(finding.column) if finding.column else None
        if column is None:
            return Fault(kind, rule, number, tags=tags, severity=check.severity, facts=facts)
        return Fault(
            kind,
            rule,
            number,
            column.name,
            column.position,
            values.get(column.name),
            tags=checks.CELL,
            severity=check.severity,
            facts=facts,
        )

    def _identified(self, faults: list[Fault], cells: Sequence[Cell]) -> list[Fault]:
        """Put the row's identifier on its faults."""
        parts = [
            str(cells[column.position - 1]) for column in self._identity if column.position <= len(cells)
        ]
        key = " | ".join(parts)
        if not key.strip(" |"):
            return faults
        return [_keyed(fault, key) for fault in faults]

    def closing_faults(self) -> list[Fault]:
        """What is told after the records: checks of the schema that could not be made."""
        return list(self._unusable)


def _wrong(
    columns: Sequence[Column], cells: Sequence[Cell], known: Sequence[bool]
) -> list[tuple[Column, Cell, Verdict]]:
    """Return the wrong cells among those that are not known to be right."""
    found = []
    place = -1
    for _ in range(known.count(False)):
        place = known.index(False, place + 1)
        cell = cells[place]
        verdict = columns[place].verdict(cell)
        if verdict.wrong:
            found.append((columns[place], cell, verdict))
    return found


def _blank_fault(number: int) -> Fault:
    return Fault("blank-row", "tableschema/row/not-blank", number, tags=ROW)


def _keyed(fault: Fault, key: str) -> Fault:
    object.__setattr__(fault, "key", key)  # just made, not yet seen by anyone: no need for a copy
    return fault


def _label_fault(column: Column, kind: str, rule: str, facts: Mapping[str, Any] = NO_FACTS) -> Fault:
    return Fault(kind, rule, 0, column.label, column.position, tags=LABEL, facts=facts)


def _foreign_fault(number: int, key: ForeignKey, values: tuple[Any, ...]) -> Fault:
    facts = {"fields": key.fields, "resource": key.resource, "references": key.references}
    cells = tuple(map(str, values))
    return Fault("foreign-key", "tableschema/key/foreign", number, cells=cells, tags=ROW, facts=facts)


def _unusable(use: CheckUse, why: str, facts: Mapping[str, Any]) -> Fault:
    found = {"check": use.name, "cause": why, "params": dict(use.params), **facts}
    return Fault("check-error", "tableschema/schema/usable-check", tags=("#structure",), facts=found)
