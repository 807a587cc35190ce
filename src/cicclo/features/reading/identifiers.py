"""Identifiers of features: which column gives them, and how they stay unique without holding them all.

A first pass over the one column keeps 8 bytes per feature (a hash); hashes met twice are the only ones that the
second pass has to compare in full, so ten million identifiers cost 80 MB.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cicclo.features.errors import BadSource
from cicclo.features.reading.account import Account
from cicclo.features.reading.columns import readable
from cicclo.features.reading.layers import Layer
from cicclo.kernel.text import Text

USUAL = ("id", "fid", "ogc_fid", "gid")
_NOTHING = np.zeros(0, np.int64)


@dataclass(slots=True)
class Identifiers:
    """Gives the rows of each batch their identifiers. `column` empty: numbered from 1 in the order of the file.

    A later feature with an identifier already given gets a suffix, `A-2`: a copy is still a feature, and
    whoever reads the account decides which one to correct.
    """

    column: str
    account: Account
    taken: np.ndarray = field(default_factory=lambda: _NOTHING)  # hashes of all, sorted
    twice: np.ndarray = field(default_factory=lambda: _NOTHING)  # hashes met more than once
    row: int = 0
    whole: bool = False  # all are whole numbers
    _given: dict[str, int] = field(default_factory=dict)

    def assign(self, batch: pa.RecordBatch) -> pa.Array:
        first, self.row = self.row + 1, self.row + batch.num_rows
        if not self.column:
            return pa.array(np.arange(first, self.row + 1)).cast(pa.string())
        values = batch.column(self.column)
        ids = as_text(values)
        missing = np.asarray(pc.fill_null(pc.equal(ids, ""), True))  # noqa: FBT003 - pyarrow's signature
        repeated = np.isin(hashes(ids), self.twice) & ~missing
        if missing.any() or repeated.any():
            ids = self._amended(ids, missing, repeated, first)
        return ids

    def _amended(self, ids: pa.Array, missing: np.ndarray, repeated: np.ndarray, first: int) -> pa.Array:
        written = ids.to_pylist()
        renamed = np.zeros(len(written), bool)
        for index in np.flatnonzero(missing | repeated):
            if missing[index]:
                written[index] = self._free(f"row-{first + index}")
                continue
            former = written[index]
            count = self._given[former] = self._given.get(former, 0) + 1
            if count > 1:
                written[index] = self._free(f"{former}-{count}")
                renamed[index] = True
        self.whole = False
        amended = pa.array(written, pa.string())
        self.account.note_rows("id-missing", missing, amended, at=self.column)
        self.account.note_rows("id-duplicate", renamed, amended, at=self.column)
        return amended

    def _free(self, wanted: str) -> str:
        """The identifier itself, or with as many primes as it takes not to be another feature's."""
        while _held(self.taken, hash(wanted)) or self._given.get(wanted):
            wanted += "'"
        self._given[wanted] = 1
        return wanted


def choose(layer: Layer, said: str, account: Account) -> Identifiers:
    """The column that the person names, else a usual one that is filled and unique, else the source's own."""
    columns = [field_.name for field_ in layer.fields]
    if said:
        if said not in (*columns, layer.fid):
            raise BadSource(
                Text(f"pas de colonne « {said} »", f"no column “{said}”"),
                at="--id-column",
                remedy=Text(f"colonnes : {', '.join(columns)}", f"columns: {', '.join(columns)}"),
            )
        found = _scanned(layer, said, account)
        found.row = 0
        return found
    for column in sorted(columns, key=_rank):
        if column.lower() in USUAL:
            found = _scanned(layer, column, account)
            if not found.twice.size and found.taken.size == found.row:
                found.row = 0
                return found
            account.note("id-not-unique", found.row - found.taken.size + found.twice.size, at=column)
    return Identifiers(layer.fid, account, whole=True)


def _rank(column: str) -> int:
    return USUAL.index(column.lower()) if column.lower() in USUAL else len(USUAL)


def _scanned(layer: Layer, column: str, account: Account) -> Identifiers:
    """Read one column; `row` holds for a moment how many rows there are."""
    total, parts, whole = 0, [], True
    for values in _column(layer, column):
        whole = whole and pa.types.is_integer(values.type)
        ids = as_text(values)
        filled = ids.filter(pc.fill_null(pc.not_equal(ids, ""), False))  # noqa: FBT003 - pyarrow's signature
        total += len(values)
        parts.append(hashes(filled))
    taken = np.sort(np.concatenate(parts)) if parts else _NOTHING
    twice = np.unique(taken[1:][taken[1:] == taken[:-1]])
    return Identifiers(column, account, taken, twice, total, whole and taken.size == total and not twice.size)


def _column(layer: Layer, column: str) -> Iterator[pa.Array]:
    only = [] if column == layer.fid else [column]
    # what the reader warns of is noted when the batches are read
    for batch in layer.read(only, Account()):
        yield batch.column(column)


def as_text(values: pa.Array) -> pa.Array:
    """Identifiers as they are written in an address: 59508, not 59508.0."""
    if pa.types.is_floating(values.type):
        whole = pc.equal(pc.floor(values), values)
        if pc.all(pc.fill_null(whole, True)).as_py():  # noqa: FBT003 - pyarrow's signature
            values = values.cast(pa.int64())
    return readable(values)


def hashes(ids: pa.Array) -> np.ndarray:
    """Python's own hash: 64 bits, keyed, so that nobody can prepare collisions."""
    return np.fromiter(map(hash, ids.to_pylist()), np.int64, len(ids))


def _held(ordered: np.ndarray, value: int) -> bool:
    position = int(np.searchsorted(ordered, value))
    return position < ordered.size and int(ordered[position]) == value
