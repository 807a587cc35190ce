"""Parquet: read by batches; scalar values as the text a CSV would have, since schemas describe texts."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.model import Cell, Dialect, Fault
from cicclo.validation.readers import READERS, Asked, Opened, Reader
from cicclo.validation.readers._cells import too_wide

BATCH = 16_384


@dataclass
class ParquetTable:
    name: str
    header: Sequence[Cell]
    file: Any
    path: str = ""
    dialect: Dialect | None = None
    remarks: list[Fault] = field(default_factory=list)

    def records(self) -> Iterator[tuple[int, list[Cell]]]:
        number = 1
        for batch in self.file.iter_batches(batch_size=BATCH):
            columns = [[text(value) for value in column.to_pylist()] for column in batch.columns]
            for cells in zip(*columns, strict=True):
                number += 1
                yield number, list(cells)


def open_parquet(asked: Asked) -> Opened:
    import pyarrow as pa  # noqa: PLC0415  (a large library that other files do without)
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        file = pq.ParquetFile(asked.path, page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise SourceUnreadable(
            Text("Ce n'est pas un fichier Parquet lisible.", "This is no readable Parquet file."),
            kind="format-error",
            at=asked.name,
            remedy=Text("Exporter à nouveau le tableau.", "Export the table again."),
        ) from error
    if len(file.schema_arrow.names) > asked.limits.columns:
        raise too_wide(asked)
    return ParquetTable(asked.name, list(file.schema_arrow.names), file)


WRITTEN: dict[type, Callable[[Any], str]] = {
    str: str,
    bool: lambda value: "true" if value else "false",
    bytes: lambda value: value.hex(),
    datetime: datetime.isoformat,
    dict: lambda value: json.dumps(value, ensure_ascii=False, default=text),
    list: lambda value: json.dumps(value, ensure_ascii=False, default=text),
}


def text(value: Any) -> str:
    """An absent value is an empty cell; a whole float of a column of numbers keeps its point."""
    if value is None:
        return ""
    return WRITTEN.get(type(value), str)(value)


READERS.add(Reader("parquet", ("parquet",), open_parquet, foreign=True))
