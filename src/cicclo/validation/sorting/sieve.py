"""Which records of a frame are suspect, and which of their cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import polars as pl

from cicclo.validation.predicates.rows import Plan
from cicclo.validation.predicates.tree import Always, Condition, In, Never, NotIn, either
from cicclo.validation.predicates.with_polars import expression
from cicclo.validation.sorting.reading import names
from cicclo.validation.sorting.rows import Row, Rows

MOST_FED_BACK = 5_000
"""Right texts of a column, found by the exact reading, that the engine is told."""
MOST_REMEMBERED = 200_000
SAMPLE, FEW, MOST_LISTED = 5_000, 64, 256
"""A column with few distinct texts in a sample is held against the list of its right texts, cheaper than an expression."""
RECORD = "record"

Suspect = tuple[int, Sequence[str], tuple[int, ...] | None]
"""Index in the chunk, cells, positions from 1 of what is wrong (None: look at all)."""


@dataclass(frozen=True, slots=True)
class Sieved:
    """Suspect records of a frame: their rows in it, their cells, and for each condition whether it is met."""

    rows: np.ndarray[Any, np.dtype[np.int64]]
    frame: pl.DataFrame
    flags: pl.DataFrame


class Sieve:
    """The conditions of a plan, and what the exact reading has said of texts that do not meet them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.names = names(len(plan.columns))
        self._known: dict[int, dict[str, bool]] = {number: {} for number in plan.cells}
        self._good: dict[int, tuple[str, ...]] = {}
        self._listed: set[int] = set()
        self._learning = Lock()
        self._asked = self._flags()
        self._named = [flag.meta.output_name() for flag in self._asked]
        self._counted = self._counts()

    def sift(self, frame: pl.DataFrame, *, first: bool) -> Sieved:
        """Return the rows that are not surely valid; the very first record always is one of them."""
        flags = (
            frame.lazy().with_columns(self._asked).select(self._named).collect()
        )  # a constant is as long as the frame
        suspect = flags.select(~pl.all_horizontal(pl.all())).to_series()
        rows = suspect.arg_true().to_numpy().astype(np.int64)
        if first and frame.height and (not len(rows) or rows[0] != 0):
            rows = np.concatenate((np.zeros(1, np.int64), rows))
        return Sieved(rows, frame[rows], flags[rows])

    def _learn(self, frame: pl.DataFrame) -> None:
        """Find the columns of few texts, and which of these texts are surely valid."""
        for number, condition in self.plan.cells.items():
            cells = frame[self.names[number]]
            if "Matches" not in str(condition) or cells.head(SAMPLE).n_unique() > FEW:
                continue
            texts = cells.unique().to_frame()
            right = texts.filter(expression(condition, self.names, pl.col(cells.name))).to_series()
            if right.len() <= MOST_LISTED:
                self._good[number] = tuple(right)
                self._listed.add(number)
        self._asked = self._flags()

    def _flags(self) -> list[pl.Expr]:
        flags = [
            expression(self._wanted(number, condition), self.names, pl.col(self.names[number])).alias(
                str(number)
            )
            for number, condition in self.plan.cells.items()
        ]
        if not isinstance(self.plan.record, Always):
            flags.append(expression(self.plan.record, self.names).alias(RECORD))
        return flags or [pl.col(self.names[0]).is_not_null().alias(RECORD)]  # met by all: one flag at least

    def _wanted(self, number: int, condition: Condition) -> Condition:
        good = In(self._good[number]) if self._good.get(number) else Never()
        return good if number in self._listed else either(condition, good)

    def filled(self, frame: pl.DataFrame) -> list[int]:
        """Count, by column, the cells that are not missing values."""
        return [int(count) for count in frame.lazy().select(self._counted).collect().row(0)]

    def _counts(self) -> list[pl.Expr]:
        return [
            expression(NotIn(column.field.missing), self.names, pl.col(name)).sum().alias(name)
            if column.field.missing
            else pl.len().alias(name)
            for name, column in zip(self.names, self.plan.columns, strict=True)
        ]

    def judged(self, sieved: Sieved, *, first: bool) -> Iterator[Suspect]:
        """Ask the exact reading about each distinct suspect text; yield the records where something is still wrong."""
        if not len(sieved.rows):
            return
        wrong, numbers = self._wrong(sieved)
        keep = np.asarray(wrong.any(axis=1), np.bool_)
        if RECORD in sieved.flags.columns:
            keep |= ~sieved.flags[RECORD].to_numpy()
        if first:
            keep[0] = True
        kept = np.flatnonzero(keep)
        row, column = np.nonzero(wrong[kept])
        bounds = np.searchsorted(row, np.arange(len(kept) + 1)).tolist()
        places = (np.asarray(numbers, np.int64)[column] + 1).tolist() if len(numbers) else []
        indexes = sieved.rows[kept].tolist()
        rows = Rows(sieved.frame[kept])
        for number, index in enumerate(indexes):
            yield index, Row(rows, number), tuple(places[bounds[number] : bounds[number + 1]])

    def _wrong(self, sieved: Sieved) -> tuple[np.ndarray[Any, np.dtype[np.bool_]], list[int]]:
        """Return, by row and column, what the exact reading refuses; and the columns, in order."""
        asked = sorted(self.plan.cells)
        failing = (
            ~sieved.flags.select(map(str, asked)).to_numpy()
            if asked
            else np.zeros((len(sieved.rows), 0), np.bool_)
        )
        found, numbers = [], []
        for place in np.flatnonzero(failing.any(axis=0)).tolist():
            number = asked[place]
            cells = sieved.frame[self.names[number]]
            refused = self._refused(number, cells.filter(pl.Series(failing[:, place])).unique().to_list())
            if refused:
                found.append(
                    failing[:, place] & cells.is_in(pl.Series(refused, dtype=pl.String).implode()).to_numpy()
                )
                numbers.append(number)
        if not found:
            return np.zeros((len(sieved.rows), 0), np.bool_), []
        return np.column_stack(found), numbers

    def _refused(self, number: int, texts: list[str]) -> list[str]:
        known, accepts = self._known[number], self.plan.exact[number]
        if len(known) > MOST_REMEMBERED:
            known.clear()
        for text in texts:
            if text not in known:
                known[text] = accepts(text)
        refused = [text for text in texts if not known[text]]
        if len(refused) < len(texts):
            self._feed_back(number, texts)
        return refused

    def _feed_back(self, number: int, texts: list[str]) -> None:
        known, good = self._known[number], self._good.get(number, ())
        if len(good) >= MOST_FED_BACK:
            return
        right = tuple(dict.fromkeys((*good, *(text for text in texts if known[text]))))[:MOST_FED_BACK]
        if len(right) > len(good):
            self._good[number] = right
            if len(right) > MOST_LISTED:
                self._listed.discard(number)
            self._asked = self._flags()
