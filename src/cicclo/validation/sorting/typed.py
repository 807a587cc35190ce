"""Records of a workbook as texts, where a text is read as its typed cell would be; the other records go to the judge whole."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cicclo.validation.model import Cell
from cicclo.validation.predicates.rows import Plan
from cicclo.validation.sorting.reading import Records, texts
from cicclo.validation.verdicts import Column

NUMBERS = ("integer", "number", "year")
REPEATABLE = ("string", *NUMBERS)
"""Types whose equal values have, as texts, equal hashes (`keys`), however their cells are typed."""
_PLAIN = frozenset((str,))


def sortable(plan: Plan) -> bool:
    """Tell whether records that share a key can be found among the texts of typed cells."""
    return all(plan.columns[place].field.type in REPEATABLE for key in plan.keys for place in key.positions)


def typed(batch: list[list[Cell]], plan: Plan) -> Records:
    """Return a batch as texts, with the cells they stand for."""
    width = len(plan.columns)
    odd = np.fromiter((len(cells) != width for cells in batch), np.bool_, len(batch))
    regular = np.flatnonzero(~odd)
    rows = [batch[number] for number in regular.tolist()] if odd.any() else batch
    columns: list[Sequence[str]] = []
    for column, cells in zip(plan.columns, zip(*rows, strict=True), strict=False):
        told, strange = _texts(column, cells)
        columns.append(told)
        odd[regular[strange]] = True
    kept = np.flatnonzero(~odd[regular])
    frame = texts(columns, width, orient="col")
    if len(kept) == len(batch):
        return Records(frame, len(batch), cells=batch)
    ragged = tuple((number, batch[number]) for number in np.flatnonzero(odd).tolist())
    return Records(frame[kept], len(batch), ragged, regular[kept], [rows[row] for row in kept.tolist()])


def _texts(column: Column, cells: Sequence[Cell]) -> tuple[Sequence[str], list[int]]:
    """Return the texts that stand for the cells of a column, and the rows where none does."""
    kinds = frozenset(map(type, cells))
    if kinds == _PLAIN:
        return cells, []
    nothing = column.field.missing[0] if column.field.missing else None
    numbers = column.field.type in NUMBERS and not column.field.options
    told, strange = [], []
    for row, cell in enumerate(cells):
        kind = cell.__class__
        if kind is str:
            told.append(cell)
        elif cell is None and nothing is not None:
            told.append(nothing)
        else:
            told.append(str(cell))
            if not numbers or (kind is not int and kind is not float):
                strange.append(row)
    return told, strange


def as_texts(cells: Sequence[Any]) -> list[str]:
    """Return what stands for cells where only equal values matter."""
    return ["" if cell is None else cell if isinstance(cell, str) else str(cell) for cell in cells]
