"""A walk whose sorting is done by Spark, or by another engine that Ibis knows."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl

from cicclo.validation.accounting import Account
from cicclo.validation.judging import Judge
from cicclo.validation.model import Table
from cicclo.validation.predicates.rows import Plan
from cicclo.validation.sorting import elsewhere
from cicclo.validation.sorting.landing import NUMBER, Landed, land
from cicclo.validation.sorting.reading import names
from cicclo.validation.sorting.sieve import RECORD, Sieve, Sieved, Suspect
from cicclo.validation.verdicts import Column

Progress = Callable[[float], None]

MOST_ODD = 20_000
"""Texts of a key not plainly written, at most, that the query is told about."""


class Place(Protocol):
    """Where queries run. `table` is the name under which the landed table is known."""

    table: str

    def rows(self, query: Any) -> list[tuple[Any, ...]]: ...

    def frames(self, query: Any) -> Iterator[pl.DataFrame]: ...


@dataclass
class Away:
    """One walk: land, ask, judge."""

    table: Table
    judge: Judge
    account: Account
    plan: Plan
    progress: Progress

    def run(self) -> None:
        shared = os.environ.get("CICCLO_SPARK_FOLDER")
        with tempfile.TemporaryDirectory(prefix="cicclo-", dir=shared) as folder, ExitStack() as stack:
            place = Path(folder) / "landed"
            place.mkdir()
            landed = land(self.table, self.judge.fields, place)
            self.progress(0.3)
            self.account.rows = landed.count
            if self.account.full:
                return
            sorts = _place(landed, Path(folder), stack)
            for number, cells, positions in merge(
                self.suspects(landed, sorts), _ragged(landed), key=itemgetter(0)
            ):
                faults = self.judge.record(number, cells, positions)
                if faults and not self.account.take(faults, number):
                    break
                self.progress(min(1.0, 0.5 + number / (2 * landed.count + 1)))
            self.account.filled = self._filled(landed, sorts)

    def suspects(self, landed: Landed, place: Place) -> Iterator[Suspect]:
        """Yield, by record number, the records that have to be judged."""
        if landed.count == len(landed.ragged):
            return
        sieve, table = Sieve(self.plan), elsewhere.landed(self.plan, place.table)
        query = elsewhere.suspects(self.plan, table, self._standing(landed, place, table))
        for frame in place.frames(query):
            met = frame[RECORD] & ~frame[elsewhere.TWICE] & (frame[NUMBER] != 2)
            flags = frame.select(map(str, self.plan.cells)).with_columns(met.alias(RECORD))
            cells = frame.select(names(self.judge.fields))
            yield from sieve.judged(Sieved(frame[NUMBER].to_numpy(), cells, flags), first=False)

    def _standing(self, landed: Landed, place: Place, table: Any) -> elsewhere.Standing:
        """Return what stands for the values of keys that the query cannot read by itself."""
        found = {}
        for number in sorted({number for key in self.plan.keys for number in key.positions}):
            odd = [
                text
                for (text,) in place.rows(elsewhere.oddly_written(self.plan, table, number).limit(MOST_ODD))
            ]
            odd += [cells[number] for _, cells in landed.ragged if number < len(cells)]
            values = {_standing(self.plan.columns[number], text) for text in odd}
            found[number] = sorted(value for value in values if value is not None)
        return found

    def _filled(self, landed: Landed, place: Place) -> list[int]:
        upto = self.account.processed + 1 if self.account.full else landed.count + 1
        counts = np.zeros(self.judge.fields, np.int64)
        if landed.count > len(landed.ragged):
            table = elsewhere.landed(self.plan, place.table)
            (row,) = place.rows(elsewhere.filled(self.plan, table, upto))
            counts += np.array([count or 0 for count in row], np.int64)
        for number, cells in landed.ragged:
            for column, cell in zip(self.plan.columns, cells, strict=False):
                counts[column.position - 1] += number <= upto and cell not in column.field.missing
        return [int(count) for count in counts]


def _standing(column: Column, text: str) -> Any:
    value = column.verdict(text).value
    if value is None:
        return None
    if column.field.type in ("integer", "number", "year"):
        return float(value)
    return text if column.field.type in ("string", "any") else str(value)


def _ragged(landed: Landed) -> Iterator[Suspect]:
    return ((number, cells, None) for number, cells in landed.ragged)


def _place(landed: Landed, folder: Path, stack: ExitStack) -> Place:
    if url := os.environ.get("CICCLO_ENGINE_URL"):
        return AnyIbis(url, landed, stack)
    return Spark(landed, folder, stack)


class Spark:
    """Queries are written by Ibis and run by a Spark session; suspects come back as sorted Parquet, part by part."""

    table = "landed"

    def __init__(self, landed: Landed, folder: Path, stack: ExitStack) -> None:
        import ibis  # noqa: PLC0415 - only this class needs them
        from pyspark.sql import SparkSession  # noqa: PLC0415

        master = os.environ.get("CICCLO_SPARK_MASTER", "local[*]")
        builder = SparkSession.builder.appName("cicclo").master(master)
        for name, value in {
            "spark.ui.enabled": "false",
            "spark.sql.ansi.enabled": "false",  # a text that is no number is null, not the end of the run
            "spark.sql.session.timeZone": "UTC",
            "spark.log.level": "ERROR",
            "spark.ui.showConsoleProgress": "false",
            **({"spark.sql.shuffle.partitions": "4"} if master.startswith("local") else {}),
        }.items():
            builder = builder.config(name, value)
        self.session = builder.getOrCreate()
        stack.callback(self.session.stop)
        self.connection = ibis.pyspark.connect(self.session)
        self.folder = folder
        if landed.count > len(landed.ragged):
            self.session.read.parquet(str(landed.folder)).createOrReplaceTempView(self.table)

    def _asked(self, query: Any) -> Any:
        return self.session.sql(str(self.connection.compile(query)))

    def rows(self, query: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._asked(query).collect()]

    def frames(self, query: Any) -> Iterator[pl.DataFrame]:
        found = self.folder / "suspects"
        self._asked(query).write.parquet(str(found))
        for part in sorted(found.glob("part-*.parquet")):
            yield pl.read_parquet(part)


class AnyIbis:
    """An engine by its Ibis address; the landed table is sent to it, and taken away afterwards."""

    def __init__(self, url: str, landed: Landed, stack: ExitStack) -> None:
        import ibis  # noqa: PLC0415 - only this class connects

        self.table = f"cicclo_{os.getpid()}_{landed.count}"
        self.connection = ibis.connect(url)
        stack.callback(self.connection.disconnect)
        stack.callback(self.connection.drop_table, self.table)
        for number, part in enumerate(sorted(landed.folder.glob("*.parquet"))):
            rows = pl.read_parquet(part).to_arrow(compat_level=pl.CompatLevel.oldest())
            if number:
                self.connection.insert(self.table, rows)
            else:
                self.connection.create_table(self.table, rows)

    def rows(self, query: Any) -> list[tuple[Any, ...]]:
        return [
            row
            for batch in self.connection.to_pyarrow_batches(query)
            for row in pl.DataFrame(pl.from_arrow(batch)).rows()
        ]

    def frames(self, query: Any) -> Iterator[pl.DataFrame]:
        for batch in self.connection.to_pyarrow_batches(query, chunk_size=100_000):
            yield pl.DataFrame(pl.from_arrow(batch))
