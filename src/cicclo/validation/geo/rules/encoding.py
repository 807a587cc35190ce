"""Texts are in the encoding that the file says (.cpg of a shapefile, UTF-8 elsewhere)."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from cicclo.validation.geo.layers import Batch
from cicclo.validation.geo.rule import RULES, Rule, Watch, Work
from cicclo.validation.model import Fault, Severity

ENCODING = "geodata/attributes/encoding"


class Encoding(Watch):
    """Tells the first feature of each column: the others follow from the same cause."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.told: set[str] = set()

    def see(self, batch: Batch) -> Iterator[Fault]:
        for name, column in zip(batch.attributes.schema.names, batch.attributes.columns, strict=True):
            if name in self.told or not (
                pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
            ):
                continue
            index = _first_wrong(column)
            if index is not None:
                self.told.add(name)
                yield self.work.on(
                    batch,
                    index,
                    "TABLE_UNEXPECTED_ENCODING",
                    ENCODING,
                    column=name,
                    severity=Severity.WARNING,
                )


MISREAD = "[\u00c2-\u00c5\u00e2][\u0080-\u00bf]"
"""What UTF-8 looks like when it is read as Latin-1 (`Ã©` for `é`)."""


def _first_wrong(column: pa.Array) -> int | None:
    try:
        column.validate(full=True)
        return _first_misread(column)
    except pa.ArrowInvalid:
        raw = column.cast(pa.large_binary() if pa.types.is_large_string(column.type) else pa.binary())
        for index, text in enumerate(raw.to_pylist()):
            try:
                if text is not None:
                    text.decode("utf-8")
            except UnicodeDecodeError:
                return index
    return None


RULES.add(Rule("encoding", (ENCODING,), Encoding, lambda work: work.layer.fields))


def _first_misread(column: pa.Array) -> int | None:
    if column.nbytes == 0 or not pc.any(pc.match_substring_regex(column, MISREAD)).as_py():
        return None
    return int(pc.index(pc.match_substring_regex(column, MISREAD), pa.scalar(value=True)).as_py())
