"""What was found while reading: nothing is repaired, refused or dropped without a line here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from cicclo.features.model import Collection
from cicclo.features.reading.wording import CHANGES, TEXTS
from cicclo.kernel.text import Text

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Remark:
    """One kind of thing found while reading: `count` features, the first of which are named in `examples` (ids or row numbers)."""

    code: str
    text: Text
    count: int
    refused: bool = False  # features were left out; else repaired or merely noted
    examples: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether features are served otherwise than the source holds them."""
        return not self.refused and self.code in CHANGES


@dataclass(slots=True)
class Account:
    """Grows while the batches are read; complete after the last one: read == kept + refused, always."""

    read: int = 0
    kept: int = 0
    refused: int = 0
    remarks: list[Remark] = field(default_factory=list)

    def note(
        self, code: str, count: int, examples: Iterable[str] = (), *, at: str = "", refused: bool = False
    ) -> None:
        """Add `count` features to the remark of this code and place (a column, or what the wording has in braces)."""
        text = Text(TEXTS[code].fr.replace("{at}", at), TEXTS[code].en.replace("{at}", at))
        same = next(
            (i for i, each in enumerate(self.remarks) if each.code == code and each.text == text), None
        )
        former = Remark(code, text, 0, refused) if same is None else self.remarks[same]
        shown = (*former.examples, *examples)[:EXAMPLES]
        remark = Remark(code, text, former.count + count, refused, shown)
        if same is None:
            self.remarks.append(remark)
        else:
            self.remarks[same] = remark

    def note_rows(
        self, code: str, rows: np.ndarray, ids: pa.Array, *, at: str = "", refused: bool = False
    ) -> None:
        """The same for rows chosen by a mask; no row, no remark."""
        found = np.flatnonzero(rows)
        if found.size:
            examples = ids.take(pa.array(found[:EXAMPLES])).to_pylist()
            self.note(code, int(found.size), examples, at=at, refused=refused)


@dataclass(slots=True)
class Prepared:
    """A layer ready to be published, or served.

    `batches` are read once: columns `id` (string, unique), the collection's properties, `geometry` (WKB in the
    storage CRS, traditional order, valid or null).
    `collection.extent`, `interval` and `count` are filled in by the reader of the batches. Its `geometry`, `has_z`
    and `crs` are what the source announces; after the last batch, what was found.
    """

    collection: Collection
    batches: Iterator[pa.RecordBatch]
    account: Account
