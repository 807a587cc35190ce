"""Tables of a document, read whatever their format: texts as IGN's validator sees them, geometries beside."""

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from cicclo.validation.geo.layers import Batch, Layer, open_layers, values
from cicclo.validation.geo.sources import beside
from cicclo.validation.geo.threads import spread

if TYPE_CHECKING:
    from cicclo.validation.documents._csv import CsvTable

WKT = "WKT"
BATCH = 16_384


@dataclass(frozen=True, slots=True)
class Rows:
    """Consecutive rows: `number` is the first one's (header = 1), `ids` what names them in their file."""

    number: int
    ids: Sequence[int]
    cells: Sequence[Sequence[str | None]]
    """By column of the header."""
    geometries: NDArray[np.object_] | None
    unreadable: NDArray[np.bool_] | None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table found in the folder, under the name of its layer. `srs` is empty where it is not said."""

    name: str
    header: tuple[str, ...]
    layer: Layer
    geometric: bool
    misdeclared: bool = False
    """Its bytes are not of the character set that the document declares."""

    def rows(self) -> Iterator[Rows]:
        for batch in self.layer.batches():
            yield _rows(batch, self)


def open_tables(path: Path, charset: str = "utf-8") -> Sequence["SourceTable | CsvTable"]:
    """Return the tables of a file; raise SourceUnreadable. `charset` is for those that do not say their own."""
    if path.suffix.lower() == ".csv":
        from cicclo.validation.documents._csv import open_csv  # noqa: PLC0415 - it builds on this module

        return [open_csv(path, charset)]
    if path.suffix.lower() in {".dbf", ".shp"}:
        return [_shapefile(path, charset)]
    return [SourceTable(layer.name, layer.fields, layer, layer.spatial) for layer in open_layers(path)]


def _shapefile(path: Path, charset: str) -> SourceTable:
    layer = open_layers(beside(path, ".shp") or path)[0]
    if not _silent(path):
        return SourceTable(layer.name, layer.fields, layer, layer.spatial)
    fits = _decodes(path, charset)
    encoding = charset if fits else "iso-8859-1"
    return SourceTable(
        layer.name, layer.fields, replace(layer, encoding=encoding), layer.spatial, misdeclared=not fits
    )


def _silent(path: Path) -> bool:
    """Return whether a dBase table says nothing of its encoding: no .cpg, language driver 0 (byte 29)."""
    if path.suffix.lower() != ".dbf" or beside(path, ".cpg") is not None:
        return False
    with path.open("rb") as source:
        head = source.read(32)
    return len(head) == 32 and head[29] == 0


def _decodes(path: Path, charset: str) -> bool:
    """Return whether the bytes of a table are of this character set, a piece at a time."""
    decoder = codecs.getincrementaldecoder(charset)()
    with path.open("rb") as source:
        source.seek(int.from_bytes(source.read(32)[8:10], "little"))  # where the records begin
        try:
            while piece := source.read(1 << 20):
                decoder.decode(piece)
        except UnicodeDecodeError:
            return False
    return True


def _rows(batch: Batch, table: SourceTable) -> Rows:
    columns = [[text(value) for value in values(column)] for column in batch.attributes.columns]
    if not table.geometric:
        return Rows(batch.first + 2, batch.ids.tolist(), columns, None, None)
    return Rows(batch.first + 2, batch.ids.tolist(), columns, batch.geometries, batch.unreadable)


def text(value: Any) -> str | None:
    """Return a typed value as ogr2ogr writes it in CSV (dates with slashes, whole numbers without a point)."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.strftime("%Y/%m/%d %H:%M:%S")
    if isinstance(value, date):
        return value.strftime("%Y/%m/%d")
    return str(value) or None


def from_wkt(texts: Sequence[str | None]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Return geometries of WKT texts, and where a text is none."""
    written = np.array(texts, dtype=object)
    geometries = spread(lambda piece: shapely.from_wkt(piece, on_invalid="ignore"), written)
    filled = np.array([bool(one) for one in texts], dtype=np.bool_)
    return geometries, shapely.is_missing(geometries) & filled
