"""Land a table where another engine can read it: Parquet, every text as it is, every record with its number.

A distributed reading of CSV has no record numbers: they are given here, by whoever cuts the file at record boundaries.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl

from cicclo.validation.model import Dialect, Table
from cicclo.validation.sorting.chunks import Irregular, cut, splittable
from cicclo.validation.sorting.reading import Records, gathered, records

NUMBER = "n"
BATCH = 20_000

Ragged = tuple[int, list[str]]
"""Record number and cells."""


@dataclass(slots=True)
class Landed:
    """`folder` holds the records as wide as the header; `ragged` are the others; `count` is the number of both."""

    folder: Path
    count: int = 0
    ragged: list[Ragged] = field(default_factory=list)


def land(table: Table, width: int, folder: Path) -> Landed:
    """Write the table into `folder`, a file a part; the header is record 1."""
    landed = Landed(folder)
    for found in parts(table, width):
        first = landed.count + 2
        places = found.places if found.places is not None else np.arange(found.frame.height)
        numbered = found.frame.with_columns(pl.Series(NUMBER, places + first, dtype=pl.Int64))
        if numbered.height:
            numbered.write_parquet(folder / f"part-{landed.count:015}.parquet", compression="lz4")
        landed.ragged += [(first + index, cells) for index, cells in found.ragged]
        landed.count += found.count
    return landed


def parts(table: Table, width: int) -> Iterator[Records]:
    """Yield the records of a text table, part after part."""
    done, dialect = 0, table.dialect or Dialect()
    try:
        if table.path and splittable(dialect):
            for chunk in cut(Path(table.path), dialect):
                found = records(chunk, dialect, width)
                yield found
                done += found.count
            return
    except Irregular:
        pass  # from here on, Python's `csv` decides
    left = islice(table.records(), done, None)
    while batch := [cells for _, cells in islice(left, BATCH)]:
        yield gathered(batch, width)
